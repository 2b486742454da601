/* figures — what a leader looks at: four numbers first, the trend, fields, units; every number opens its rows. */
import "./frame.js";
import { ask } from "../lib/api.js";
import { stateName } from "../lib/dossier.js";
import { plainDay, shortMoment } from "../lib/format.js";
import { focusOn, html, nothing, svg } from "../lib/live.js";
import { named } from "../lib/names.js";
import { OfficePage } from "../lib/office.js";
import { deadline, unitChoice } from "../lib/staff.js";
import { listen } from "../lib/stream.js";
import { link, t, words } from "../lib/words.js";

const names = words("figures.name");
const MAIN = ["received", "in_time", "late", "soon"];
const ALL = ["received", "ended", "in_time", "late", "running", "overdue", "soon"];
const BAD = ["late", "overdue"];
const DAYS = [7, 30, 90], DAY_MS = 86400000, LOOK_MS = 60000, HEARD_MS = 2000, HIGH = 100;

const number = (n) => new Intl.NumberFormat("vi-VN").format(n);
const iso = (ms) => new Date(ms + 7 * 3600000).toISOString().slice(0, 10);

class FiguresPage extends OfficePage {
  query = new URLSearchParams(location.search);
  days = DAYS.includes(Number(this.query.get("days"))) ? Number(this.query.get("days")) : 30;
  numbers = null;
  perUnit = null;
  list = null; // rows behind the number that was opened
  roles = ["leader", "auditor"];
  nowhere = t("figures.no_unit");

