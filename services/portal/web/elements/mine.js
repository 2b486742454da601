/* mine — the caller's drafts and dossiers, the newest first; where something is due from the caller, it says what. */
import "./frame.js";
import "../lib/session.js";
import { account } from "../lib/api.js";
import { draftsOf, dropDraft, dropSentDraft, fetchDrafts } from "../lib/drafts.js";
import { tag } from "../lib/dossier.js";
import { away, moment, shortMoment } from "../lib/format.js";
import { html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { Pages } from "../lib/pages.js";
import { link, t, words } from "../lib/words.js";

const states = words("state");

class MyDossiers extends Pages {
  address = "/api/intake/dossiers?limit=20";
  name = "dossiers";

  async load() {
    await super.load();
    if (account()) await fetchDrafts(account().id).then(() => this.requestUpdate(), () => null);
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
    return html`<h2>${t("home.drafts")}</h2><ul class="hits">${drafts.map((d) => html`<li><h3><a href=${link("apply", { code: d.procedure })}>${named(d.name)}</a></h3>
      <p class="facts">${t("home.draft_saved", { at: shortMoment(d.at) })} <button class="plain" @click=${() => this.drop(d)}>${t("apply.forget")}<span class="unseen"> ${named(d.name)}</span></button></p></li>`)}</ul>`;
  }

  row(d) {
    const s = d.state;
    return html`<li><h3><a href="${link("track")}#${d.code}">${named(d.procedure.name)}</a></h3><p>${tag(d.status)}</p>
      ${[5, 6, 9].includes(d.status) ? html`<p><strong>${states[d.status].now}</strong></p>` : nothing}
      <ul class="facts"><li class="number">${d.code}</li><li>${t("mine.filed", { at: shortMoment(d.filed_at_ms) })}</li>
      ${s?.due_at_ms && d.status < 8 && d.status !== 3 ? html`<li>${t("mine.due", { at: moment(s.due_at_ms), left: away(s.due_at_ms) })}</li>` : nothing}</ul></li>`;
  }

  head() {
    return html`${this.drafts()}<h2>${t("mine.filed_title")}</h2>`;
  }

  none() {
    return html`<p>${t("mine.none")} <a href=${link("search")}>${t("search.title")}</a></p>`;
  }
}
customElements.define("my-dossiers", MyDossiers);
