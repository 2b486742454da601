/* counter — a clerk takes in a dossier with the keyboard alone: person, procedure, papers; F2 accepts and prints the receipt, F3
   prints the one complete list of what is missing, F4 the refusal with its reason, F8 begins anew. What is printed is the official
   form as it is on record; where it does not come within a second, or cannot be printed from here, the same words at once. */
import "./frame.js";
import { ask, askPublic, newKey } from "../lib/api.js";
import { readCard } from "../lib/card.js";
import { faultsOf, field, focusSummary, summary } from "../lib/faults.js";
import { forgottenView, passwordLink } from "../lib/forgotten.js";
import { limitText, moment, shortMoment } from "../lib/format.js";
import { focusOn, html, nothing } from "../lib/live.js";
import { ifAny, named } from "../lib/names.js";
import { OfficePage } from "../lib/office.js";
import { download, fetchBlob, picture } from "../lib/picture.js";
import { printPdf } from "../lib/print.js";
import { answerOf, asked, faultOf, question } from "../lib/questions.js";
import { sheetView } from "../lib/sheet.js";
import { unitChoice } from "../lib/staff.js";
import { link, t, words } from "../lib/words.js";

const CASE_MOST_MS = 3000, CASE_AGAIN_MS = 60, FIND_MS = 150, PAPER_MOST_MS = 900, SLIPS_SHOWN = 10;
const PERSON = ["id_number", "name", "birth_date", "phone", "address", "email"];
const KEYS = { F2: "accept", F3: "guide", F4: "refuse", F8: "anew" };
const persons = words("counter.person"), heads = words("counter.slip");
const within = (ms, promise) => Promise.race([promise.catch(() => null), pause(ms).then(() => null)]);
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
const blank = () => ({ person: {}, procedure: null, hits: [], answers: {}, has: new Set(), extra: "", reason: "", faults: [], sheet: null, filed: null, key: newKey() });

class CounterPage extends OfficePage {
  unit = null;
  roles = ["clerk"];
  nowhere = t("counter.no_unit");
  busy = false;
  slips = null;
  handed = null;
  forgotten = null; // the link for a new password

  constructor() {
    super();
    Object.assign(this, blank());
  }

  async start() {
    await this.requestUpdate();
    addEventListener("keydown", (event) => {
      if (!KEYS[event.key] || event.altKey || event.ctrlKey) return;
      event.preventDefault();
      this[KEYS[event.key]]();
    });
    this.querySelector("#f-applicant-id_number")?.focus();
  }

  // ---- what is written ----

  /** A scanner types the whole card into the field of the number. */
  take(name, value) {
    const card = name === "id_number" ? readCard(value) : null;
    if (!card) return;
    this.set({ person: { ...this.person, ...card } });
    this.querySelector("#f-applicant-phone").focus();
  }

