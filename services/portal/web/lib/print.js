/* print — an official paper (PDF) of the owner's, to the printer: through a frame nobody sees, where this browser shows PDF itself. */
const canShow = () => navigator.pdfViewerEnabled === true;
const LOAD_MOST_MS = 3000;

/** Resolves with false where it cannot be done here: then something else is printed. */
export async function printPdf(blob) {
  if (!blob || !canShow()) return false;
  document.querySelector("iframe.printed")?.remove(); // it stays while its dialog may be open
  const frame = document.createElement("iframe");
  frame.className = "printed unseen no-print";
  frame.title = blob.name ?? "PDF";
  frame.tabIndex = -1;
  frame.setAttribute("aria-hidden", "true");
  const loaded = new Promise((done) => {
    frame.addEventListener("load", () => done(true), { once: true });
    setTimeout(() => done(false), LOAD_MOST_MS);
  });
  frame.src = URL.createObjectURL(blob);
  document.body.append(frame);
  if (!await loaded) return false;
  try {
    frame.contentWindow.focus();
    frame.contentWindow.print();
    return true;
  } catch {
    return false; // a browser that keeps its viewer to itself
  }
}
