/* track — where a dossier is. Its applicant sees all and acts from here; who has the code and the phone's last digits, or the
   receipt's key, sees the timeline; who has the code alone sees how far it is. */
import "./frame.js";
import { Problem, account, ask, askPublic } from "../lib/api.js";
import { calendarFile, codeOfPage, isOver, mayWithdraw, reasonOf, tag, timeline, whatNow } from "../lib/dossier.js";
import { faultsOf, field, focusSummary, summary, tell } from "../lib/faults.js";
import { follow } from "../lib/follow.js";
import { away, dong, moment } from "../lib/format.js";
import { Live, html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { download } from "../lib/picture.js";
import { listen } from "../lib/stream.js";
import { language, link, t } from "../lib/words.js";

class TrackPage extends Live {
  faults = [];

  connectedCallback() {
    super.connectedCallback();
    addEventListener("hashchange", () => this.begin());
    this.begin();
  }

  begin() {
    this.end?.();
    const [code, key] = codeOfPage().split("~");
    Object.assign(this, { code, key, tail: "", dossier: null, sight: null, why: null, faults: [], end: null });
    this.requestUpdate();
    if (code) this.load();
  }

  async load() {
    try {
      if (account() && !this.key && await this.loadOwn()) return;
      await this.loadPublic();
    } catch (error) {
      await this.set({ faults: error.status === 404 ? [{ field: this.sight ? "phone_tail" : "code", message: t("track.unknown") }] : faultsOf(error) });
      focusSummary(this);
    }
  }

  /** False: it is not the caller's. */
  async loadOwn() {
    const fetchIt = () => ask("GET", "/api/intake/dossiers/" + encodeURIComponent(this.code), { quiet: true });
    try {
      await this.set({ dossier: await fetchIt() });
    } catch (error) {
      if (error instanceof Problem && [401, 403, 404].includes(error.status)) return false;
      throw error;
    }
    this.end = follow(this.dossier, fetchIt, (dossier) => this.set({ dossier }));
    return true;
  }

  async loadPublic() {
    const body = { code: this.code, ...(this.key ? { key: this.key } : this.tail ? { phone_tail: this.tail } : {}) };
    const known = this.key || this.tail;
    const sight = known ? await askPublic("POST", "/api/intake/lookup", { body, tries: 1 })
      : await askPublic("GET", "/api/intake/lookup/" + encodeURIComponent(this.code), { tries: 1 });
    this.set({ sight, faults: [] });
    this.end ??= listen(`/api/intake/lookup/${encodeURIComponent(this.code)}/events`,
      (event) => { if (event.name !== "look") this.loadPublic().catch(() => null); }, { isPublic: true });
  }

  async ask(event) {
    event.preventDefault();
    const { code, tail } = event.target.elements;
    Object.assign(this, { code: code.value.trim(), tail: tail.value.trim(), faults: [], sight: null });
    if (!this.code) return this.set({ faults: [{ field: "code", message: t("track.code_missing") }] }).then(() => focusSummary(this));
    history.replaceState(null, "", "#" + this.code);
    return this.load();
  }

  /** Of a dossier one sees already. */
  async sayTail(event) {
    event.preventDefault();
    this.tail = event.target.elements.tail.value.trim();
    if (this.tail) return this.load();
    await this.set({ faults: [{ field: "phone_tail", message: t("question.missing", { label: t("track.tail") }) }] });
    return focusSummary(this);
  }

  async explain() {
    try {
      this.set({ why: (await ask("GET", `/api/verification/cases/${this.code}/appointment`)).why });
    } catch (error) {
      this.set({ why: [{ vi: tell(error), en: tell(error) }] });
    }
  }

  // ---- what is seen ----

  form() {
    return html`<h1>${t("track.title")}</h1>${summary(this.faults)}<form class="card" novalidate @submit=${this.ask}>
      ${field({ name: "code", label: t("track.code"), hint: t("track.code_hint"), faults: this.faults, control: ({ id, about, invalid }) =>
        html`<input id=${id} name="code" .value=${this.code ?? ""} autocapitalize="characters" autocomplete="off" spellcheck="false" aria-describedby=${about} aria-invalid=${invalid}>` })}
      ${this.tailField(t("track.tail_hint"))}
      <button>${t("track.button")}</button></form>
      <p>${t("track.own")} <a href="${link("login")}?next=${encodeURIComponent(link("mine"))}">${t("menu.login")}</a></p>`;
  }

  tailField(hint) {
    return field({ name: "phone_tail", label: t("track.tail"), hint, faults: this.faults, control: ({ id, about, invalid }) =>
      html`<input id=${id} name="tail" class="tiny" inputmode="numeric" maxlength="4" autocomplete="off" aria-describedby=${about} aria-invalid=${invalid}>` });
  }

  /** Who has the code alone may say here that it is his. */
  moreForm() {
    return html`<form class="card" novalidate @submit=${this.sayTail}><p>${t("track.more_with_phone")}</p>${this.tailField()}
      <button class="second">${t("track.button")}</button></form>`;
  }

  publicView() {
    const s = this.sight, last = s.timeline?.at(-1);
    return html`${summary(this.faults)}<p class="soft number">${s.code}</p><h1>${named(s.procedure_name) ?? t("track.title")}</h1><p>${tag(s.status)}</p>${whatNow(s.status)}
      <p><label for="far">${t("track.percent", { n: s.percent })}</label> <progress id="far" max="100" value=${s.percent}></progress></p>
      ${s.timeline ? html`<p>${named(s.unit_name)}</p>${timeline(s.timeline, last)}` : this.moreForm()}
      <p><a href="#" @click=${() => { this.tail = ""; }}>${t("track.other")}</a></p>`;
  }

  facts(state, d) {
    const row = (label, text) => (text ? html`<div><dt>${label}</dt><dd>${text}</dd></div>` : nothing);
    return html`<dl class="rows">
      ${row(t("track.where"), named(state.handling_unit_name || d.unit.name))}${row(t("track.step"), isOver(state.status) ? "" : named(state.step_name))}
      ${row(t("track.step_due"), !isOver(state.status) && state.step_due_at_ms && `${moment(state.step_due_at_ms)} (${away(state.step_due_at_ms)})`)}
      ${row(t("track.due"), state.due_at_ms && `${moment(state.due_at_ms)}${isOver(state.status) ? "" : ` (${away(state.due_at_ms)})`}`)}
      ${row(t("track.answer_by"), state.answer_by_ms && [5, 6].includes(state.status) && `${moment(state.answer_by_ms)} (${away(state.answer_by_ms)})`)}
      ${row(t("track.fee"), state.fee_dong && dong(state.fee_dong))}</dl>
      ${state.due_before_ms ? html`<p class="note due">${t("track.new_date", { before: moment(state.due_before_ms) })}</p>` : nothing}
      ${state.due_at_ms ? this.dateHelp(state) : nothing}`;
  }

  dateHelp(state) {
    return html`<details @toggle=${(e) => { if (e.target.open && !this.why) this.explain(); }}><summary>${t("track.why_date")}</summary>
      ${this.why ? html`<ul>${this.why.length ? this.why.map((w) => html`<li>${w[language]}</li>`) : html`<li>${t("track.why_person")}</li>`}</ul>` : html`<p>${t("wait.loading")}</p>`}</details>
      ${isOver(state.status) ? nothing : html`<p class="no-print"><a href=${calendarFile(this.code, state.due_at_ms)} download="${this.code}.ics">${t("track.calendar")}</a></p>`}`;
  }

  actions(status) {
    const to = (address, label, kind = "") => html`<a class="button ${kind}" href="${address}#${this.code}">${label}</a>`;
    return html`<div class="actions">
      ${status === 5 ? to(link("supplement"), t("track.supplement")) : nothing}${status === 6 ? to(link("pay"), t("track.pay")) : nothing}
      ${this.dossier.state?.result?.file ? html`<button @click=${() => download(`/api/intake/dossiers/${this.code}/result`, this.dossier.state.result.file.name)}>${t("track.download")}</button>` : nothing}
      ${to(link("confirmation"), t("track.receipt"), "second")}
      ${isOver(status) || status === 9 ? to(link("rate"), t("track.rate"), "second") : nothing}${to(link("complain"), t("track.complain"), "second")}
      ${mayWithdraw(status) ? to(link("withdraw"), t("track.withdraw"), "second") : nothing}</div>`;
  }

  asked(state) {
    if (state.status !== 5 || !state.asked_papers?.length) return nothing;
    return html`<h2>${t("track.asked")}</h2><ul>${state.asked_papers.map((p) => html`<li><strong>${named(p.name)}</strong>${p.reason ? html`<br>${p.reason}` : nothing}</li>`)}</ul>`;
  }

  ownView() {
    const d = this.dossier, state = d.state ?? { status: d.status };
    return html`<p class="soft number">${d.code}</p><h1>${named(d.procedure.name)}</h1>
      <div role="status"><p>${tag(d.status)}</p>${whatNow(d.status)}</div>
      ${reasonOf(d)}
      ${this.asked(state)}${this.actions(d.status)}${this.facts(state, d)}
      <h2>${t("track.history")}</h2>${timeline(d.timeline.length ? d.timeline : [{ transition: "SUBMIT", status: 1, at_ms: d.filed_at_ms }], state)}
      <details><summary>${t("track.papers", { n: d.papers.length })}</summary><ul>${d.papers.map((p) => html`<li>${named(p.name)}
        ${p.file ? html`<button class="plain" @click=${() => download(p.file.url, p.file.name)}>${p.file.name}</button>` : nothing}</li>`)}</ul></details>`;
  }

  render() {
    if (this.dossier) return this.ownView();
    if (this.sight) return this.publicView();
    if (this.code && !this.faults.length) return html`<h1>${t("track.title")}</h1><p class="spin" role="status">${t("wait.loading")}</p>`;
    return this.form();
  }
}
customElements.define("track-page", TrackPage);
