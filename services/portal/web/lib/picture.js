/* picture — an image only its owner may fetch (a QR made by a service), as the address of an <img>; files of the owner's. */
import { ask } from "./api.js";

export const pictureOf = (svg) => URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));

export async function picture(path) {
  return URL.createObjectURL(await fetchBlob(path));
}

export const fetchBlob = async (path, more = {}) => (await ask(more.method ?? "GET", path, { ...more, whole: true })).blob();

/** Hands a file of the owner's to the browser's downloads. */
export async function download(path, name) {
  save(URL.createObjectURL(await fetchBlob(path)), name);
}

/** Opens a paper beside the page; where a new window is not allowed, it goes to the downloads. */
export function show(blob, name) {
  const address = URL.createObjectURL(blob);
  if (!window.open(address, "_blank")) save(address, name);
}

export const saveText = (text, name) => save(URL.createObjectURL(new Blob([text], { type: "text/plain" })), name);

function save(address, name) {
  const a = document.createElement("a");
  a.href = address;
  a.download = name;
  a.click();
}
