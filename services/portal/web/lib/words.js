/* words — the text of a key. The build puts the text itself where the key stands (make/build.js). {name} is a value;
   {n|day|days} chooses by n. */
export const t = (text, values = {}) => text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, other) =>
  (one === undefined ? values[name] : Number(values[name]) === 1 ? one : other));

/** A whole branch of the catalogue, for keys known only when the page runs. */
export const words = (tree) => tree;

/** Address of a page (the build puts it where its name stands), with a query. */
export const link = (address, query) => (query ? address + "?" + new URLSearchParams(query) : address);

export const language = LANGUAGE;
