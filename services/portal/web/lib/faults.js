/* faults — what is wrong, as GOV.UK shows it: a summary on top that takes the focus and leads to each field, and the same
   words beside the field. A fault is {field, message}; the field's control has the id "f-" + field. */
import { html, nothing } from "lit/html.js";
import { Problem } from "./api.js";
import { t } from "./words.js";

export const idOf = (field) => "f-" + field.replace(/[^\w-]/g, "-");

/** What a person can do about an error of any kind. */
export function tell(error) {
  if (error instanceof Problem) return error.message;
  return navigator.onLine === false ? t("fault.offline") : t("fault.no_answer");
}

/** What a control is called on the page. */
function labelAt(field) {
  const control = document.getElementById(idOf(field)), group = control?.type === "radio" && control.closest("fieldset");
  return (group ? group.querySelector("legend") : control?.labels?.[0])?.textContent.trim();
}

/** A service says that a field is missing, the page knows its name: several of them in the summary are not all the same words. */
function named(fault) {
  const label = fault.code === "required" && fault.field ? labelAt(fault.field) : "";
  return label ? { ...fault, message: t("question.missing", { label }) } : fault;
}

export const faultsOf = (error) => (error.faults?.length ? error.faults.map(named) : [{ field: "", message: tell(error) }]);

export const faultAt = (faults, field) => faults.find((f) => f.field === field)?.message;

/** go: where a line leads, if not to its field on this view. */
export const summary = (faults, go = goTo) => (faults.length === 0 ? nothing : html`
  <div class="summary" role="alert" tabindex="-1" aria-labelledby="summary-title">
    <h2 id="summary-title">${t("fault.title")}</h2>
    <ul>${faults.map((f) => html`<li>${f.field ? html`<a href="#${idOf(f.field)}" @click=${(event) => go(event, f)}>${f.message}</a>` : f.message}</li>`)}</ul>
  </div>`);

export function goTo(event, { field: name }) {
  event.preventDefault();
  document.getElementById(idOf(name))?.focus();
}

export const focusSummary = (root) => root.querySelector(".summary")?.focus();

/** A labelled control with its hint and its fault. control: (attributes) => template */
export function field({ name, label, hint, faults = [], control }) {
  const id = idOf(name), wrong = faultAt(faults, name);
  const about = [hint && id + "-hint", wrong && id + "-fault"].filter(Boolean).join(" ");
  return html`<div class="field ${wrong ? "wrong" : ""}">
    <label for=${id}>${label}</label>
    ${hint ? html`<span class="hint" id="${id}-hint">${hint}</span>` : nothing}
    ${wrong ? html`<span class="fault" id="${id}-fault">${wrong}</span>` : nothing}
    ${control({ id, about: about || nothing, invalid: wrong ? "true" : nothing })}
  </div>`;
}
