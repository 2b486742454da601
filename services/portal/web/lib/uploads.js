/* uploads — files on their way in (tus 1.0.0): in pieces, from where the server says it stands, again and again until the line
   is back. What is known of a file is an entry in the draft: {ref, key, id, name, size, modified, offset, done}; ref is its name
   in the draft for ever, key that of the command which announces it, id the server's. */
import { Problem, ask, isAway, newKey } from "./api.js";

const PIECE = 512 * 1024;
const WAIT_MAX_S = 15;
export const ACCEPT = ".pdf,.jpg,.jpeg,.png,.tif,.tiff,.doc,.docx,.xls,.xlsx,.odt,.ods,.txt,image/jpeg,image/png";
export const LARGEST = 25 * 1024 * 1024;

export const entryOf = (file) =>
  ({ ref: newKey(), key: newKey(), id: null, name: file.name.normalize("NFC"), size: file.size, modified: file.lastModified, offset: 0, done: false });

/** The entry that this file goes on with, after the page was closed in the middle. */
export const resumable = (entries, file) =>
  entries.find((e) => !e.done && e.name === file.name.normalize("NFC") && e.size === file.size);

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

async function announce(entry) {
  const made = await ask("POST", "/api/intake/uploads", {
    key: entry.key, headers: { "Upload-Length": String(entry.size), "Upload-Metadata": "filename " + base64(entry.name) },
  });
  entry.id = made.id;
}

const address = (entry) => "/api/intake/uploads/" + entry.id;

async function offsetAtServer(entry) {
  const answer = await ask("HEAD", address(entry), { tries: 1, whole: true });
  return Number(answer.headers.get("Upload-Offset"));
}

async function sendPiece(entry, file) {
  const piece = file.slice(entry.offset, entry.offset + PIECE);
  await ask("PATCH", address(entry), {
    raw: piece, tries: 1, whole: true, headers: { "Upload-Offset": String(entry.offset), "Content-Type": "application/offset+octet-stream" },
  });
  entry.offset += piece.size;
}

const untilOnline = (seconds) => new Promise((done) => {
  const timer = setTimeout(done, seconds * 1000);
  addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
});

async function advance(entry, file) {
  if (!entry.id) await announce(entry);
  else entry.offset = await offsetAtServer(entry);
  while (entry.offset < entry.size) {
    await sendPiece(entry, file);
    entry.changed?.();
  }
}

/** Returns when the file is at the server for good; throws a Problem where it is not taken. entry.changed is told of progress. */
export async function upload(entry, file) {
  for (let n = 0; !entry.done; n++) {
    try {
      entry.waiting = false;
      await advance(entry, file);
      entry.done = true;
    } catch (error) {
      if (error instanceof Problem && error.status === 404 && entry.offset < entry.size) entry.id = null, entry.key = newKey();
      else if (!isAway(error) && error.status !== 409) throw error;
      entry.waiting = true;
      entry.changed?.();
      await untilOnline(Math.min(WAIT_MAX_S, 2 ** n));
    }
    entry.changed?.();
  }
}

/** What is kept of an entry in the draft. */
export const kept = ({ ref, key, id, name, size, modified, offset, done }) => ({ ref, key, id, name, size, modified, offset, done });