  async start() {
    await this.load();
    if (this.query.has("figure")) await this.open();
    const later = () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.load().catch(() => null), HEARD_MS); };
    listen(`/api/verification/queue/events?unit=${this.unit.code}`, (event) => event.name === "case" && later());
    setInterval(() => { if (!document.hidden) this.load().catch(() => null); }, LOOK_MS);
  }

  // ---- what is asked ----

  period() {
    return `from=${iso(Date.now() - (this.days - 1) * DAY_MS)}&to=${iso(Date.now())}`;
  }

  async load() {
    const [numbers, units] = await Promise.all([
      ask("GET", `/api/verification/figures?unit=${this.unit.code}&${this.period()}`),
      this.units.length > 1 ? ask("GET", "/api/verification/figures/units?" + this.period()) : { units: [] }]);
    await this.set({ numbers, perUnit: units.units, trouble: "" });
  }

  /** The rows of the number in the page's address. */
  async open(after = "") {
    const figure = this.query.get("figure"), field = this.query.get("field");
    const page = await ask("GET", `/api/verification/figures/cases?unit=${this.unit.code}&figure=${figure}&${this.period()}`
      + (field ? "&field=" + encodeURIComponent(field) : "") + (after ? "&after=" + encodeURIComponent(after) : ""));
    await this.set({ list: { figure, field, rows: [...(after ? this.list.rows : []), ...page.cases], next: page.next } });
    if (!after) focusOn(this.querySelector("#rows"));
  }

  // ---- what is seen ----

  address(changes) {
    return link("figures", { unit: this.unit.code, days: this.days, ...changes });
  }

  linked(figure, numbers, changes = {}) {
    const n = number(numbers[figure]);
    return numbers[figure] ? html`<a class=${BAD.includes(figure) ? "late" : ""} href=${this.address({ figure, ...changes })}>${n}</a>` : n;
  }

  four() {
    const total = this.numbers.total;
    return html`<ul class="four">${MAIN.map((f) => html`<li class=${BAD.includes(f) && total[f] ? "bad" : ""}>
      <a href=${this.address({ figure: f })}><b>${number(total[f])}</b>${names[f]}</a></li>`)}
      <li><span><b>${total.ended ? number(Math.round((1000 * total.in_time) / total.ended) / 10) + "%" : "–"}</b>${t("figures.share", { n: number(total.ended) })}</span></li></ul>`;
  }

  trend() {
    const days = this.numbers.days, most = Math.max(1, ...days.map((d) => Math.max(d.received, d.ended)));
    const width = 300 / days.length;
    const bar = (x, n, kind) => (n ? svg`<rect class=${kind} x=${x} y=${HIGH - (n * HIGH) / most} width=${width * 0.4} height=${(n * HIGH) / most}></rect>` : nothing);
    return html`<h2>${t("figures.trend")}</h2>
      <svg class="trend" viewBox="0 0 300 ${HIGH}" preserveAspectRatio="none" role="img" aria-label=${t("figures.trend_text", { from: plainDay(days[0].day), to: plainDay(days.at(-1).day), most: number(most) })}>
        ${days.map((d, i) => svg`${bar(i * width + width * 0.08, d.received, "in")}${bar(i * width + width * 0.52, d.ended, "out")}${bar(i * width + width * 0.52, d.late, "over")}`)}</svg>
      <details><summary>${t("figures.as_table")}</summary><table class="stacks"><thead><tr><th scope="col">${t("figures.day")}</th>
        <th scope="col" class="number">${names.received}</th><th scope="col" class="number">${names.ended}</th><th scope="col" class="number">${names.late}</th></tr></thead>
        <tbody>${days.filter((d) => d.received || d.ended).map((d) => html`<tr><th scope="row">${plainDay(d.day)}</th>${["received", "ended", "late"].map((n) => html`<td class="number" data-label=${names[n]}>${number(d[n])}</td>`)}</tr>`)}</tbody></table></details>
      <p class="soft">${t("figures.key")}</p>`;
  }

  table(title, rows, cell) {
    return html`<h2>${title}</h2><table class="stacks"><thead><tr><th scope="col">${title}</th>${ALL.map((f) => html`<th scope="col" class="number">${names[f]}</th>`)}</tr></thead>
      <tbody>${rows.map((r) => html`<tr><th scope="row">${named(r.name) || r.code}</th>${ALL.map((f) => html`<td class="number" data-label=${names[f]}>${cell(f, r)}</td>`)}</tr>`)}</tbody></table>`;
  }

  rows() {
    const { figure, field, rows, next } = this.list;
    const name = this.numbers.fields.find((f) => f.code === field)?.name;
    const cell = (label, text) => html`<td data-label=${label}>${text}</td>`;
    return html`<section id="rows"><h2>${names[figure]}${name ? html` – ${named(name)}` : ""}</h2>
      <table class="stacks"><thead><tr>${["code", "applicant", "state", "due", "ended", "assignee"].map((h) => html`<th scope="col">${words("figures.head")[h]}</th>`)}</tr></thead>
      <tbody>${rows.map((c) => html`<tr><th scope="row"><a class="number" href="${link("case")}#${c.code}">${c.code}</a></th>
        ${cell(t("figures.head.applicant"), c.applicant_name)}${cell(t("figures.head.state"), stateName(c.status))}
        ${cell(t("figures.head.due"), c.finished_at_ms ? (c.due_at_ms ? shortMoment(c.due_at_ms) : "") : deadline(c.due_at_ms))}
        ${cell(t("figures.head.ended"), c.finished_at_ms ? shortMoment(c.finished_at_ms) : "")}${cell(t("figures.head.assignee"), c.assignee_name)}</tr>`)}</tbody></table>
      <p class="soft" id="shown">${t("queue.shown", { n: rows.length })}</p>
      ${next ? html`<button class="second" @click=${() => this.open(next)}>${t("queue.more")}</button>` : nothing}</section>`;
  }

  render() {
    if (!this.numbers) return html`<h1>${t("figures.title")}</h1>${this.trouble ? html`<p class="note bad" role="alert">${this.trouble}</p>` : html`<p class="spin" role="status">${t("wait.loading")}</p>`}`;
    const n = this.numbers;
    return html`<div class="bar"><div><h1>${t("figures.title")}</h1><p class="soft">${t("figures.period", { from: plainDay(n.from), to: plainDay(n.to), at: shortMoment(n.at_ms) })}</p></div>
      <div>${unitChoice(this.units, this.unit, (unit) => { location.href = link("figures", { unit, days: this.days }); })}</div>
      <nav class="tabs" aria-label=${t("figures.days")}>${DAYS.map((d) => html`<a href=${link("figures", { unit: this.unit.code, days: d })} aria-current=${d === this.days ? "page" : nothing}>${t("figures.last", { n: d })}</a>`)}</nav></div>
      ${this.four()}${this.list ? this.rows() : nothing}${this.trend()}
      ${this.table(t("figures.fields"), n.fields, (f, r) => this.linked(f, r.numbers, { field: r.code }))}
      ${this.perUnit.length ? this.table(t("figures.units"), this.perUnit, (f, r) => this.linked(f, r.numbers, { unit: r.code })) : nothing}`;
  }
}
customElements.define("figures-page", FiguresPage);
