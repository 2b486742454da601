/* decisions — what each decision asks of the person who takes it, and how that becomes the body of a command. */
import { askedForm, readAsked } from "./asked.js";
import { field } from "./faults.js";
import { html, nothing } from "./live.js";
import { t } from "./words.js";

const NEEDS = {
  ACCEPT: [], ACCEPT_SUPPLEMENT: [], ASK_PAYMENT: [], STEP: [], FORWARD: ["unit"],
  REFUSE: ["reason"], STOP: ["reason", "refund"], DECLINE_WITHDRAWAL: ["reason"], REOPEN_RESULT: ["reason"], CONFIRM_WITHDRAWAL: ["refund"],
  ASK_SUPPLEMENT: ["reason", "papers"], SIGN_RESULT: ["number", "name", "file"], HAND_OVER: ["received_by"], REAPPOINT: ["reason", "due"],
};
/** Asked for only where the procedure leaves it to the person: the service says so. */
const LATER = { due: ["due"], result: ["number", "name"] };
const ENDING = ["REFUSE", "STOP", "CONFIRM_WITHDRAWAL"];

export const isEnding = (action) => ENDING.includes(action);

export function needsOf(action, faults) {
  const more = Object.entries(LATER).filter(([name]) => faults.some((f) => f.field.split(".")[0] === name)).flatMap(([, fields]) => fields);
  return [...new Set([...(NEEDS[action] ?? []), ...more])];
}

const text = (name, label, faults, more = {}) => field({ name, label, hint: more.hint, faults, control: ({ id, about, invalid }) => (more.isLong
  ? html`<textarea id=${id} name=${name} aria-describedby=${about} aria-invalid=${invalid}></textarea>`
  : html`<input id=${id} name=${name} type=${more.type ?? "text"} class=${more.kind ?? ""} .value=${more.value ?? ""} aria-describedby=${about} aria-invalid=${invalid}>`) });

const CONTROLS = {
  reason: (c, faults) => text("reason", t("decide.reason"), faults, { isLong: true, hint: t("decide.reason_hint") }),
  due: (c, faults) => text("due", t("decide.due"), faults, { type: "date", kind: "short" }),
  number: (c, faults) => text("result.number", t("decide.number"), faults, { kind: "short" }),
  name: (c, faults) => text("result.name", t("decide.result_name"), faults, { value: c.procedure.name }),
  received_by: (c, faults) => text("received_by", t("decide.received_by"), faults, { value: c.applicant?.name ?? "" }),
  file: () => field({ name: "file", label: t("decide.file"), hint: t("decide.file_hint"), control: ({ id, about }) =>
    html`<input id=${id} name="file" type="file" accept=".pdf" aria-describedby=${about}>` }),
  refund: (c) => (c.paid_dong ? html`<label class="choice"><input type="checkbox" name="refund">${t("decide.refund")}</label>` : nothing),
  papers: (c, faults, more) => askedForm(more.components, faults),
  unit: (c, faults, more) => field({ name: "unit", label: t("decide.unit"), faults, control: ({ id, about, invalid }) => html`
    <select id=${id} name="unit" aria-describedby=${about} aria-invalid=${invalid}><option value="">${t("decide.unit_same")}</option>
    ${more.units.map((u) => html`<option value=${u.code}>${u.name}</option>`)}</select>` }),
};

/** more: {components, units} the form may need. */
export const controlsOf = (action, c, faults, more) => needsOf(action, faults).map((name) => CONTROLS[name]?.(c, faults, more) ?? nothing);

/** The body of the command; file: what was uploaded, or null. */
export function bodyOf(action, form, file) {
  const value = (name) => form.elements[name]?.value.trim();
  const body = { action };
  for (const name of ["reason", "due", "unit", "received_by"]) if (value(name)) body[name] = value(name);
  if (form.elements.refund?.checked) body.refund = true;
  if (form.elements.asked_more) body.papers = readAsked(form);
  if (form.elements["result.number"])
    body.result = { number: value("result.number"), name: value("result.name"), ...(file ? { file } : {}) };
  return body;
}
