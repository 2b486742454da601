/* apply — one dossier as a task list. Each task is a view of this page (its hash), so what was written never leaves memory; the
   draft is in local storage after every keystroke, and at the service a moment later. Sending is one command whose key lives in the draft: a second click, a
   second tab or a lost answer files nothing twice. */
import "./frame.js";
import "../lib/session.js";
import { account, ask, askPublic, isAway, newKey, whoAmI } from "../lib/api.js";
import { askPassword } from "../lib/session.js";
import { Drafting } from "../lib/drafting.js";
import { dropDraft, dropSentDraft, fetchDrafts, newDraft, readDraft } from "../lib/drafts.js";
import { faultsOf, focusSummary, goTo, idOf, summary, tell } from "../lib/faults.js";
import { focusOn, html, nothing } from "../lib/live.js";
import { allUnits } from "../lib/units.js";
import { language, link, t } from "../lib/words.js";
import { answerOf, asked } from "../lib/questions.js";
import { TASKS, faultsIn, views } from "./apply-views.js";

const WATCH_SESSION_MS = 4 * 60000;

class ApplyPage extends Drafting {
  code = new URLSearchParams(location.search).get("code");
  procedure = null;
  units = [];
  faults = [];
  trouble = "";
  offline = !navigator.onLine;
  busy = false;

  connectedCallback() {
    super.connectedCallback();
    addEventListener("hashchange", () => this.turn());
    addEventListener("online", () => this.set({ offline: false }));
    addEventListener("offline", () => this.set({ offline: true }));
    addEventListener("account", () => { if (this.owner && account() && account().id !== this.owner) location.reload(); });
    setInterval(() => this.watchSession(), WATCH_SESSION_MS);
    addEventListener("visibilitychange", () => { if (!document.hidden) this.watchSession(); });
    this.load();
  }

  async load() {
    try {
      const procedure = await askPublic("GET", "/api/intake/procedures/" + encodeURIComponent(this.code));
      document.title = `${procedure.name} – ${t("site.name")}`;
      const me = await ask("GET", "/api/identity/me");
      this.owner = me.id;
      await fetchDrafts(me.id).catch(() => null); // what is here is enough to go on
      this.begin(procedure, me);
      allUnits().then((units) => this.set({ units }), () => null);
    } catch (error) {
      this.set({ trouble: error.status === 404 ? t("procedure.unknown") : tell(error) });
    }
  }

  begin(procedure, me) {
    const draft = readDraft(me.id, procedure.code) ?? newDraft(procedure.code, procedure.name, procedure.version);
    draft.applicant = { kind: me.kind, name: me.name, id_number: me.id_number ?? "", tax_code: me.tax_code ?? "",
      phone: me.phone ?? "", email: me.email ?? "", address: "", birth_date: "", ...draft.applicant };
    this.set({ procedure, draft, wasThere: draft.unit !== null });
  }

  async watchSession() {
    if (this.draft && !await whoAmI().catch(() => true)) await askPassword();
  }

  get view() {
    const name = location.hash.slice(1);
    return TASKS.includes(name) || name === "check" ? name : "tasks";
  }

  async turn() {
    const to = this.leadTo;
    this.leadTo = null;
    await this.set({ faults: to?.faults ?? [] });
    if (to) return document.getElementById(to.id)?.focus();
    focusOn(this.querySelector("h1"));
    return scrollTo(0, 0);
  }

  /** What is wrong with the whole is told where it is checked; its field stands in another task, and the way leads back here. */
  goTo(event, fault) {
    const task = fault.field.split(".")[0];
    if (!TASKS.includes(task) || task === this.view) return goTo(event, fault);
    event.preventDefault();
    this.fromCheck = true;
    this.leadTo = { id: idOf(fault.field), faults: this.faults.filter((f) => f.field.split(".")[0] === task) };
    location.hash = task;
    return undefined;
  }

  // ---- the draft ----

  change(changes) {
    Object.assign(this.draft, changes);
    this.save();
  }

  async forget() {
    dropDraft(this.owner, this.code);
    await dropSentDraft(this.code);
    location.href = link("procedure", { code: this.code });
  }

  async done(task) {
    const faults = faultsIn(task, this);
    await this.set({ faults });
    if (faults.length) return focusSummary(this);
    const next = TASKS[TASKS.indexOf(task) + 1] ?? "check";
    location.hash = this.fromCheck ? "check" : next;
    this.fromCheck = false;
  }

  // ---- sending ----

  filing() {
    const { draft, procedure } = this;
    const applicant = Object.fromEntries(Object.entries(draft.applicant).map(([k, v]) => [k, v.trim()]).filter(([, v]) => v));
    const answers = Object.fromEntries(asked(procedure.form, draft.answers)
      .map((f) => [f.name, answerOf(f, draft.answers[f.name])]).filter(([, v]) => v !== undefined));
    const papers = Object.entries(draft.papers).flatMap(([component, entries]) =>
      entries.filter((e) => e.done).map((e) => ({ component, upload: e.id })));
    return { procedure: procedure.code, unit: draft.unit, applicant, answers, papers, language, result_by_post: Boolean(draft.by_post) };
  }

  async submit() {
    if (this.busy) return;
    const faults = TASKS.flatMap((task) => faultsIn(task, this));
    await this.set({ faults, busy: faults.length === 0 });
    if (faults.length) return focusSummary(this);
    this.change({ sending: true });
    try {
      const filed = await ask("POST", "/api/intake/dossiers", { body: this.filing(), key: this.draft.key, tries: 6 });
      dropDraft(this.owner, this.code);
      await dropSentDraft(this.code);
      location.href = link("confirmation") + "#" + filed.code;
    } catch (error) {
      await this.notSent(error);
    }
  }

  /** Refused: nothing was recorded, the next try is another request. No answer: it may be filed; the key stays. */
  async notSent(error) {
    if (!isAway(error)) this.change({ sending: false, key: newKey() });
    await this.set({ busy: false, faults: isAway(error) ? [{ field: "", message: t("apply.not_known") }] : faultsOf(error) });
    focusSummary(this);
  }

  // ---- what is seen ----

  render() {
    if (this.trouble) return html`<h1>${t("apply.title")}</h1><p class="note bad" role="alert">${this.trouble}</p><p><a href=${link("search")}>${t("procedure.search_again")}</a></p>`;
    if (!this.draft) return html`<h1>${t("apply.title")}</h1><p class="spin" role="status">${t("wait.loading")}</p>`;
    return html`${this.offline ? html`<p class="note due" role="alert">${t("apply.offline")}</p>` : nothing}
      ${summary(this.faults, (event, fault) => this.goTo(event, fault))}${views[this.view](this)}${this.savedLine()}`;
  }
}
customElements.define("apply-page", ApplyPage);
