/* picture — an image only its owner may fetch (a QR made by a service), as the address of an <img>. */
import { ask } from "./api.js";

export async function picture(path) {
  const answer = await ask("GET", path, { whole: true });
  return URL.createObjectURL(await answer.blob());
}

/** Hands a file of the owner's to the browser's downloads. */
export async function download(path, name) {
  const answer = await ask("GET", path, { whole: true });
  save(URL.createObjectURL(await answer.blob()), name);
}

export const saveText = (text, name) => save(URL.createObjectURL(new Blob([text], { type: "text/plain" })), name);

function save(address, name) {
  const a = document.createElement("a");
  a.href = address;
  a.download = name;
  a.click();
}
