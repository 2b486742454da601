/* queue — what lies at a unit, most urgent first: a tab for each state with its total, one's own; it changes as colleagues act, and
   shows who has which case open. Tabs are links, so they can be kept. */
import "./frame.js";
import { ask } from "../lib/api.js";
import { stateName } from "../lib/dossier.js";
import { tell } from "../lib/faults.js";
import { shortMoment } from "../lib/format.js";
import { html, nothing } from "../lib/live.js";
import { OfficePage } from "../lib/office.js";
import { READING, deadline, onceAtATime, unitChoice } from "../lib/staff.js";
import { listen } from "../lib/stream.js";
import { link, t } from "../lib/words.js";

const PAGE = 50, MOST = 200, LOOK_MS = 60000, PRESENCE_MS = 15000;
const STATES = [1, 2, 4, 5, 6, 7, 9];

class QueuePage extends OfficePage {
  tab = new URLSearchParams(location.search).get("tab");
  shown = PAGE;
  rows = null;
  next = null;
  counts = new Map();
  open = [];
  fresh = new Map(); // code → who changed it while we looked
  news = "";
  roles = READING;
  nowhere = t("queue.no_unit");
  isHeard = false;
  load = onceAtATime(() => this.loadAll());

  async start() {
    await this.load();
    listen(`/api/verification/queue/events?unit=${this.unit.code}`, (event) => this.hear(event), { state: (on) => this.set({ isHeard: on }) });
    setInterval(() => { if (!document.hidden) this.load(); }, LOOK_MS);
    setInterval(() => { if (!document.hidden) this.loadOpen().catch(() => null); }, PRESENCE_MS);
  }

  // ---- what is asked ----

  async loadAll() {
    try {
      const unit = this.unit.code;
      const { tabs } = await ask("GET", "/api/verification/queue/counts?unit=" + unit);
      this.counts = new Map(tabs.map((tab) => [tab.status, tab]));
      this.tab ??= String((tabs.find((tab) => tab.status === 4) ?? tabs[0])?.status ?? 4);
      const which = this.tab === "mine" ? "mine=true" : `unit=${unit}&status=${this.tab}`;
      const page = await ask("GET", `/api/verification/queue?${which}&limit=${Math.min(MOST, this.shown)}`);
      await this.set({ rows: page.cases, next: page.next, trouble: "" });
      await this.loadOpen();
    } catch (error) {
      this.set({ trouble: tell(error) });
    }
  }

  async loadOpen() {
    const { open } = await ask("GET", "/api/verification/queue/presence?unit=" + this.unit.code, { tries: 1 });
    this.set({ open: open.filter((o) => o.id !== this.who.id) });
  }

  async more() {
    const which = this.tab === "mine" ? "mine=true" : `unit=${this.unit.code}&status=${this.tab}`;
    const page = await ask("GET", `/api/verification/queue?${which}&limit=${PAGE}&after=${encodeURIComponent(this.next)}`);
    this.shown += page.cases.length;
    this.set({ rows: [...this.rows, ...page.cases], next: page.next });
  }

  hear({ name, data }) {
    if (name === "presence") return this.loadOpen().catch(() => null);
    if (name === "case") {
      const { code, by, status } = JSON.parse(data);
      this.fresh.set(code, by);
      if (by && by !== this.who.name) this.news = t("queue.news", { by, code, state: stateName(status) });
    }
    return this.load();
  }

  // ---- what is seen ----

  address(tab) {
    return link("queue", { unit: this.unit.code, tab });
  }

  tabs() {
    const one = (tab, label, count, late) => html`<a href=${this.address(tab)} aria-current=${this.tab === tab ? "page" : nothing}>${label}
      ${count === null ? nothing : html`<b class="number">${count}</b>`}${late ? html` <span class="late">${t("queue.late", { n: late })}</span>` : nothing}</a>`;
    return html`<nav class="tabs" aria-label=${t("queue.tabs")}>${STATES.map((s) =>
      one(String(s), stateName(s), this.counts.get(s)?.count ?? 0, this.counts.get(s)?.late))}${one("mine", t("queue.mine"), null)}</nav>`;
  }

  row(c) {
    const open = this.open.filter((o) => o.code === c.code).map((o) => o.name);
    const cell = (label, content, kind = "") => html`<td data-label=${label} class=${kind}>${content}</td>`;
    return html`<tr class=${this.fresh.has(c.code) ? "fresh" : ""}>
      <th scope="row"><a class="number" href="${link("case")}#${c.code}">${c.code}</a>
        ${open.length ? html`<span class="present">${t("queue.open_by", { names: open.join(", ") })}</span>` : nothing}</th>
      ${cell(t("queue.deadline"), c.answer_by_ms || c.step_due_at_ms || c.due_at_ms ? deadline(c.sort_at_ms) : html`<span class="soft">${t("queue.filed", { at: shortMoment(c.sort_at_ms) })}</span>`)}
      ${cell(t("queue.applicant"), html`${c.applicant_name}<br><span class="soft">${c.summary}</span>`)}
      ${cell(t("queue.state"), html`${stateName(c.status)}${c.papers_supplied ? html`<br><strong>${t("queue.supplied")}</strong>` : nothing}`)}
      ${cell(t("queue.assignee"), c.assignee_name || html`<span class="soft">${t("queue.nobody")}</span>`)}</tr>`;
  }

  table() {
    if (!this.rows.length) return html`<p class="note">${t("queue.empty")}</p>`;
    const head = ["code", "deadline", "applicant", "state", "assignee"].map((name) => heads[name]);
    return html`<table class="stacks"><caption class="unseen">${t("queue.title")}</caption>
      <thead><tr>${head.map((text) => html`<th scope="col">${text()}</th>`)}</tr></thead>
      <tbody>${this.rows.map((c) => this.row(c))}</tbody></table>
      <p class="soft" id="shown">${t("queue.shown", { n: this.rows.length })}</p>
      ${this.next ? html`<button class="second" @click=${() => this.more()}>${t("queue.more")}</button>` : nothing}`;
  }

  render() {
    const head = html`<h1>${t("queue.title")}</h1>`;
    if (this.trouble && !this.rows) return html`${head}<p class="note bad" role="alert">${this.trouble}</p>`;
    if (!this.rows) return html`${head}<p class="spin" role="status">${t("wait.loading")}</p>`;
    return html`<div class="bar"><div>${head}</div><div>${unitChoice(this.units, this.unit, (unit) => { location.search = new URLSearchParams({ unit, tab: this.tab }); })}</div>
      <p class="live ${this.isHeard ? "on" : ""}">${this.isHeard ? t("queue.live") : t("queue.not_live")}</p></div>
      ${this.tabs()}<p role="status" class="news">${this.trouble || this.news}</p>${this.table()}`;
  }
}

const heads = {
  code: () => t("queue.code"), deadline: () => t("queue.deadline"), applicant: () => t("queue.applicant"), state: () => t("queue.state"),
  assignee: () => t("queue.assignee"),
};
customElements.define("queue-page", QueuePage);
