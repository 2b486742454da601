/* inbox — what the caller was told about dossiers and complaints, the newest first; a message that is opened is read. */
import "./frame.js";
import "../lib/session.js";
import { ask, newKey } from "../lib/api.js";
import { shortMoment } from "../lib/format.js";
import { html, nothing } from "../lib/live.js";
import { Pages } from "../lib/pages.js";
import { link, t } from "../lib/words.js";

/** Of a dossier, whose code begins with a number; or of a petition or complaint. */
const about = (code) => (/^\d/.test(code) ? html`<a href="${link("track")}#${code}">${t("inbox.dossier")} <span class="number">${code}</span></a>`
  : html`<a href="${link("complaint")}#${code}">${t("inbox.complaint")} <span class="number">${code}</span></a>`);

class InboxList extends Pages {
  address = "/api/notification/inbox?limit=20";
  name = "messages";

  async opened(event, message) {
    if (!event.target.open || message.read_at_ms) return;
    message.read_at_ms = Date.now();
    this.requestUpdate();
    await ask("POST", `/api/notification/inbox/${message.id}/read`, { key: newKey() }).catch(() => { message.read_at_ms = null; });
  }

  none() {
    return html`<p>${t("inbox.none")}</p>`;
  }

  row(m) {
    return html`<li><details @toggle=${(e) => this.opened(e, m)}><summary lang=${m.language}>${m.read_at_ms ? m.subject : html`<strong>${m.subject}</strong>`}</summary>
      <p class="body-text" lang=${m.language}>${m.body}</p></details>
      <ul class="facts"><li>${shortMoment(m.at_ms)}</li><li>${m.read_at_ms ? nothing : html`<span class="tag">${t("inbox.unread")}</span>`}</li>
      <li>${about(m.code)}</li></ul></li>`;
  }
}
customElements.define("inbox-list", InboxList);
