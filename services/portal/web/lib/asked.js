/* asked — one complete list of papers to supply: those of the procedure are ticked, others are written, one a line. What is asked
   for is [{component, name, reason}]. */
import { html } from "./live.js";
import { t } from "./words.js";

/** components: of the procedure. change() is called after each edit; the list is read from the form. */
export const askedForm = (components, faults) => html`<fieldset class="field" id="f-papers"><legend>${t("asked.title")}</legend>
  <span class="hint">${t("asked.hint")}</span>
  ${components.map((c) => html`<label class="choice"><input type="checkbox" name="asked" value=${c.code} data-name=${c.name}>${c.name}</label>`)}
  <label for="asked-more">${t("asked.more")}</label>
  <textarea id="asked-more" name="asked_more" rows="3"></textarea>
  ${faults.filter((f) => /^papers/.test(f.field)).map((f) => html`<span class="fault">${f.message}</span>`)}</fieldset>`;

export function readAsked(form) {
  const ticked = [...form.querySelectorAll("input[name=asked]:checked")].map((box) => ({ component: box.value, name: box.dataset.name }));
  const written = form.elements.asked_more.value.split("\n").map((line) => line.trim()).filter(Boolean).map((name) => ({ name }));
  return [...ticked, ...written];
}
