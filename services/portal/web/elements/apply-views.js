/* apply-views — what each task of an application shows and when it is done. `at` is the page (apply.js). */
import { field } from "../lib/faults.js";
import { dong, shortMoment } from "../lib/format.js";
import { html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { answerText, asked, faultOf, labelOf, question } from "../lib/questions.js";
import { unitOptions } from "../lib/units.js";
import { t, words } from "../lib/words.js";
import { counted, paperList } from "./apply-papers.js";

export const TASKS = ["unit", "applicant", "answers", "papers"];
const titles = words("apply.task");

const person = (kind) => [
  ["name", kind === "business" ? t("person.business_name") : t("person.name"), "", true],
  kind === "business" ? ["tax_code", t("person.tax_code"), t("person.tax_hint"), true] : ["id_number", t("person.id_number"), t("person.id_hint"), true],
  ["phone", t("person.phone"), t("person.phone_hint"), true],
  ["email", t("person.email"), t("person.email_hint"), false],
  ["address", t("person.address"), t("apply.address_hint"), true],
];

// ---- what is missing ----

const missing = {
  unit: (at) => (at.draft.unit ? [] : [{ field: "unit", message: t("apply.unit_missing") }]),
  applicant: (at) => person(at.draft.applicant.kind).filter(([name, , , must]) => must && !at.draft.applicant[name]?.trim())
    .map(([name, label]) => ({ field: "applicant." + name, message: t("question.missing", { label }) })),
  answers: (at) => asked(at.procedure.form, at.draft.answers)
    .map((f) => ({ field: "answers." + f.name, message: faultOf(f, at.draft.answers[f.name]) })).filter((x) => x.message),
  papers: (at) => at.procedure.components.flatMap((c) => {
    const entries = at.draft.papers[c.code] ?? [], field = "papers." + c.code;
    if (entries.some((e) => !e.done)) return [{ field, message: t("apply.paper_unfinished", { name: c.name }) }];
    return c.required && !entries.length ? [{ field, message: t("apply.paper_missing", { name: c.name }) }] : [];
  }),
};
export const faultsIn = (task, at) => missing[task](at);

// ---- the task list ----

const begun = { unit: (d) => d.unit, applicant: (d) => d.applicant.address, answers: (d) => Object.keys(d.answers).length,
  papers: (d) => Object.values(d.papers).some((p) => p.length) };

function taskState(task, at) {
  if (!faultsIn(task, at).length && (task !== "papers" || begun.papers(at.draft) || !at.procedure.components.length))
    return html`<span class="tag done">${t("apply.done")}</span>`;
  if (task === "papers" && counted(at).of) return html`<span class="tag">${t("paper.have_short", counted(at))}</span>`;
  return html`<span class="tag">${begun[task](at.draft) ? t("apply.begun") : t("apply.to_do")}</span>`;
}

function tasks(at) {
  const ready = TASKS.every((task) => !faultsIn(task, at).length);
  return html`<p class="soft">${t("apply.title")}</p><h1>${named(at.procedure.name)}</h1>
    ${at.wasThere ? html`<p class="note">${t("apply.have_draft", { at: shortMoment(at.draft.at) })}
      <button class="plain" @click=${() => { if (confirm(t("apply.forget_sure"))) at.forget(); }}>${t("apply.forget")}</button></p>` : nothing}
    ${at.draft.sending ? html`<p class="note due" role="status">${t("apply.not_known")}</p>` : nothing}
    <ul class="tasks">${TASKS.map((task) => html`<li><a href="#${task}">${titles[task]}</a>${taskState(task, at)}</li>`)}
      <li>${ready ? html`<a href="#check">${titles.check}</a><span class="tag">${t("apply.to_do")}</span>`
        : html`<span class="soft">${titles.check}</span><span class="soft">${t("apply.cannot_yet")}</span>`}</li></ul>`;
}

const frame = (task, at, inside) => html`<p><a href="#tasks">${t("apply.back")}</a></p><h1>${titles[task]}</h1>
  <form class="card" novalidate @submit=${(e) => { e.preventDefault(); at.done(task); }}>${inside}<button>${t("apply.continue")}</button></form>`;

// ---- tasks ----

const levelOf = (unit) => (unit.level === "department" ? "province" : unit.level);

const fitting = (at) => at.units.filter((u) => at.procedure.levels.includes(levelOf(u)));

const unit = (at) => frame("unit", at, html`
  ${field({ name: "unit", label: t("apply.unit"), hint: t("apply.unit_hint"), faults: at.faults,
    control: ({ id, about, invalid }) => html`<select id=${id} aria-describedby=${about} aria-invalid=${invalid} @change=${(e) => at.change({ unit: e.target.value || null })}>
      ${unitOptions(fitting(at), at.units, at.draft.unit)}</select>` })}
  <label class="choice"><input type="checkbox" .checked=${Boolean(at.draft.by_post)} @change=${(e) => at.change({ by_post: e.target.checked })}>
    ${t("apply.by_post")}</label>`);

const applicant = (at) => frame("applicant", at, person(at.draft.applicant.kind).map(([name, label, hint]) => field({
  name: "applicant." + name, label, hint, faults: at.faults,
  control: ({ id, about, invalid }) => html`<input id=${id} .value=${at.draft.applicant[name] ?? ""} aria-describedby=${about} aria-invalid=${invalid}
    autocomplete=${{ name: "name", phone: "tel", email: "email", address: "street-address" }[name] ?? "off"}
    inputmode=${{ id_number: "numeric", tax_code: "numeric", phone: "tel", email: "email" }[name] ?? "text"}
    @input=${(e) => at.change({ applicant: { ...at.draft.applicant, [name]: e.target.value } })}>` })));

const answers = (at) => frame("answers", at, asked(at.procedure.form, at.draft.answers).map((f) =>
  question(f, at.draft.answers[f.name], at.faults, (name, value) => at.change({ answers: { ...at.draft.answers, [name]: value } }))));

const papers = (at) => frame("papers", at, paperList(at));

// ---- check ----

const row = (label, text, task, at) => html`<div><dt>${label}</dt><dd>${text || "–"}</dd>
  <dd class="no-print"><a href="#${task}" @click=${() => { at.fromCheck = true; }}>${t("apply.change")}<span class="unseen"> ${label}</span></a></dd></div>`;

function check(at) {
  const { draft, procedure } = at;
  const fee = procedure.fees.map((f) => `${f.name}: ${dong(f.online_amount ?? f.amount)}`).join("\n") || procedure.fee_text || t("procedure.free");
  return html`<p><a href="#tasks">${t("apply.back")}</a></p><h1>${titles.check}</h1><p class="lead">${named(procedure.name)}</p>
    <dl class="rows">${row(t("apply.unit"), at.units.find((u) => u.code === draft.unit)?.name ?? draft.unit, "unit", at)}
      ${person(draft.applicant.kind).map(([name, label]) => row(label, draft.applicant[name], "applicant", at))}
      ${asked(procedure.form, draft.answers).map((f) => row(labelOf(f), answerText(f, draft.answers[f.name]), "answers", at))}
      ${procedure.components.filter((c) => draft.papers[c.code]?.length).map((c) => row(c.name, draft.papers[c.code].map((e) => e.name).join("\n"), "papers", at))}
      <div><dt>${t("procedure.how_much")}</dt><dd>${fee}</dd></div></dl>
    <p>${t("apply.declare")}</p>
    <div class="actions"><button class="start" aria-disabled=${at.busy} @click=${() => at.submit()}>${at.busy ? t("apply.sending") : t("apply.send")}</button></div>`;
}

export const views = { tasks, unit, applicant, answers, papers, check };
