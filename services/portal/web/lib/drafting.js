/* drafting — the base of a page on which something is written that is kept: here after every keystroke, at the service a moment
   later; savedLine() says which. It has `owner` and `draft` (drafts.js) before it saves. */
import { saveDraft, sendDraft } from "./drafts.js";
import { time } from "./format.js";
import { Live, html } from "./live.js";
import { t } from "./words.js";

export class Drafting extends Live {
  owner = null;
  draft = null;
  unsaved = false;
  isSaved = false; // since the page was opened
  isThere = false; // at the service

  save() {
    try {
      saveDraft(this.owner, this.draft);
      this.set({ unsaved: false, isSaved: true });
    } catch {
      this.set({ unsaved: true });
    }
    sendDraft(this.draft, (isThere) => this.set({ isThere, unsaved: this.unsaved && !isThere }));
  }

  savedLine() {
    if (this.unsaved) return html`<p class="note bad" role="alert">${t("apply.unsaved")}</p>`;
    const at = this.isSaved ? time(this.draft.at) : "";
    return html`<p class="saved" role="status">${!at ? "" : this.isThere ? t("apply.saved_there", { at }) : t("apply.saved", { at })}</p>`;
  }
}
