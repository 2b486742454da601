/* paper-slips — a clerk types in what people wrote on paper: unit, field, quarter and the slip's own number, which counts once. */
import "./frame.js";
import { ask, isAway, newKey } from "../lib/api.js";
import { faultsOf, field, focusSummary, idOf, summary } from "../lib/faults.js";
import { fieldNames } from "../lib/fields.js";
import { html, nothing } from "../lib/live.js";
import { OfficePage } from "../lib/office.js";
import { before, quarterOf } from "../lib/periods.js";
import { periodName } from "../lib/published.js";
import { unitChoice } from "../lib/staff.js";
import { link, t, words } from "../lib/words.js";

const QUESTIONS = ["is_clear", "is_simple", "is_helpful", "is_in_time"];
const asks = words("rate.ask"), scores = words("rate.score");

class PaperSlips extends OfficePage {
  fields = null;
  faults = [];
  roles = ["clerk"];
  nowhere = t("counter.no_unit");
  entered = "";
  busy = false;
  key = newKey();

  async start() {
    await this.set({ fields: [...await fieldNames()] });
  }

  async enter(event) {
    event.preventDefault();
    if (this.busy) return;
    const form = event.target, value = (name) => form.elements[name].value.trim();
    const faults = [...["field", "slip_no"].filter((n) => !value(n)).map((n) => ({ field: n, message: t("question.missing", { label: words("slips.label")[n] }) })),
      ...QUESTIONS.filter((q) => !value(q)).map((q) => ({ field: q, message: t("question.missing", { label: asks[q] }) }))];
    await this.set({ faults, entered: "", busy: !faults.length });
    if (faults.length) return focusSummary(this);
    const body = { unit: this.unit.code, field: value("field"), quarter: Number(value("quarter")), slip_no: value("slip_no"), ...Object.fromEntries(QUESTIONS.map((q) => [q, Number(value(q))])), ...(value("words") ? { words: value("words") } : {}) };
    try {
      await ask("POST", "/api/feedback/slips", { body, key: this.key });
      await this.set({ key: newKey(), entered: body.slip_no, busy: false });
      for (const q of QUESTIONS) for (const box of form.elements[q]) box.checked = false;
      form.elements.slip_no.value = form.elements.words.value = "";
      form.elements.slip_no.focus();
    } catch (error) {
      if (!isAway(error)) this.key = newKey();
      await this.set({ faults: faultsOf(error), busy: false });
      focusSummary(this);
    }
  }

  question(name) {
    const id = idOf(name), wrong = this.faults.find((f) => f.field === name)?.message;
    return html`<fieldset class="field ${wrong ? "wrong" : ""}"><legend>${asks[name]}</legend>${wrong ? html`<span class="fault">${wrong}</span>` : nothing}<div class="scores">
      ${[1, 2, 3, 4, 5].map((n) => html`<label class="choice"><input type="radio" name=${name} id=${n === 1 ? id : `${id}-${n}`} value=${n}><span>${n}<span class="unseen"> ${scores[n]}</span></span></label>`)}</div></fieldset>`;
  }

  render() {
    if (this.trouble) return html`<h1>${t("slips.title")}</h1><p class="note bad" role="alert">${this.trouble}</p>`;
    if (!this.fields) return html`<h1>${t("slips.title")}</h1><p class="spin" role="status">${t("wait.loading")}</p>`;
    const now = quarterOf(Date.now()), labels = words("slips.label");
    return html`<div class="bar"><h1>${t("slips.title")}</h1><div>${unitChoice(this.units, this.unit, (unit) => { location.href = link("paper-slips", { unit }); })}</div></div><p class="soft">${t("slips.lead")}</p>
      ${summary(this.faults)}<p role="status" class=${this.entered ? "note" : ""}>${this.entered ? t("slips.entered", { no: this.entered }) : ""}</p>
      <form class="card" novalidate @submit=${this.enter}>
      ${field({ name: "quarter", label: labels.quarter, faults: this.faults, control: ({ id, about }) => html`<select id=${id} name="quarter" class="short" aria-describedby=${about}>${[now, before(now)].map((q) => html`<option value=${q}>${periodName(q)}</option>`)}</select>` })}
      ${field({ name: "field", label: labels.field, faults: this.faults, control: ({ id, about, invalid }) => html`<select id=${id} name="field" aria-describedby=${about} aria-invalid=${invalid}><option value="">${t("question.choose")}</option>${this.fields.map(([code, name]) => html`<option value=${code}>${name}</option>`)}</select>` })}
      ${field({ name: "slip_no", label: labels.slip_no, hint: t("slips.no_hint"), faults: this.faults, control: ({ id, about, invalid }) => html`<input id=${id} name="slip_no" class="short" maxlength="32" autocomplete="off" aria-describedby=${about} aria-invalid=${invalid}>` })}
      <p class="soft">${t("slips.scale", { worst: scores[1], best: scores[5] })}</p>${QUESTIONS.map((q) => this.question(q))}<div class="field"><label for="f-words">${t("rate.words")}</label><textarea id="f-words" name="words" maxlength="1000"></textarea></div>
      <button aria-disabled=${this.busy}>${t("slips.enter")}</button></form>`;
  }
}
customElements.define("paper-slips", PaperSlips);
