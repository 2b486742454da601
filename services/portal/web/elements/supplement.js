/* supplement — brings exactly the papers that were asked for, each with the reason it was; kept as a draft until it is sent. */
import "./frame.js";
import "../lib/session.js";
import { ask, isAway, newKey } from "../lib/api.js";
import { codeOfPage } from "../lib/dossier.js";
import { Drafting } from "../lib/drafting.js";
import { dropDraft, dropSentDraft, fetchDrafts, newDraft, ownerOf, readDraft } from "../lib/drafts.js";
import { faultsOf, focusSummary, summary, tell } from "../lib/faults.js";
import { away, moment } from "../lib/format.js";
import { html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { link, t } from "../lib/words.js";
import { paperList } from "./apply-papers.js";

const KIND = "supplement";

const askedOf = (state) => (state.asked_papers ?? []).map((p, i) =>
  ({ code: p.component || "extra-" + i, component: p.component, name: p.name, reason: p.reason, required: true }));

class SupplementPage extends Drafting {
  code = codeOfPage();
  dossier = null;
  faults = [];
  trouble = "";
  busy = false;

  async connectedCallback() {
    super.connectedCallback();
    try {
      const me = await ask("GET", "/api/identity/me");
      const dossier = await ask("GET", "/api/intake/dossiers/" + this.code);
      await fetchDrafts(me.id).catch(() => null); // what is here is enough to go on
      const owner = ownerOf(KIND, me.id);
      const draft = { ...(readDraft(owner, this.code) ?? { ...newDraft(this.code, dossier.procedure.name, 0), note: "" }), kind: KIND };
      this.set({ owner, draft, dossier, procedure: { components: askedOf(dossier.state ?? {}) } });
    } catch (error) {
      this.set({ trouble: error.status === 404 ? t("track.unknown") : tell(error) });
    }
  }

  papers() {
    return this.procedure.components.flatMap((c) => (this.draft.papers[c.code] ?? []).map((e) =>
      ({ ...(c.component ? { component: c.component } : { name: c.name }), upload: e.id, done: e.done })));
  }

  missing() {
    return this.procedure.components.flatMap((c) => {
      const entries = this.draft.papers[c.code] ?? [], field = "papers." + c.code;
      if (!entries.length) return [{ field, message: t("apply.paper_missing", { name: c.name }) }];
      return entries.some((e) => !e.done) ? [{ field, message: t("apply.paper_unfinished", { name: c.name }) }] : [];
    });
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy) return;
    const faults = this.missing();
    await this.set({ faults, busy: faults.length === 0 });
    if (faults.length) return focusSummary(this);
    const body = { papers: this.papers().map(({ done, ...p }) => p), ...(this.draft.note ? { note: this.draft.note } : {}) };
    try {
      await ask("POST", `/api/intake/dossiers/${this.code}/supplements`, { body, key: this.draft.key, tries: 6 });
      dropDraft(this.owner, this.code);
      await dropSentDraft(this.code);
      location.href = link("track") + "#" + this.code;
    } catch (error) {
      if (!isAway(error)) this.draft.key = newKey();
      await this.set({ busy: false, faults: faultsOf(error) });
      focusSummary(this);
    }
  }

  render() {
    const d = this.dossier, state = d?.state;
    if (this.trouble) return html`<h1>${t("supplement.title")}</h1><p class="note bad" role="alert">${this.trouble}</p><p><a href=${link("mine")}>${t("menu.mine")}</a></p>`;
    if (!d) return html`<h1>${t("supplement.title")}</h1><p class="spin" role="status">${t("wait.loading")}</p>`;
    if (d.status !== 5) return html`<h1>${t("supplement.title")}</h1><p class="note">${t("supplement.not_asked")}</p><p><a href="${link("track")}#${d.code}">${t("supplement.back")}</a></p>`;
    return html`<p><a href="${link("track")}#${d.code}">${t("supplement.back")}</a></p>${summary(this.faults)}<h1>${t("supplement.title")}</h1><p class="lead">${named(d.procedure.name)}</p>
      ${state.answer_by_ms ? html`<p class="note due">${t("supplement.until", { at: moment(state.answer_by_ms), left: away(state.answer_by_ms) })}</p>` : nothing}
      ${state.note ? html`<p class="body-text">${state.note}</p>` : nothing}
      <form class="card" novalidate @submit=${this.submit}>${paperList(this)}
        <div class="field"><label for="f-note">${t("supplement.note")}</label>
          <textarea id="f-note" maxlength="2000" .value=${this.draft.note ?? ""} @input=${(e) => { this.draft.note = e.target.value; this.save(); }}></textarea></div>
        <button aria-disabled=${this.busy}>${this.busy ? t("wait.sending") : t("supplement.send")}</button></form>${this.savedLine()}`;
  }
}
customElements.define("supplement-page", SupplementPage);