  find(q) {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const page = q.trim() ? await askPublic("GET", "/api/intake/procedures?" + new URLSearchParams({ q: q.trim(), limit: 6 })).catch(() => ({ procedures: [] })) : { procedures: [] };
      this.set({ hits: page.procedures });
    }, FIND_MS);
  }

  async choose(code) {
    try {
      const procedure = await askPublic("GET", "/api/intake/procedures/" + encodeURIComponent(code));
      await this.set({ procedure, hits: [], answers: {}, has: new Set(), faults: [], key: newKey() });
      this.querySelector("#f-procedure").value = procedure.name;
      (this.querySelector("#answers input, #answers select, #answers textarea") ?? this.querySelector("#papers input"))?.focus();
    } catch (error) {
      this.set({ faults: faultsOf(error) });
    }
  }

  move(event, by) {
    const all = [...this.querySelectorAll(".suggest button")], at = all.indexOf(document.activeElement) + by;
    if (!all.length) return;
    event.preventDefault();
    (all[at] ?? this.querySelector("#f-procedure")).focus();
  }

  onFindKey(event) {
    if (event.key === "ArrowDown") this.move(event, 1);
    if (event.key === "ArrowUp") this.move(event, -1);
    if (event.key !== "Enter" || event.target.tagName === "BUTTON") return;
    event.preventDefault();
    if (this.hits[0]) this.choose(this.hits[0].code);
  }

  // ---- what comes of it ----

  personFaults() {
    return ["id_number", "name", "phone", "address"].filter((name) => !this.person[name]?.trim())
      .map((name) => ({ field: "applicant." + name, message: t("counter.missing", { label: persons[name] }) }));
  }

  questions() {
    return this.procedure ? asked(this.procedure.form, this.answers) : [];
  }

  missing() {
    return (this.procedure?.components ?? []).filter((c) => c.required && !this.has.has(c.code));
  }

  async refused(faults) {
    await this.set({ faults });
    focusSummary(this);
  }

  applicant() {
    const applicant = {};
    for (const name of PERSON) if (this.person[name]?.trim()) applicant[name] = this.person[name].trim().replace(/^[\d\s]+$/, (n) => n.replace(/\s/g, ""));
    return applicant;
  }

  body() {
    const applicant = { kind: "citizen", ...this.applicant() };
    const answers = Object.fromEntries(this.questions().map((f) => [f.name, answerOf(f, this.answers[f.name])]).filter(([, v]) => v !== undefined));
    const papers = this.procedure.components.filter((c) => this.has.has(c.code)).map((c) => ({ component: c.code, originals: c.originals || (c.copies ? 0 : 1), copies: c.copies }));
    return { procedure: this.procedure.code, unit: this.unit.code, applicant, answers, papers, channel: "counter" };
  }

  async accept() {
    if (this.busy || this.filed) return;
    const faults = [...this.personFaults(), ...(this.procedure ? [] : [{ field: "procedure", message: t("counter.no_procedure") }]),
      ...this.questions().map((f) => ({ field: "answers." + f.name, message: faultOf(f, this.answers[f.name]) })).filter((f) => f.message),
      ...this.missing().map((c) => ({ field: "papers." + c.code, message: t("counter.paper_missing", { name: c.name }) }))];
    if (faults.length) return this.refused(faults);
    await this.set({ busy: true, faults: [] });
    try {
      const { code } = await ask("POST", "/api/intake/dossiers", { body: this.body(), key: this.key });
      await this.receipt(code);
    } catch (error) {
      await this.refused(faultsOf(error));
    }
    return this.set({ busy: false });
  }

  /** The case, as soon as verification has it: its appointment stands on the receipt. */
  async caseOf(code) {
    for (const until = Date.now() + CASE_MOST_MS; Date.now() < until; await pause(CASE_AGAIN_MS)) {
      const c = await ask("GET", "/api/verification/cases/" + code, { tries: 1 }).catch(() => null);
      if (c) return c;
    }
    return null;
  }

  async receipt(code) {
    const [c, qr] = await Promise.all([this.caseOf(code), picture(`/api/intake/dossiers/${code}/receipt.svg`).catch(() => null)]);
    const papers = this.procedure.components.filter((p) => this.has.has(p.code)).map((p) => p.name);
    const official = c && await within(PAPER_MOST_MS, this.officialOf(code));
    await this.set({ filed: { code, dueAtMs: c?.due_at_ms ?? 0 } });
    await this.print({ kind: "receipt", code, qr, dueAtMs: c?.due_at_ms ?? 0, papers }, official);
    focusOn(this.querySelector("#filed"));
  }

  /** Form 01 as it was issued. */
  async officialOf(code) {
    const { forms } = await ask("GET", `/api/verification/cases/${code}/forms`, { tries: 1 });
    this.forms = forms;
    const first = forms.find((f) => f.form === "01");
    return first ? fetchBlob(first.url, { tries: 1 }) : null;
  }

  /** what: the same as a sheet of this page (lib/sheet.js); official: the paper on record, or null. */
  async print(what, official) {
    this.printed = { what, official };
    await this.set({ sheet: { unit: this.unit.name, clerk: this.who.name, person: { name: "", address: "", phone: "", ...this.person }, procedure: this.procedure.name, reason: "", atMs: Date.now(), ...what } });
    if (await printPdf(official)) return;
    await Promise.all([...this.querySelectorAll(".sheet img")].map((img) => img.decode().catch(() => null)));
    print();
  }

  /** On record first, then on paper: what was handed over can be printed again. */
  async slip(form, kind, names, reason) {
    if (this.busy) return undefined;
    const faults = this.person.name?.trim() ? [] : [{ field: "applicant.name", message: t("counter.missing", { label: persons.name }) }];
    if (faults.length) return this.refused(faults);
    await this.set({ busy: true, faults: [] });
    const { birth_date: _, ...person } = this.applicant();
    const body = { unit: this.unit.code, form, procedure: this.procedure.code, procedure_version: this.procedure.version, applicant: person, papers: names, ...(reason ? { reason } : {}) };
    try {
      const slip = await ask("POST", "/api/verification/slips", { body, key: this.key });
      await this.set({ key: newKey(), handed: slip });
      await this.print({ kind, papers: names.map((p) => p.name), reason }, await within(PAPER_MOST_MS, fetchBlob(slip.url, { tries: 1 })));
      this.loadSlips();
    } catch (error) {
      await this.refused(faultsOf(error));
    }
    return this.set({ busy: false });
  }

  async loadSlips() {
    const { slips } = await ask("GET", `/api/verification/slips?unit=${this.unit.code}&limit=${SLIPS_SHOWN}`, { tries: 1 }).catch(() => ({ slips: this.slips }));
    this.set({ slips });
  }

  async guide() {
    if (!this.procedure || this.filed) return undefined;
    const papers = [...this.missing().map((c) => ({ component: c.code, name: c.name })),
      ...this.extra.split("\n").map((line) => line.trim()).filter(Boolean).map((name) => ({ name }))];
    if (!papers.length) return this.refused([{ field: "extra", message: t("counter.nothing_missing") }]);
    return this.slip("02", "guidance", papers, this.reason.trim());
  }

  async refuse() {
    if (!this.procedure || this.filed) return undefined;
    if (!this.reason.trim()) return this.refused([{ field: "reason", message: t("counter.no_reason") }]);
    return this.slip("03", "refusal", [], this.reason.trim());
  }

  async anew() {
    await this.set({ ...blank(), forms: null, handed: null, forgotten: null });
    this.querySelector("#f-procedure").value = "";
    this.querySelector("#f-applicant-id_number").focus();
  }

  // ---- what is seen ----

  input(name, more = {}) {
    return field({ name: "applicant." + name, label: persons[name], hint: more.hint, faults: this.faults, control: ({ id, about, invalid }) => html`
      <input id=${id} type=${more.type ?? "text"} inputmode=${more.inputmode ?? nothing} autocomplete="off" class=${more.kind ?? ""} .value=${this.person[name] ?? ""}
        aria-describedby=${about} aria-invalid=${invalid} @input=${(e) => { this.person[name] = e.target.value; }} @change=${(e) => this.take(name, e.target.value)} @keydown=${(e) => e.key === "Enter" && this.take(name, e.target.value)}>` });
  }

  personPart() {
    return html`<section><h2>${t("counter.person_title")}</h2>${this.input("id_number", { inputmode: "numeric", kind: "short", hint: t("counter.scan") })}
      ${this.input("name")}${this.input("birth_date", { type: "date", kind: "short" })}${this.input("phone", { type: "tel", kind: "short" })}${this.input("address")}${this.input("email", { type: "email" })}</section>`;
  }

  procedurePart() {
    const p = this.procedure;
    return html`<section @keydown=${this.onFindKey}><h2>${t("counter.procedure_title")}</h2>
      ${field({ name: "procedure", label: t("counter.find"), hint: t("counter.find_hint"), faults: this.faults, control: ({ id, about, invalid }) => html`
        <input id=${id} autocomplete="off" aria-describedby=${about} aria-invalid=${invalid} @input=${(e) => this.find(e.target.value)}>` })}
      ${this.hits.length ? html`<ul class="suggest">${this.hits.map((h) => html`<li><button type="button" @click=${() => this.choose(h.code)}>${named(h.name)}</button></li>`)}</ul>` : nothing}
      ${p ? html`<p class="soft">${limitText(p.limit)}</p><div id="answers">${this.questions().map((f) => question(f, this.answers[f.name], this.faults, (name, value) => this.set({ answers: { ...this.answers, [name]: value } })))}</div>` : nothing}</section>`;
  }

  tick(code, on) {
    const has = new Set(this.has);
    if (on) has.add(code);
    else has.delete(code);
    this.set({ has });
  }

  papersPart() {
    return html`<section id="papers"><h2>${t("counter.papers_title")}</h2>
      ${(this.procedure?.components ?? []).map((c) => html`<label class="choice" for="f-papers-${c.code}"><input type="checkbox" id="f-papers-${c.code}" .checked=${this.has.has(c.code)}
        @change=${(e) => this.tick(c.code, e.target.checked)}><span>${named(c.name)}${ifAny(c) ? html` <span class="soft">${ifAny(c)}</span>` : nothing}</span></label>`)}
      ${field({ name: "extra", label: t("counter.extra"), hint: t("counter.extra_hint"), faults: this.faults, control: ({ id, about }) => html`<textarea id=${id} rows="2" .value=${this.extra} aria-describedby=${about} @input=${(e) => { this.extra = e.target.value; }}></textarea>` })}
      ${field({ name: "reason", label: t("counter.reason"), hint: t("counter.reason_hint"), faults: this.faults, control: ({ id, about }) => html`<textarea id=${id} rows="2" .value=${this.reason} aria-describedby=${about} @input=${(e) => { this.reason = e.target.value; }}></textarea>` })}</section>`;
  }

  filedPart() {
    const first = this.forms?.find((f) => f.form === "01");
    return html`<section id="filed" class="note" role="status"><h2>${t("counter.filed")}</h2><p class="number"><strong>${this.filed.code}</strong></p>
      <p>${this.filed.dueAtMs ? t("counter.due", { at: moment(this.filed.dueAtMs) }) : t("counter.due_later")}</p>
      <p><a href="${link("case")}#${this.filed.code}">${t("counter.open")}</a>
      ${first ? html` · <button class="plain" @click=${() => download(first.url, `01-${this.filed.code}.pdf`)}>${t("counter.official")}</button>` : nothing}</p>
      <div class="actions"><button @click=${this.anew}><kbd>F8</kbd>${t("counter.anew")}</button><button class="second" @click=${() => this.print(this.printed.what, this.printed.official)}>${t("counter.again")}</button></div></section>`;
  }

  handedPart() {
    if (!this.handed) return nothing;
    return html`<p id="handed" class="note" role="status">${t("counter.handed")} <button class="plain" @click=${() => download(this.handed.url, `${this.handed.form}.pdf`)}>${t("counter.handed_open")}</button></p>`;
  }

  slipsPart() {
    const again = (s) => fetchBlob(s.url).then(async (blob) => { if (!await printPdf(blob)) download(s.url, `${s.form}.pdf`); }, (error) => this.refused(faultsOf(error)));
    return html`<details id="slips" @toggle=${(e) => { if (e.target.open && !this.slips) this.loadSlips(); }}><summary>${t("counter.slips")}</summary>
      ${!this.slips ? html`<p>${t("wait.loading")}</p>` : this.slips.length ? html`<table class="stacks"><thead><tr>${["number", "person", "procedure", "at", "by"].map((h) => html`<th scope="col">${heads[h]}</th>`)}<th scope="col">${t("counter.again")}</th></tr></thead>
      <tbody>${this.slips.map((s) => html`<tr><th scope="row"><span class="number">${s.number}</span></th><td data-label=${heads.person}>${s.applicant_name}</td><td data-label=${heads.procedure}>${named(s.procedure_name)}</td>
        <td data-label=${heads.at}>${shortMoment(s.issued_at_ms)}</td><td data-label=${heads.by}>${s.by_name}</td>
        <td data-label=${t("counter.again")}><button class="plain" @click=${() => again(s)}>${t("counter.again")}<span class="unseen"> ${s.number}</span></button></td></tr>`)}</tbody></table>` : html`<p>${t("counter.no_slips")}</p>`}</details>`;
  }

  render() {
    if (!this.unit) return html`<h1>${t("counter.title")}</h1>${this.trouble ? html`<p class="note bad" role="alert">${this.trouble}</p>` : html`<p class="spin" role="status">${t("wait.loading")}</p>`}`;
    return html`${this.sheet ? sheetView(this.sheet) : nothing}<div class="screen">
      <div class="bar"><h1>${t("counter.title")}</h1><div>${unitChoice(this.units, this.unit, (code) => { location.search = new URLSearchParams({ unit: code }); })}</div></div>
      ${summary(this.faults)}${this.handedPart()}${this.filed ? this.filedPart() : html`<div class="work three">${this.personPart()}${this.procedurePart()}${this.papersPart()}</div>
      <div class="actions"><button aria-disabled=${this.busy} @click=${this.accept}><kbd>F2</kbd>${t("counter.accept")}</button>
        <button class="second" @click=${this.guide}><kbd>F3</kbd>${t("counter.guide")}</button><button class="second" @click=${this.refuse}><kbd>F4</kbd>${t("counter.refuse")}</button>
        <button class="second" @click=${this.anew}><kbd>F8</kbd>${t("counter.anew")}</button></div>`}${this.slipsPart()}${forgottenView(this.forgotten, async (number) => this.set({ forgotten: await passwordLink(number) }))}</div>`;
  }
}
customElements.define("counter-page", CounterPage);
