/* drafts — a dossier that is being written, kept in this browser letter by letter; one for each account and procedure. */
import { newKey } from "./api.js";

const PREFIX = "motcua.draft.";
const nameOf = (owner, procedure) => PREFIX + owner + "." + procedure;

/** Drafts of an account, the newest first. */
export function draftsOf(owner) {
  return Object.keys(localStorage).filter((k) => k.startsWith(PREFIX + owner + "."))
    .map((k) => JSON.parse(localStorage.getItem(k))).sort((a, b) => b.at - a.at);
}

export const readDraft = (owner, procedure) => JSON.parse(localStorage.getItem(nameOf(owner, procedure)) ?? "null");

/** key: the command's Idempotency-Key, made before the first try, so that a second click files nothing twice. */
export const newDraft = (procedure, name, version) =>
  ({ procedure, name, version, unit: null, applicant: {}, answers: {}, papers: {}, key: newKey(), at: Date.now() });

export const isTouched = (draft) => Boolean(draft.unit || Object.keys(draft.answers).length || Object.keys(draft.papers).length);

export function saveDraft(owner, draft) {
  draft.at = Date.now();
  localStorage.setItem(nameOf(owner, draft.procedure), JSON.stringify(draft));
}

export const dropDraft = (owner, procedure) => localStorage.removeItem(nameOf(owner, procedure));
