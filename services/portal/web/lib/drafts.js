/* drafts — a dossier that is being written. It is kept in this browser at every keystroke, which nothing can interrupt, and at the
   service a moment later, so that another device can go on; whichever was written last counts. One for each account and procedure, or
   dossier that waits for papers: that one has a kind, which goes before its owner. */
import { Problem, ask, newKey } from "./api.js";

const PREFIX = "motcua.draft.", LATER_MS = 1500;
const nameOf = (owner, procedure) => PREFIX + owner + "." + procedure;
const timers = new Map();

/** Whose a draft is; of a kind that is no application it is nowhere among those. */
export const ownerOf = (kind, account) => (kind ? kind + "." : "") + account;

/** Drafts of an account on this device, the newest first. */
export function draftsOf(owner) {
  return Object.keys(localStorage).filter((k) => k.startsWith(PREFIX + owner + "."))
    .map((k) => JSON.parse(localStorage.getItem(k))).sort((a, b) => b.at - a.at);
}

export const readDraft = (owner, procedure) => JSON.parse(localStorage.getItem(nameOf(owner, procedure)) ?? "null");

/** key: the command's Idempotency-Key, made before the first try, so that a second click files nothing twice. */
export const newDraft = (procedure, name, version) =>
  ({ procedure, name, version, unit: null, applicant: {}, answers: {}, papers: {}, key: newKey(), at: Date.now() });

/** On this device. Throws where the browser has no room. */
export function saveDraft(owner, draft) {
  draft.at = Date.now();
  localStorage.setItem(nameOf(owner, draft.procedure), JSON.stringify(draft));
}

export const dropDraft = (owner, procedure) => localStorage.removeItem(nameOf(owner, procedure));

// ---- the same at the service ----

const addressOf = (procedure) => "/api/intake/drafts/" + encodeURIComponent(procedure);

/** What this account wrote elsewhere comes here, where it is newer. */
export async function fetchDrafts(owner) {
  const { drafts } = await ask("GET", "/api/intake/drafts", { quiet: true, tries: 1 });
  for (const { procedure, content } of drafts) {
    const there = JSON.parse(content), place = ownerOf(there.kind, owner), here = readDraft(place, procedure);
    if (!here || there.at > here.at) localStorage.setItem(nameOf(place, procedure), content);
  }
}

/** A moment after the last word; told() is called with whether the service has it. */
export function sendDraft(draft, told) {
  clearTimeout(timers.get(draft.procedure));
  timers.set(draft.procedure, setTimeout(() => {
    ask("PUT", addressOf(draft.procedure), { quiet: true, tries: 1, body: { written_at_ms: draft.at, content: JSON.stringify(draft) } })
      .then(() => told(true), (error) => told(error instanceof Problem && error.status < 500 && error.status !== 401 ? null : false));
  }, LATER_MS));
}

export async function dropSentDraft(procedure) {
  clearTimeout(timers.get(procedure));
  await ask("DELETE", addressOf(procedure), { quiet: true, tries: 2 }).catch(() => null); // it goes by itself, later
}
