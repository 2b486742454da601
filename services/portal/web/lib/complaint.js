/* complaint — what a petition, complaint or denunciation asks of who sends it, and how it becomes a request. `at` is the page: draft,
   faults, units, change(). */
import { field, idOf, faultAt } from "./faults.js";
import { html, nothing } from "./live.js";
import { unitOptions } from "./units.js";
import { t, words } from "./words.js";

export const classes = ["petition", "complaint", "denunciation"];
const categories = words("complain.category"), labels = words("complain.field"), hints = words("complain.hint"), people = words("complain.contact");
const CONTACT = [["name", "name"], ["address", "street-address"], ["phone", "tel"], ["email", "email"]];

export const contactOf = (me) => ({ name: me.name, phone: me.phone ?? "", email: me.email ?? "" });

const filled = (object) => Object.fromEntries(Object.entries(object).map(([k, v]) => [k, typeof v === "string" ? v.trim() : v]).filter(([, v]) => v));

/** The request of a draft. */
export function asFiled(d, language) {
  const isSecret = d.class === "denunciation", about = filled({ official: d.official, name: d.name, is_head: d.is_head });
  const body = filled({ class: d.class, category: d.category, title: d.title, content: d.content, evidence: d.evidence, unit: d.unit, dossier: isSecret ? "" : d.dossier, language });
  if (Object.keys(about).length) body.about = about;
  if (isSecret && d.anonymous) body.anonymous = true;
  else body.contact = filled(d.contact);
  return body;
}

const text = (at, name, { value, put, isLong = false, autocomplete = "off", kind = "" }) => field({ name, label: labels[name] ?? people[name.split(".")[1]], hint: hints[name.replace(".", "_")], faults: at.faults,
  control: ({ id, about, invalid }) => (isLong
    ? html`<textarea id=${id} .value=${value ?? ""} aria-describedby=${about} aria-invalid=${invalid} @input=${(e) => put(e.target.value)}></textarea>`
    : html`<input id=${id} class=${kind} .value=${value ?? ""} autocomplete=${autocomplete} aria-describedby=${about} aria-invalid=${invalid} @input=${(e) => put(e.target.value)}>`) });

const own = (at, name, more = {}) => text(at, name, { value: at.draft[name], put: (v) => at.change({ [name]: v }), ...more });

function category(at) {
  const wrong = faultAt(at.faults, "category"), id = idOf("category");
  return html`<fieldset class="field ${wrong ? "wrong" : ""}"><legend>${labels.category}</legend>${wrong ? html`<span class="fault">${wrong}</span>` : nothing}
    ${Object.entries(categories).map(([code, name], i) => html`<label class="choice"><input type="radio" name="category" id=${i ? `${id}-${i}` : id} value=${code}
      .checked=${at.draft.category === code} @change=${() => at.change({ category: code })}>${name}</label>`)}</fieldset>`;
}

const unit = (at) => field({ name: "unit", label: labels.unit, hint: at.draft.class === "denunciation" ? nothing : hints.unit, faults: at.faults, control: ({ id, about, invalid }) => html`
  <select id=${id} aria-describedby=${about} aria-invalid=${invalid} @change=${(e) => at.change({ unit: e.target.value })}>${unitOptions(at.units, at.units, at.draft.unit)}</select>` });

const whom = (at) => html`${text(at, "about.name", { value: at.draft.name, put: (v) => at.change({ name: v, official: "" }) })}
  <label class="choice"><input type="checkbox" .checked=${Boolean(at.draft.is_head)} @change=${(e) => at.change({ is_head: e.target.checked })}><span>${t("complain.is_head")}</span></label>`;

function contact(at) {
  const isSecret = at.draft.class === "denunciation";
  const anonymous = html`<label class="choice"><input type="checkbox" .checked=${Boolean(at.draft.anonymous)} @change=${(e) => at.change({ anonymous: e.target.checked })}><span><b>${t("complain.anonymous")}</b>${t("complain.anonymous_text")}</span></label>`;
  return html`<h2>${t("complain.you")}</h2>${isSecret ? html`<p>${t("complain.sealed")}</p>${anonymous}` : nothing}
    ${isSecret && at.draft.anonymous ? nothing : CONTACT.map(([name, autocomplete]) => text(at, "contact." + name,
      { value: at.draft.contact[name], autocomplete, kind: name === "phone" ? "short" : "", put: (v) => at.change({ contact: { ...at.draft.contact, [name]: v } }) }))}`;
}

export const fieldsOf = (at) => html`${category(at)}${at.draft.class === "denunciation" ? nothing : own(at, "dossier")}${unit(at)}${whom(at)}
  ${own(at, "title")}${own(at, "content", { isLong: true })}${own(at, "evidence", { isLong: true })}${contact(at)}`;
