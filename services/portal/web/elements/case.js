/* case — one case: papers and history, what may be decided now, the letter before it is sent. It follows what colleagues do; a
   decision on an old version is refused and shows what changed. */
import "./frame.js";
import { ask, askPublic, newKey } from "../lib/api.js";
import { bodyOf, controlsOf, isEnding } from "../lib/decisions.js";
import { codeOfPage, isOver, stateName, tag } from "../lib/dossier.js";
import { faultsOf, focusSummary, summary, tell } from "../lib/faults.js";
import { dong, moment, shortMoment } from "../lib/format.js";
import { invitation, invitationView } from "../lib/invite.js";
import { previewOf, previewView, showForm } from "../lib/letters.js";
import { Live, focusOn, html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { download } from "../lib/picture.js";
import { answerText, asked, labelOf } from "../lib/questions.js";
import { deadline, onceAtATime, staffAccount } from "../lib/staff.js";
import { listen } from "../lib/stream.js";
import { allUnits } from "../lib/units.js";
import { entryOf, upload } from "../lib/uploads.js";
import { language, link, t, words } from "../lib/words.js";

const moves = words("move");
const actions = words("action"), checkNames = words("case.check");
const LOOK_MS = 60000, PRESENCE_MS = 15000;

class CasePage extends Live {
  code = codeOfPage();
  c = null;
  action = "";
  seen = null; // the preview
  faults = [];
  changes = null; // what a colleague did first
  wrote = ""; // what was refused for it
  open = [];
  done = "";
  trouble = "";
  invited = null; // the tablet's link
  more = { components: [], units: [] };
  form = []; // of the procedure, and what was answered there
  answers = {};
  load = onceAtATime(() => this.loadCase());

  async connectedCallback() {
    super.connectedCallback();
    addEventListener("hashchange", () => location.reload());
    this.who = await staffAccount();
    await this.load();
    if (!this.c) return;
    listen(`/api/verification/cases/${this.code}/events`, (event) => (event.name === "presence" ? this.attend() : this.hear(event)));
    setInterval(() => { if (!document.hidden) this.attend(); }, PRESENCE_MS);
    setInterval(() => { if (!document.hidden && !this.action) this.load(); }, LOOK_MS); // who writes decides on what he has read
    addEventListener("pagehide", () => { this.attend("DELETE"); });
    this.attend();
    const [procedure, filed] = await Promise.all([askPublic("GET", "/api/intake/procedures/" + this.c.procedure.code).catch(() => ({ components: [], form: [] })),
      ask("GET", "/api/intake/dossiers/" + this.code).catch(() => ({ answers: {} }))]);
    this.set({ more: { ...this.more, components: procedure.components }, form: procedure.form, answers: filed.answers });
  }

  // ---- what is asked ----

  async loadCase() {
    try {
      const c = await ask("GET", "/api/verification/cases/" + encodeURIComponent(this.code));
      await this.set({ c, trouble: "", action: c.allowed.includes(this.action) ? this.action : "" });
    } catch (error) {
      this.set({ trouble: error.status === 404 ? t("case.unknown") : tell(error) });
    }
  }

  /** Who works on a decision keeps what he has written; it is refused when he sends it. */
  hear({ name, data }) {
    const version = name === "case" ? JSON.parse(data).version : 0;
    if (name === "case" && this.c && version > this.c.version && this.action)
      return this.set({ done: t("case.changed", { by: JSON.parse(data).by || t("case.applicant") }) });
    return this.action ? null : this.load();
  }

  async attend(method = "PUT") {
    const { open } = await ask(method, `/api/verification/cases/${this.code}/presence`, { tries: 1, quiet: true }).catch(() => ({ open: this.open }));
    this.set({ open: open.filter((o) => o.id !== this.who.id) });
  }

  async take() {
    await ask("PUT", `/api/verification/cases/${this.code}/assignee`, { body: {}, key: newKey() }).then(() => this.load(), (error) => this.set({ trouble: tell(error) }));
  }

  async choose(action) {
    if (action === "FORWARD" && !this.more.units.length) this.more = { ...this.more, units: await allUnits().catch(() => []) };
    await this.set({ action: this.action === action ? "" : action, seen: null, faults: [], changes: null, done: "", key: newKey() });
    if (this.action) this.querySelector("#decision textarea, #decision input, #decision select, #decision button")?.focus();
  }

  async fileOf(form) {
    const file = form.elements.file?.files[0];
    if (!file) return null;
    if (this.sent?.file === file) return this.sent.as;
    const entry = entryOf(file);
    await upload(entry, file);
    const { sha256, type } = await ask("GET", "/api/intake/uploads/" + entry.id);
    this.sent = { file, as: { sha256, type, name: entry.name } };
    return this.sent.as;
  }

  async preview(event) {
    event.preventDefault();
    try {
      this.body = bodyOf(this.action, event.target, await this.fileOf(event.target));
      await this.set({ seen: await previewOf(this.code, this.c.version, this.body), faults: [], key: newKey() });
      focusOn(this.querySelector("#letter"));
    } catch (error) {
      await this.refused(error);
    }
  }

  async decide() {
    if (this.busy) return;
    this.set({ busy: true });
    try {
      const now = await ask("POST", `/api/verification/cases/${this.code}/decisions`, { body: this.body, key: this.key, headers: { "If-Match": `"${this.c.version}"` } });
      await this.set({ action: "", seen: null, faults: [], done: t("case.done", { state: stateName(now.status) }) });
      await this.load();
      focusOn(this.querySelector("#done"));
    } catch (error) {
      await this.refused(error);
    }
    this.set({ busy: false });
  }

  async refused(error) {
    if (error.status !== 412) {
      await this.set({ faults: faultsOf(error), seen: null });
      return focusSummary(this);
    }
    const wrote = [this.body.reason, ...(this.body.papers ?? []).map((p) => p.name)].filter(Boolean).join("\n");
    await this.set({ changes: error.body.changes, wrote, seen: null, action: "", done: "" });
    await this.load();
    return focusOn(this.querySelector("#changes"));
  }

  // ---- what is seen ----

  changed() {
    if (!this.changes) return nothing;
    return html`<section id="changes" class="note due" role="alert"><h2>${t("case.faster")}</h2>
      <ul>${this.changes.map((m) => html`<li>${shortMoment(m.at_ms)}: <strong>${m.by || t("case.applicant")}</strong> – ${moves[m.transition]}
        (${m.status_before ? stateName(m.status_before) : ""} → ${stateName(m.status)})${m.note ? html`<br>${m.note}` : nothing}</li>`)}</ul>
      <p>${t("case.faster_now")}</p>${this.wrote ? html`<p>${t("case.faster_wrote")}<br><span class="body-text">${this.wrote}</span></p>` : nothing}</section>`;
  }

  decision() {
    if (!this.c.allowed.length) return html`<p class="soft">${t("case.nothing")}</p>`;
    return html`<div class="decisions" role="group" aria-label=${t("case.decide")}>${this.c.allowed.filter((a) => actions[a]).map((a) => html`
      <button class="second" aria-pressed=${this.action === a} @click=${() => this.choose(a)}>${actions[a]}</button>`)}</div>
      ${this.action ? html`<form id="decision" class="card" novalidate @submit=${this.preview} @input=${() => this.seen && this.set({ seen: null })}>
        <h3>${actions[this.action]}</h3>${summary(this.faults)}${controlsOf(this.action, this.c, this.faults, this.more)}
        <button class="second">${t("case.preview")}</button></form>` : nothing}
      ${this.seen ? html`<section id="letter" aria-label=${t("letter.title")}>${previewView(this.seen, () => showForm(this.code, this.c.version, this.body, this.seen.preview.form.form).catch((error) => this.refused(error)))}
        <div class="actions"><button class=${isEnding(this.action) ? "danger" : ""} aria-disabled=${Boolean(this.busy)} @click=${this.decide}>${t("case.send", { action: actions[this.action] })}</button></div></section>` : nothing}`;
  }

  checks() {
    return html`<h2>${t("case.checks")}</h2><ul class="checks">${this.c.checks.map((k) => html`<li class=${k.verdict}><strong>${checkNames[k.check] ?? k.check}</strong>: ${k[language]}</li>`)}</ul>`;
  }

  /** What was filled in, by the labels of the form. */
  written() {
    const rows = asked(this.form, this.answers).filter((f) => this.answers[f.name] !== undefined);
    return rows.length ? html`<h2>${t("case.written")}</h2><dl class="rows" id="written">${rows.map((f) => html`<div><dt>${labelOf(f)}</dt><dd>${answerText(f, String(this.answers[f.name]))}</dd></div>`)}</dl>` : nothing;
  }

  papers() {
    const file = (p) => (p.sha256 ? html`<button class="plain" @click=${() => download(`/api/intake/dossiers/${this.code}/papers/${p.seq}`, p.file_name)}>${p.file_name}</button>`
      : html`<span class="soft">${t("case.on_paper", { n: p.originals + p.copies })}</span>`);
    return html`<h2>${t("case.papers")}</h2><table class="stacks"><thead><tr><th scope="col">${t("case.paper")}</th><th scope="col">${t("case.file")}</th></tr></thead>
      <tbody>${this.c.papers.map((p) => html`<tr><td data-label=${t("case.paper")}>${named(p.name)}${p.batch > 1 ? html` <span class="tag due">${t("case.later")}</span>` : nothing}</td>
      <td data-label=${t("case.file")}>${file(p)}</td></tr>`)}</tbody></table>`;
  }

  facts() {
    const c = this.c, a = c.applicant ?? {};
    const row = (label, text) => (text && text !== nothing ? html`<div><dt>${label}</dt><dd>${text}</dd></div>` : nothing);
    return html`<dl class="rows">${row(t("case.step_due"), deadline(c.step_due_at_ms))}${row(t("case.due"), c.due_at_ms && moment(c.due_at_ms))}
      ${row(t("case.answer_by"), c.answer_by_ms && moment(c.answer_by_ms))}
      ${row(t("case.step"), named(c.steps.find((s) => s.is_current)?.name))}${row(t("case.assignee"), c.assignee_name)}
      ${row(t("case.name"), a.name)}${row(t("case.number"), a.id_number || a.tax_code)}${row(t("case.phone"), a.phone)}${row(t("case.address"), a.address)}
      ${row(t("case.summary"), c.summary)}${row(t("case.fee"), c.fee_dong && t("case.paid_of", { paid: dong(c.paid_dong), fee: dong(c.fee_dong) }))}</dl>`;
  }

  history() {
    return html`<details><summary>${t("case.history", { n: this.c.moves.length })}</summary><ol>${this.c.moves.map((m) => html`<li>${shortMoment(m.at_ms)}:
      ${moves[m.transition]}${m.by_name ? ` – ${m.by_name}` : ""}${m.note ? html`<br><span class="body-text">${m.note}</span>` : nothing}</li>`)}</ol></details>
      ${this.c.notes.length ? html`<ul>${this.c.notes.map((n) => html`<li>${shortMoment(n.at_ms)}: ${words("note")[n.what]}</li>`)}</ul>` : nothing}`;
  }

  /** The result is there, and who looks may be at the counter. */
  rating() {
    const mayAsk = (this.c.status === 9 || isOver(this.c.status)) && this.who.grants.some((g) => g.role === "clerk");
    return mayAsk ? invitationView(this.invited, async () => this.set({ invited: await invitation(this.code) })) : nothing;
  }

  render() {
    if (!this.c) return html`<h1>${t("case.title")}</h1>${this.trouble ? html`<p class="note bad" role="alert">${this.trouble}</p><p><a href=${link("queue")}>${t("case.back")}</a></p>` : html`<p class="spin" role="status">${t("wait.loading")}</p>`}`;
    const c = this.c, mayTake = c.assignee_id !== this.who.id && c.allowed.length > 0;
    return html`<p><a href=${link("queue")}>${t("case.back")}</a></p>
      <div class="bar"><div><p class="soft number">${c.code}</p><h1>${named(c.procedure.name)}</h1></div><p>${tag(c.status)}</p>
        ${mayTake ? html`<button class="second" @click=${this.take}>${t("case.take")}</button>` : nothing}</div>
      <p role="status">${this.open.length ? html`<span class="present">${t("queue.open_by", { names: [...new Set(this.open.map((o) => o.name))].join(", ") })}</span>` : nothing}</p>
      <p id="done" role="status" class=${this.done ? "note" : ""}>${this.done}</p>${this.changed()}
      <div class="work"><section>${this.facts()}${this.written()}${this.papers()}${this.history()}</section>
      <section>${this.checks()}<h2>${t("case.decide")}</h2>${this.decision()}${this.rating()}</section></div>`;
  }
}
customElements.define("case-page", CasePage);
