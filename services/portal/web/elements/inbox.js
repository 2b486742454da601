/* inbox — what the caller was told about dossiers, the newest first; a message that is opened is read. */
import "./frame.js";
import "../lib/session.js";
import { ask, newKey } from "../lib/api.js";
import { tell } from "../lib/faults.js";
import { shortMoment } from "../lib/format.js";
import { Live, html, nothing } from "../lib/live.js";
import { link, t } from "../lib/words.js";

class InboxList extends Live {
  messages = null;
  next = null;
  trouble = "";

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    try {
      const page = await ask("GET", "/api/notification/inbox?limit=20" + (this.next ? "&after=" + this.next : ""));
      this.set({ messages: [...(this.messages ?? []), ...page.messages], next: page.next, trouble: "" });
    } catch (error) {
      this.set({ trouble: tell(error) });
    }
  }

  async opened(event, message) {
    if (!event.target.open || message.read_at_ms) return;
    message.read_at_ms = Date.now();
    this.requestUpdate();
    await ask("POST", `/api/notification/inbox/${message.id}/read`, { key: newKey() }).catch(() => { message.read_at_ms = null; });
  }

  row(m) {
    return html`<li><details @toggle=${(e) => this.opened(e, m)}><summary lang=${m.language}>${m.read_at_ms ? m.subject : html`<strong>${m.subject}</strong>`}</summary>
      <p class="body-text" lang=${m.language}>${m.body}</p></details>
      <ul class="facts"><li>${shortMoment(m.at_ms)}</li><li>${m.read_at_ms ? nothing : html`<span class="tag">${t("inbox.unread")}</span>`}</li>
      <li><a href="${link("track")}#${m.code}">${t("inbox.dossier")} <span class="number">${m.code}</span></a></li></ul></li>`;
  }

  render() {
    if (this.trouble) return html`<p class="note bad" role="alert">${this.trouble}</p>`;
    if (!this.messages) return html`<p class="spin" role="status">${t("wait.loading")}</p>`;
    return html`${this.messages.length ? nothing : html`<p>${t("inbox.none")}</p>`}<ul class="hits">${this.messages.map((m) => this.row(m))}</ul>
      ${this.next ? html`<button class="second" @click=${() => this.load()}>${t("search.more")}</button>` : nothing}`;
  }
}
customElements.define("inbox-list", InboxList);
