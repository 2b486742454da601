/* wave — one wave of a survey, for the units of who looks: how many are asked and have answered, whose dossiers were drawn, the slips
   of paper a clerk types in (each number once), and what it came to once it is over. #id */
import "./frame.js";
import { ask, askPublic, isAway, newKey } from "../lib/api.js";
import { codeOfPage } from "../lib/dossier.js";
import { faultsOf, field, focusSummary, summary, tell } from "../lib/faults.js";
import { fieldNames } from "../lib/fields.js";
import { day } from "../lib/format.js";
import { Live, html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { number, percent, tooFew } from "../lib/published.js";
import { READING, staffAccount } from "../lib/staff.js";
import { isWaveOver, waveState } from "../lib/survey.js";
import { tableHead } from "../lib/table.js";
import { allUnits } from "../lib/units.js";
import { language, link, t, words } from "../lib/words.js";

const heads = words("wave.head"), scores = words("rate.score");
const WHOLE = 10000, DRAWING_MS = 2000;

class WavePage extends Live {
  id = codeOfPage();
  wave = null;
  units = new Map();
  fields = new Map();
  samples = new Map(); // unit → {codes, next}
  results = null;
  faults = [];
  entered = "";
  busy = false;
  trouble = "";
  key = newKey();

  async connectedCallback() {
    super.connectedCallback();
    addEventListener("hashchange", () => location.reload());
    try {
      this.who = await staffAccount();
      await this.load();
      const { survey, version } = this.wave;
      const [asks, units] = await Promise.all([askPublic("GET", `/api/feedback/surveys/${survey}?version=${version}`), allUnits()]);
      await this.set({ asks, units: new Map(units.map((u) => [u.code, u.name])) });
      if (isWaveOver(this.wave)) await this.set({ results: await askPublic("GET", `/api/feedback/waves/${this.id}/results`) });
      await this.set({ fields: await fieldNames().catch(() => this.fields) });
    } catch (error) {
      this.set({ trouble: error.status === 404 ? t("wave.unknown") : tell(error) });
    }
  }

  async load() {
    await this.set({ wave: await ask("GET", "/api/feedback/waves/" + encodeURIComponent(this.id)) });
    if (!this.wave.is_drawn) setTimeout(() => this.load().catch(() => null), DRAWING_MS);
  }

  may(roles, unit) {
    return this.who.grants.some((g) => roles.includes(g.role) && ["*", unit].includes(g.unit));
  }

  async more(unit) {
    const known = this.samples.get(unit) ?? { codes: [], next: "" };
    const page = await ask("GET", `/api/feedback/waves/${this.id}/units/${unit}/sample?limit=200` + (known.next ? "&after=" + known.next : "")).catch((error) => ({ codes: [], next: null, trouble: tell(error) }));
    this.samples.set(unit, { ...page, codes: [...known.codes, ...page.codes] });
    this.requestUpdate();
  }

  async enter(event) {
    event.preventDefault();
    if (this.busy) return;
    const form = event.target, no = form.elements.slip_no, criteria = this.asks.factors.flatMap((f) => f.criteria);
    const faults = Number.isInteger(no.valueAsNumber) ? [] : [{ field: "slip_no", message: t("question.missing", { label: t("slips.label.slip_no") }) }];
    await this.set({ faults, entered: "", busy: !faults.length });
    if (faults.length) return focusSummary(this);
    const answers = criteria.map((c) => Number(form.elements["c" + c.no].value || 0)), remark = form.elements.words.value.trim();
    try {
      await ask("POST", `/api/feedback/waves/${this.id}/slips`, { body: { slip_no: no.valueAsNumber, answers, ...(remark ? { words: remark } : {}) }, key: this.key });
      await this.set({ key: newKey(), entered: no.value, busy: false });
      form.reset();
      no.focus();
      await this.load();
    } catch (error) {
      if (!isAway(error)) this.key = newKey();
      await this.set({ faults: faultsOf(error).map((f) => ({ ...f, field: f.field === "answers" ? "c1" : f.field })), busy: false });
      focusSummary(this);
    }
  }

  // ---- what is seen ----

  unitName(code) {
    return this.units.get(code) ?? code;
  }

  strata() {
    const { strata } = this.wave, sum = (name) => strata.reduce((n, s) => n + s[name], 0);
    const rate = (answered, sampled) => (sampled ? percent((WHOLE * answered) / sampled) : "–");
    const row = (unit, name, s, slips) => html`<tr><th scope="row">${unit}</th><td data-label=${heads.field}>${name}</td>${["population", "sampled", "answered"].map((n) => html`<td data-label=${heads[n]} class="number">${number(s[n])}</td>`)}
      <td data-label=${heads.rate} class="number">${rate(s.answered, s.sampled)}</td><td data-label=${heads.slips} class="number">${slips}</td></tr>`;
    if (!strata.length) return html`<p class="note">${this.wave.is_drawn ? t("wave.nobody") : t("wave.drawing")}</p>`;
    const all = { population: sum("population"), sampled: sum("sampled"), answered: sum("answered") };
    return html`<table class="stacks" id="strata">${tableHead(["unit", "field", "population", "sampled", "answered", "rate", "slips"].map((h) => heads[h]), 2)}
      <tbody>${row(t("wave.all"), "", all, "")}${strata.map((s) => row(named(this.unitName(s.unit)), named(this.fields.get(s.field)) ?? s.field, s, `${s.first_slip}–${s.last_slip}`))}</tbody></table>`;
  }

  sample(unit) {
    const found = this.samples.get(unit);
    return html`<details @toggle=${(e) => e.target.open && !found && this.more(unit)}><summary>${t("wave.sample", { unit: this.unitName(unit) })}</summary>
      ${!found ? html`<p>${t("wait.loading")}</p>` : html`${found.trouble ?? nothing}<ul>${found.codes.map((c) => html`<li><a class="number" href="${link("case")}#${c}">${c}</a></li>`)}</ul>
      ${found.next ? html`<button class="second" @click=${() => this.more(unit)}>${t("queue.more")}</button>` : nothing}`}</details>`;
  }

  criterion(c) {
    const name = "c" + c.no;
    return html`<fieldset class="field"><legend>${c.no}. ${c[language]}</legend><div class="scores">${[1, 2, 3, 4, 5].map((n) => html`<label class="choice"><input type="radio" name=${name} id=${n === 1 ? "f-" + name : `f-${name}-${n}`} value=${n}><span>${n}<span class="unseen"> ${scores[n]}</span></span></label>`)}</div></fieldset>`;
  }

  slips() {
    const isClerk = this.wave.strata.some((s) => this.may(["clerk"], s.unit));
    if (!isClerk || !this.asks || !this.wave.is_drawn || isWaveOver(this.wave)) return nothing;
    return html`<h2>${t("wave.enter")}</h2><p class="soft">${t("wave.enter_lead")}</p><p role="status" class=${this.entered ? "note" : ""}>${this.entered ? t("slips.entered", { no: this.entered }) : ""}</p>
      <form class="card" id="slip" novalidate @submit=${this.enter}>
      ${field({ name: "slip_no", label: t("slips.label.slip_no"), hint: t("slips.no_hint"), faults: this.faults, control: ({ id, about, invalid }) => html`<input id=${id} name="slip_no" type="number" min="1" class="short" inputmode="numeric" autocomplete="off" aria-describedby=${about} aria-invalid=${invalid}>` })}
      <p class="soft">${t("slips.scale", { worst: scores[1], best: scores[5] })}</p>
      ${this.asks.factors.map((f) => html`<h3>${f[language]}</h3>${f.criteria.map((c) => this.criterion(c))}`)}
      <div class="field"><label for="f-words">${t("rate.words")}</label><textarea id="f-words" name="words" maxlength="1000"></textarea></div>
      <button aria-disabled=${this.busy}>${t("slips.enter")}</button></form>`;
  }

  table(title, rows, name) {
    const factors = this.asks.factors.map((f) => f[language]);
    const one = (label, share) => html`<td data-label=${label} class="number">${share === null || share === undefined ? "–" : percent(share)}</td>`;
    return html`<h3>${title}</h3><table class="stacks">${tableHead([title, heads.sampled, heads.answered, heads.overall, ...factors], 1)}
      <tbody>${rows.map((r) => html`<tr><th scope="row">${r.name ? name(r.name) : t("wave.all")}</th><td data-label=${heads.sampled} class="number">${r.sampled === null ? tooFew() : number(r.sampled)}</td><td data-label=${heads.answered} class="number">${r.answered === null ? tooFew() : number(r.answered)}</td>
      <td data-label=${heads.overall} class="number">${r.overall === null || r.overall === undefined ? "–" : html`${percent(r.overall)}${r.interval ? html` <small class="soft">(${percent(r.interval[0])}–${percent(r.interval[1])})</small>` : nothing}`}</td>${factors.map((f, i) => one(f, r.factors?.[i]))}</tr>`)}</tbody></table>`;
  }

  render() {
    if (this.trouble) return html`<h1>${t("wave.title")}</h1><p class="note bad" role="alert">${this.trouble}</p>`;
    if (!this.wave) return html`<h1>${t("wave.title")}</h1><p class="spin" role="status">${t("wait.loading")}</p>`;
    const w = this.wave, mine = [...new Set(w.strata.map((s) => s.unit))].filter((u) => this.may(READING, u));
    return html`<p><a href=${link("surveys")}>${t("wave.back")}</a></p><div class="bar"><h1>${named(w.name)}</h1><p><span class="tag">${waveState(w)}</span></p></div>
      <p class="soft">${t("wave.about", { from: day(w.from_ms), to: day(w.to_ms - 1), closes: day(w.closes_at_ms - 1), quota: w.quota, seed: w.seed })}</p>${summary(this.faults)}
      ${this.results ? html`<section id="results"><h2>${t("wave.results")}</h2>${this.table(t("figures_public.units"), this.results.units, (code) => named(this.unitName(code)))}${this.table(t("figures_public.fields"), this.results.fields, (code) => named(this.fields.get(code)) ?? code)}</section>` : nothing}
      <h2>${t("wave.response")}</h2>${this.strata()}${this.slips()}${mine.length ? html`<h2>${t("wave.samples")}</h2><p class="soft">${t("wave.samples_lead")}</p>${mine.map((u) => this.sample(u))}` : nothing}`;
  }
}
customElements.define("wave-page", WavePage);
