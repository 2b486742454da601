/* complaint-desk — petitions, complaints and denunciations as the office works them: what lies there, most urgent first, and one of
   them with its clock, who sent it as far as one may know, and what one may do now. */
import "./frame.js";
import { ask, isAway, newKey } from "../lib/api.js";
import { codeOfPage } from "../lib/dossier.js";
import { faultsOf, field, focusSummary, summary, tell } from "../lib/faults.js";
import { moment, shortMoment } from "../lib/format.js";
import { focusOn, html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { OfficePage } from "../lib/office.js";
import { deadline, unitChoice } from "../lib/staff.js";
import { allUnits, unitOptions } from "../lib/units.js";
import { link, t, words } from "../lib/words.js";

const STATES = ["received", "detail_asked", "in_handling", "answered"];
const NEEDS = { classify: ["class", "is_attitude", "is_head", "is_remote"], pass: ["unit", "words"], forward: ["agency", "words"], ask_detail: ["words"], refuse: ["words"],
  extend: ["words"], answer: ["outcome", "words"], publish: ["words"], accept: [], tell: [] };
const classes = words("complain.class"), categories = words("complain.category"), states = words("desk.state"), acts = words("desk.act"), moves = words("complaint.move"),
  outcomes = words("complaint.outcome"), flags = words("desk.flag"), hints = words("desk.hint");

class ComplaintDesk extends OfficePage {
  query = new URLSearchParams(location.search);
  state = STATES.includes(this.query.get("state")) ? this.query.get("state") : "received";
  rows = null;
  c = null;
  act = "";
  faults = [];
  roles = ["clerk", "officer", "leader", "inspector", "auditor"];
  nowhere = t("desk.no_unit");
  all = [];
  denouncer = null;

  start() {
    addEventListener("hashchange", () => this.begin().catch((error) => this.set({ trouble: tell(error) })));
    return this.begin();
  }

  async begin() {
    Object.assign(this, { c: null, act: "", faults: [], denouncer: null, trouble: "", code: codeOfPage() });
    if (this.code) return this.load();
    const escalated = this.query.has("escalated") ? "&escalated=true" : `&state=${this.state}`;
    const { complaints } = await ask("GET", `/api/feedback/desk/complaints?unit=${this.unit.code}${escalated}&limit=100`);
    return this.set({ rows: complaints });
  }

  async load() {
    await this.set({ c: await ask("GET", "/api/feedback/desk/complaints/" + encodeURIComponent(this.code)) });
  }

  async choose(act) {
    if (act === "pass" && !this.all.length) this.all = await allUnits().catch(() => []);
    await this.set({ act: this.act === act ? "" : act, faults: [], key: newKey() });
    focusOn(this.querySelector("#act"));
  }

  body(form) {
    const body = { act: this.act }, value = (name) => form.elements[name]?.value.trim();
    for (const name of ["words", "unit", "outcome", "class"]) if (value(name)) body[name] = value(name);
    if (value("agency")) body.unit = value("agency");
    for (const name of ["is_attitude", "is_head", "is_remote"]) if (form.elements[name]) body[name] = form.elements[name].checked;
    return body;
  }

  async doIt(event) {
    event.preventDefault();
    try {
      await ask("POST", `/api/feedback/desk/complaints/${this.code}/acts`, { body: this.body(event.target), key: this.key, headers: { "If-Match": `"${this.c.version}"` } });
      Object.assign(this, { act: "", faults: [] });
      await this.load();
      focusOn(this.querySelector("h1"));
    } catch (error) {
      if (!isAway(error)) this.key = newKey();
      await this.set({ faults: error.status === 412 ? [{ field: "", message: t("desk.faster") }] : faultsOf(error) });
      if (error.status === 412) await this.load();
      focusSummary(this);
    }
  }

  async readDenouncer(event) {
    event.preventDefault();
    try {
      const reason = event.target.elements.reason.value.trim();
      await this.set({ denouncer: await ask("POST", `/api/feedback/desk/complaints/${this.code}/denouncer`, { body: { reason }, tries: 1 }) });
    } catch (error) {
      await this.set({ faults: faultsOf(error) });
      focusSummary(this);
    }
  }

  // ---- what is seen ----

  list() {
    const cell = (label, content) => html`<td data-label=${label}>${content}</td>`;
    return html`<nav class="tabs" aria-label=${t("queue.tabs")}>${STATES.map((s) => html`<a href=${link("complaint-desk", { unit: this.unit.code, state: s })} aria-current=${s === this.state && !this.query.has("escalated") ? "page" : nothing}>${states[s]}</a>`)}
      <a href=${link("complaint-desk", { unit: this.unit.code, escalated: "" })} aria-current=${this.query.has("escalated") ? "page" : nothing}>${t("desk.escalated")}</a></nav>
      ${!this.rows ? html`<p class="spin" role="status">${t("wait.loading")}</p>` : !this.rows.length ? html`<p class="note">${t("desk.empty")}</p>` : html`<table class="stacks"><thead><tr>${["code", "due", "what", "title", "state"].map((h) => html`<th scope="col">${words("desk.head")[h]}</th>`)}</tr></thead>
      <tbody>${this.rows.map((r) => html`<tr><th scope="row"><a class="number" href="#${r.code}">${r.code}</a></th>${cell(t("desk.head.due"), deadline(r.step_due_at_ms ?? r.due_at_ms))}
        ${cell(t("desk.head.what"), html`${classes[r.class].name}<br><span class="soft">${categories[r.category] ?? r.category}</span>`)}${cell(t("desk.head.title"), r.title)}${cell(t("desk.head.state"), r.state_name)}</tr>`)}</tbody></table>`}`;
  }

  control(name) {
    const hint = hints[name];
    if (name === "words") return field({ name, label: t("desk.words"), hint: this.act === "publish" ? t("desk.publish_hint") : hint, faults: this.faults, control: ({ id, about, invalid }) => html`<textarea id=${id} name="words" aria-describedby=${about} aria-invalid=${invalid}></textarea>` });
    if (name === "unit") return field({ name, label: t("desk.unit"), faults: this.faults, control: ({ id, about }) => html`<select id=${id} name="unit" aria-describedby=${about}>${unitOptions(this.all, this.all, "")}</select>` });
    if (name === "agency") return field({ name: "unit", label: t("desk.agency"), faults: this.faults, control: ({ id, about }) => html`<input id=${id} name="agency" aria-describedby=${about}>` });
    if (name === "outcome") return field({ name, label: t("desk.outcome"), faults: this.faults, control: ({ id, about }) => html`<select id=${id} name="outcome" aria-describedby=${about}><option value="">${t("question.choose")}</option>${["upheld", "partly_upheld", "untrue"].map((o) => html`<option value=${o}>${outcomes[o]}</option>`)}</select>` });
    if (name === "class") return field({ name, label: t("desk.class"), faults: this.faults, control: ({ id, about }) => html`<select id=${id} name="class" aria-describedby=${about}>${["petition", "complaint"].map((c) => html`<option value=${c} ?selected=${this.c.class === c}>${classes[c].name}</option>`)}</select>` });
    return html`<label class="choice"><input type="checkbox" name=${name} .checked=${name === "is_remote" ? Boolean(this.c.is_remote) : Boolean(this.c.about[name])}><span>${flags[name]}</span></label>`;
  }

  sender() {
    const c = this.c, p = this.denouncer ?? c.contact;
    if (p) return html`<dl class="rows">${["name", "address", "phone", "email"].map((n) => (p[n] ? html`<div><dt>${words("complain.contact")[n]}</dt><dd>${p[n]}</dd></div>` : nothing))}</dl>`;
    if (!c.may_read_denouncer) return html`<p class="soft">${c.is_anonymous ? t("desk.anonymous") : t("desk.sealed")}</p>`;
    return html`<form class="card" @submit=${this.readDenouncer}><p>${t("desk.read_text")}</p><label for="f-reason">${t("desk.read_why")}</label><input id="f-reason" name="reason" required><div class="actions"><button class="second">${t("desk.read")}</button></div></form>`;
  }

  facts() {
    const c = this.c, row = (label, text) => (text ? html`<div><dt>${label}</dt><dd>${text}</dd></div>` : nothing);
    return html`<dl class="rows">${row(t("desk.step_due"), c.step_due_at_ms && deadline(c.step_due_at_ms))}${row(t("complain.answer_by"), c.due_at_ms && deadline(c.due_at_ms))}
      ${row(t("complain.goes_to"), named(c.handling_unit.name) || c.handling_unit.code)}${row(t("complaint.about"), c.about.name)}
      ${c.dossier ? html`<div><dt>${t("complaint.dossier")}</dt><dd><a class="number" href="${link("case")}#${c.dossier}">${c.dossier}</a></dd></div>` : nothing}
      ${row(t("complaint.received"), c.received_at_ms && moment(c.received_at_ms))}</dl>`;
  }

  one() {
    const c = this.c;
    return html`<p><a href="#">${t("case.back")}</a></p><div class="bar"><div><p class="soft"><span class="number">${c.code}</span> · ${classes[c.class].name} · ${categories[c.category] ?? c.category}</p><h1>${c.title}</h1></div><p><span class="tag ${c.is_late ? "bad" : ""}">${c.state_name}</span></p></div>
      ${summary(this.faults)}<div class="work"><section><p class="body-text card">${c.content}</p>${c.evidence ? html`<p class="body-text card">${c.evidence}</p>` : nothing}${this.facts()}<h2>${t("desk.who")}</h2>${this.sender()}
      <details><summary>${t("case.history", { n: c.moves.length })}</summary><ol>${c.moves.map((m) => html`<li>${shortMoment(m.at_ms)}: ${moves[m.act] ?? m.act}${m.by ? ` – ${m.by}` : ""}${m.was_late ? html` <strong class="late">${t("desk.was_late")}</strong>` : nothing}${m.words ? html`<br><span class="body-text">${m.words}</span>` : nothing}</li>`)}</ol></details></section>
      <section><h2>${t("case.decide")}</h2>${c.allowed.length ? html`<div class="decisions" role="group" aria-label=${t("case.decide")}>${c.allowed.filter((a) => acts[a]).map((a) => html`<button class="second" aria-pressed=${this.act === a} @click=${() => this.choose(a)}>${acts[a]}</button>`)}</div>` : html`<p class="soft">${t("desk.nothing")}</p>`}
      ${this.act ? html`<form id="act" class="card" novalidate @submit=${this.doIt}><h3>${acts[this.act]}</h3>${(NEEDS[this.act] ?? []).map((n) => this.control(n))}<button>${acts[this.act]}</button></form>` : nothing}</section></div>`;
  }

  render() {
    if (this.trouble) return html`<h1>${t("desk.title")}</h1><p class="note bad" role="alert">${this.trouble}</p>${this.code ? html`<p><a href="#">${t("case.back")}</a></p>` : nothing}`;
    if (!this.unit || (this.code && !this.c)) return html`<h1>${t("desk.title")}</h1><p class="spin" role="status">${t("wait.loading")}</p>`;
    if (this.c) return this.one();
    return html`<div class="bar"><h1>${t("desk.title")}</h1><div>${unitChoice(this.units, this.unit, (unit) => { location.href = link("complaint-desk", { unit, state: this.state }); })}</div></div>${this.list()}`;
  }
}
customElements.define("complaint-desk", ComplaintDesk);
