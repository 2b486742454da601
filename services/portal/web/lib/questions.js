/* questions — the fields of a procedure's form: which are asked, how each is asked, what its answer is as data. The catalogue
   says them; the same list drives intake's check. */
import { field } from "./faults.js";
import { dong, plainDay } from "./format.js";
import { html, nothing } from "./live.js";
import { language, t } from "./words.js";

const RADIOS_MAX = 6;
export const labelOf = (thing) => (language === "en" && thing.label_en) || thing.label;

/** Those asked, given the answers so far: a condition looks at what came before and is asked itself. */
export function asked(form, answers) {
  const shown = [];
  for (const f of form)
    if (!f.when || (shown.some((s) => s.name === f.when.field) && String(answers[f.when.field] ?? "") === f.when.equals)) shown.push(f);
  return shown;
}

const INPUTS = {
  phone: { type: "tel", autocomplete: "tel", width: "short" }, email: { type: "email", width: "" },
  date: { type: "date", width: "short" }, integer: { inputmode: "numeric", width: "tiny" }, money: { inputmode: "numeric", width: "short" },
  citizen_id: { inputmode: "numeric", width: "short" }, tax_code: { inputmode: "numeric", width: "short" }, text: { width: "" },
};
const HINTS = {
  citizen_id: () => t("person.id_hint"), tax_code: () => t("person.tax_hint"), money: () => t("question.money_hint"),
  long_text: (f) => (f.max ? t("question.at_most", { n: f.max }) : ""),
  text: (f) => (f.max && f.max < 100 ? t("question.at_most", { n: f.max }) : ""),
  integer: (f) => (f.max ? t("question.between", { from: f.min ?? 0, to: f.max }) : ""),
};

function radios(f, value, faults, onAnswer, choices) {
  const name = "answers." + f.name, id = "f-answers-" + f.name, wrong = faults.find((x) => x.field === name)?.message;
  return html`<fieldset class="field ${wrong ? "wrong" : ""}" aria-describedby=${wrong ? id + "-fault" : nothing}>
    <legend>${labelOf(f)}${optional(f)}</legend>
    ${wrong ? html`<span class="fault" id="${id}-fault">${wrong}</span>` : nothing}
    ${choices.map((c, i) => html`<label class="choice"><input type="radio" id=${i ? `${id}-${i}` : id} name=${name} value=${c.value}
      .checked=${String(value ?? "") === c.value} @change=${() => onAnswer(f.name, c.value)}>${labelOf(c)}</label>`)}
  </fieldset>`;
}

const optional = (f) => (f.required ? "" : " " + t("question.optional"));
const yesNo = () => [{ value: "true", label: t("question.yes") }, { value: "false", label: t("question.no") }];

function select(f, value, onAnswer, { id, about, invalid }) {
  return html`<select id=${id} aria-describedby=${about} aria-invalid=${invalid} @change=${(e) => onAnswer(f.name, e.target.value)}>
    <option value="">${t("question.choose")}</option>
    ${f.choices.map((c) => html`<option value=${c.value} ?selected=${value === c.value}>${labelOf(c)}</option>`)}</select>`;
}

function control(f, value, onAnswer, at) {
  const write = (e) => onAnswer(f.name, e.target.value);
  if (f.type === "choice") return select(f, value, onAnswer, at);
  if (f.type === "long_text")
    return html`<textarea id=${at.id} .value=${value ?? ""} aria-describedby=${at.about} aria-invalid=${at.invalid} @input=${write}></textarea>`;
  const input = INPUTS[f.type];
  return html`<input id=${at.id} class=${input.width} type=${input.type ?? "text"} inputmode=${input.inputmode ?? nothing}
    autocomplete="off" .value=${value ?? ""} aria-describedby=${at.about} aria-invalid=${at.invalid} @input=${write}>`;
}

export function question(f, value, faults, onAnswer) {
  if (f.type === "boolean") return radios(f, value, faults, onAnswer, yesNo());
  if (f.type === "choice" && f.choices.length <= RADIOS_MAX) return radios(f, value, faults, onAnswer, f.choices);
  return field({ name: "answers." + f.name, label: labelOf(f) + optional(f), hint: HINTS[f.type]?.(f), faults,
    control: (at) => control(f, value, onAnswer, at) });
}

const digits = (text) => Number(String(text).replace(/[\s.,₫đ]/g, ""));

/** As intake takes it; undefined where nothing was said. */
export function answerOf(f, value) {
  const text = typeof value === "string" ? value.trim() : value;
  if (text === undefined || text === "") return undefined;
  if (f.type === "integer" || f.type === "money") return digits(text);
  if (f.type === "boolean") return text === "true";
  if (f.type === "citizen_id" || f.type === "tax_code") return text.replace(/\s/g, "");
  return text;
}

/** As a person reads it. */
export function answerText(f, value) {
  const answer = answerOf(f, value);
  if (answer === undefined) return "";
  if (f.type === "money") return dong(answer);
  if (f.type === "date") return plainDay(answer);
  if (f.type === "boolean") return answer ? t("question.yes") : t("question.no");
  if (f.type === "choice") return labelOf(f.choices.find((c) => c.value === answer) ?? { label: answer });
  return String(answer);
}

/** What can be said before sending; intake says the rest. */
export function faultOf(f, value) {
  const answer = answerOf(f, value), label = labelOf(f);
  if (answer === undefined) return f.required ? t("question.missing", { label }) : null;
  if (f.type === "integer" || f.type === "money") {
    if (!Number.isInteger(answer)) return t("question.not_number", { label });
    if (answer < (f.min ?? 0) || (f.max && answer > f.max)) return t("question.out_of_range", { label, from: f.min ?? 0, to: f.max ?? "…" });
  }
  if (/text$/.test(f.type) && f.max && [...answer].length > f.max) return t("question.too_long", { label, n: f.max });
  return null;
}
