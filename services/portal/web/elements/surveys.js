/* surveys — which surveys there are, in all their versions, and the waves in which people are asked; an administrator of every unit
   adds versions and waves here. One wave has a page of its own. */
import "./frame.js";
import { ask, askPublic, isAway, newKey } from "../lib/api.js";
import { faultsOf, field, focusSummary, summary, tell } from "../lib/faults.js";
import { day } from "../lib/format.js";
import { Live, html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { dayMs } from "../lib/periods.js";
import { staffAccount } from "../lib/staff.js";
import { factorsOf, textOf, waveState } from "../lib/survey.js";
import { tableHead } from "../lib/table.js";
import { language, link, t, words } from "../lib/words.js";

const labels = words("surveys.label"), hints = words("surveys.hint"), heads = words("surveys.head");
const nameOf = (s) => s[`name_${language}`];
/** Of a form: what is sent, and which field of the page a fault is about. */
const FORMS = {
  wave: { fields: ["survey", "name", "seed", "from", "to", "closes", "quota"], about: { from_ms: "from", to_ms: "to", closes_at_ms: "closes" },
    send: (v) => ["/api/feedback/surveys/" + v.survey + "/waves", { name: v.name, seed: v.seed, from_ms: dayMs(v.from), to_ms: dayMs(v.to, 1), closes_at_ms: dayMs(v.closes, 1), quota: Number(v.quota) }] },
  version: { fields: ["code", "name_vi", "name_en", "valid_from", "factors"], about: { valid_from_ms: "valid_from" },
    send: (v) => ["/api/feedback/surveys", { code: v.code, name_vi: v.name_vi, name_en: v.name_en, valid_from_ms: dayMs(v.valid_from), factors: factorsOf(v.factors) }] },
};

class SurveysPage extends Live {
  surveys = null;
  waves = [];
  asked = new Map(); // "code version" → what it asks
  form = "";
  faults = [];
  done = "";
  busy = false;
  trouble = "";

  async connectedCallback() {
    super.connectedCallback();
    try {
      this.who = await staffAccount();
      await this.load();
    } catch (error) {
      this.set({ trouble: tell(error) });
    }
  }

  async load() {
    const [{ surveys }, { waves }] = await Promise.all([askPublic("GET", "/api/feedback/surveys"), ask("GET", "/api/feedback/waves")]);
    await this.set({ surveys, waves });
  }

  contentOf(s) {
    return askPublic("GET", `/api/feedback/surveys/${s.code}?version=${s.version}`);
  }

  async look(event, s) {
    const key = `${s.code} ${s.version}`;
    if (!event.target.open || this.asked.has(key)) return;
    const found = await this.contentOf(s).catch((error) => ({ trouble: tell(error), factors: [] }));
    this.asked.set(key, found);
    this.requestUpdate();
  }

  /** A new version begins as a copy of the newest. */
  async choose(form) {
    const newest = this.surveys[0];
    if (form === "version" && !this.copy && newest) this.copy = await this.contentOf(newest).catch(() => null);
    await this.set({ form: this.form === form ? "" : form, faults: [], done: "", key: newKey() });
    this.querySelector("form.card input, form.card select")?.focus();
  }

  async send(event) {
    event.preventDefault();
    if (this.busy) return;
    const { fields, about, send } = FORMS[this.form], value = Object.fromEntries(fields.map((n) => [n, event.target.elements[n].value.trim()]));
    const faults = fields.filter((n) => !value[n]).map((n) => ({ field: n, message: t("question.missing", { label: labels[n] }) }));
    await this.set({ faults, done: "", busy: !faults.length });
    if (faults.length) return focusSummary(this);
    try {
      const [path, body] = send(value);
      await ask("POST", path, { body, key: this.key });
      await this.load();
      this.copy = null;
      await this.set({ form: "", done: this.form === "wave" ? t("surveys.wave_made", { name: value.name }) : t("surveys.version_made", { name: value.name_vi }), busy: false });
    } catch (error) {
      if (!isAway(error)) this.key = newKey();
      const own = (f) => (fields.includes(about[f.field] ?? f.field) ? about[f.field] ?? f.field : /^factors/.test(f.field) ? "factors" : "");
      await this.set({ faults: faultsOf(error).map((f) => ({ ...f, field: own(f) })), busy: false });
      focusSummary(this);
    }
  }

  // ---- what is seen ----

  input(name, type = "text", value = "") {
    return field({ name, label: labels[name], hint: hints[name], faults: this.faults, control: ({ id, about, invalid }) => html`<input id=${id} name=${name} type=${type} class=${type === "text" ? nothing : "short"} value=${value} aria-describedby=${about} aria-invalid=${invalid}>` });
  }

  waveForm() {
    const codes = [...new Set(this.surveys.map((s) => s.code))];
    return html`${field({ name: "survey", label: labels.survey, faults: this.faults, control: ({ id, about }) => html`<select id=${id} name="survey" aria-describedby=${about}>${codes.map((c) => html`<option value=${c}>${nameOf(this.surveys.find((s) => s.code === c))}</option>`)}</select>` })}
      ${this.input("name")}${this.input("seed")}${this.input("from", "date")}${this.input("to", "date")}${this.input("closes", "date")}${this.input("quota", "number")}<button aria-disabled=${this.busy}>${t("surveys.make_wave")}</button>`;
  }

  versionForm() {
    const c = this.copy;
    return html`${this.input("code", "text", c?.code)}${this.input("name_vi", "text", c?.name_vi)}${this.input("name_en", "text", c?.name_en)}${this.input("valid_from", "date")}
      ${field({ name: "factors", label: labels.factors, hint: hints.factors, faults: this.faults, control: ({ id, about, invalid }) => html`<textarea id=${id} name="factors" rows="14" aria-describedby=${about} aria-invalid=${invalid} .defaultValue=${c ? textOf(c.factors) : ""}></textarea>` })}<button aria-disabled=${this.busy}>${t("surveys.make_version")}</button>`;
  }

  adding() {
    if (!this.who.grants.some((g) => g.role === "administrator" && g.unit === "*")) return nothing;
    const choice = (form, text) => html`<button class="second" aria-pressed=${this.form === form} @click=${() => this.choose(form)}>${text}</button>`;
    return html`<div class="decisions" role="group" aria-label=${t("surveys.add")}>${choice("wave", t("surveys.new_wave"))}${choice("version", t("surveys.new_version"))}</div>
      ${this.form ? html`<form class="card" novalidate @submit=${this.send}>${this.form === "wave" ? this.waveForm() : this.versionForm()}</form>` : nothing}`;
  }

  wavesTable() {
    const title = (w) => { const s = this.surveys.find((x) => x.code === w.survey && x.version === w.version); return `${s ? nameOf(s) : w.survey} (${w.version})`; };
    return html`<h2>${t("surveys.waves")}</h2>${this.waves.length ? html`<table class="stacks" id="waves">${tableHead(["wave", "survey", "period", "closes", "state"].map((h) => heads[h]))}
      <tbody>${this.waves.map((w) => html`<tr><th scope="row"><a href="${link("wave")}#${w.id}">${named(w.name)}</a></th><td data-label=${heads.survey}>${title(w)}</td>
      <td data-label=${heads.period}>${day(w.from_ms)} – ${day(w.to_ms - 1)}</td><td data-label=${heads.closes}>${day(w.closes_at_ms - 1)}</td><td data-label=${heads.state}>${waveState(w)}</td></tr>`)}</tbody></table>` : html`<p class="note">${t("surveys.no_waves")}</p>`}`;
  }

  version(s) {
    const found = this.asked.get(`${s.code} ${s.version}`);
    return html`<li><details @toggle=${(e) => this.look(e, s)}><summary>${nameOf(s)} – ${t("surveys.version", { n: s.version, from: day(s.valid_from_ms) })}</summary>
      ${!found ? html`<p>${t("wait.loading")}</p>` : html`${found.trouble ?? nothing}<ol>${found.factors.map((f) => html`<li><strong>${f[language]}</strong><ul>${f.criteria.map((c) => html`<li>${c.no}. ${c[language]}</li>`)}</ul></li>`)}</ol>`}</details></li>`;
  }

  render() {
    if (this.trouble) return html`<h1>${t("surveys.title")}</h1><p class="note bad" role="alert">${this.trouble}</p>`;
    if (!this.surveys) return html`<h1>${t("surveys.title")}</h1><p class="spin" role="status">${t("wait.loading")}</p>`;
    return html`<h1>${t("surveys.title")}</h1><p class="soft">${t("surveys.lead")}</p>${summary(this.faults)}<p id="done" role="status" class=${this.done ? "note" : ""}>${this.done}</p>
      ${this.adding()}${this.wavesTable()}<h2>${t("surveys.versions")}</h2><ul class="hits" id="versions">${this.surveys.map((s) => this.version(s))}</ul>`;
  }
}
customElements.define("surveys-page", SurveysPage);
