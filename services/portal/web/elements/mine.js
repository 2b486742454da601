/* mine — the caller's drafts and dossiers, the newest first; where something is due from the caller, it says what. */
import "./frame.js";
import "../lib/session.js";
import { account, ask } from "../lib/api.js";
import { draftsOf, dropDraft, dropSentDraft, fetchDrafts } from "../lib/drafts.js";
import { tag } from "../lib/dossier.js";
import { tell } from "../lib/faults.js";
import { away, moment, shortMoment } from "../lib/format.js";
import { Live, html, nothing } from "../lib/live.js";
import { link, t, words } from "../lib/words.js";

const states = words("state");

class MyDossiers extends Live {
  dossiers = null;
  next = null;
  trouble = "";

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    try {
      const page = await ask("GET", "/api/intake/dossiers?limit=20" + (this.next ? "&after=" + encodeURIComponent(this.next) : ""));
      this.set({ dossiers: [...(this.dossiers ?? []), ...page.dossiers], next: page.next, trouble: "" });
      await fetchDrafts(account().id).then(() => this.requestUpdate(), () => null);
    } catch (error) {
      this.set({ trouble: tell(error) });
    }
  }

  drop(draft) {
    if (!confirm(t("apply.forget_sure"))) return;
    dropDraft(account().id, draft.procedure);
    dropSentDraft(draft.procedure);
    this.requestUpdate();
  }

  drafts() {
    const drafts = account() ? draftsOf(account().id) : [];
    if (!drafts.length) return nothing;
    return html`<h2>${t("home.drafts")}</h2><ul class="hits">${drafts.map((d) => html`<li><h3><a href=${link("apply", { code: d.procedure })}>${d.name}</a></h3>
      <p class="facts">${t("home.draft_saved", { at: shortMoment(d.at) })} <button class="plain" @click=${() => this.drop(d)}>${t("apply.forget")}<span class="unseen"> ${d.name}</span></button></p></li>`)}</ul>`;
  }

  row(d) {
    const s = d.state;
    return html`<li><h3><a href="${link("track")}#${d.code}">${d.procedure.name}</a></h3><p>${tag(d.status)}</p>
      ${[5, 6, 9].includes(d.status) ? html`<p><strong>${states[d.status].now}</strong></p>` : nothing}
      <ul class="facts"><li class="number">${d.code}</li><li>${t("mine.filed", { at: shortMoment(d.filed_at_ms) })}</li>
      ${s?.due_at_ms && d.status < 8 && d.status !== 3 ? html`<li>${t("mine.due", { at: moment(s.due_at_ms), left: away(s.due_at_ms) })}</li>` : nothing}</ul></li>`;
  }

  render() {
    if (this.trouble) return html`<p class="note bad" role="alert">${this.trouble}</p>`;
    if (!this.dossiers) return html`<p class="spin" role="status">${t("wait.loading")}</p>`;
    return html`${this.drafts()}<h2>${t("mine.filed_title")}</h2>
      ${this.dossiers.length ? nothing : html`<p>${t("mine.none")} <a href=${link("search")}>${t("search.title")}</a></p>`}
      <ul class="hits">${this.dossiers.map((d) => this.row(d))}</ul>
      ${this.next ? html`<button class="second" @click=${() => this.load()}>${t("search.more")}</button>` : nothing}`;
  }
}
customElements.define("my-dossiers", MyDossiers);
