/* satisfaction — what the province publishes: how satisfied people were and how much was in time, for the province, each unit and each
   field, by quarter and year; each number with its n, its range and where it is as data. */
import "./frame.js";
import { askPublic } from "../lib/api.js";
import { tell } from "../lib/faults.js";
import { day } from "../lib/format.js";
import { Live, html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { HEADS, cells, classOf, grades, number, percent, periodName } from "../lib/published.js";
import { tableHead } from "../lib/table.js";
import { link, t, words } from "../lib/words.js";

const heads = words("figures_public.head"), says = words("figures_public.says"), classes = words("figures_public.class");
const QUESTIONS = ["clear", "simple", "helpful", "prompt"];

class SatisfactionPage extends Live {
  query = new URLSearchParams(location.search);
  periods = null;
  page = null;
  trouble = "";

  async connectedCallback() {
    super.connectedCallback();
    try {
      const { periods, newest } = await askPublic("GET", "/api/feedback/published");
      const asked = Number(this.query.get("period")), period = periods.includes(asked) ? asked : periods[0];
      await this.set({ periods, period });
      const isThere = period === periods[0] && !this.part();
      if (period) await this.set({ page: isThere ? newest : await askPublic("GET", this.source()) });
    } catch (error) {
      this.set({ trouble: error.status === 404 ? t("figures_public.unknown") : tell(error) });
    }
  }

  part() {
    return ["unit", "field"].find((k) => this.query.has(k));
  }

  source() {
    const kind = this.part();
    return `/api/feedback/published/${this.period}${kind ? `/${kind}s/${encodeURIComponent(this.query.get(kind))}` : ""}`;
  }

  to(changes) {
    return link("satisfaction", { period: this.period, ...changes });
  }

  // ---- what is seen ----

  four(r) {
    const box = (big, text) => html`<li><span><b>${big}</b>${text}</span></li>`;
    const s = r.satisfaction, d = r.dossiers;
    return html`<ul class="four">${s ? box(percent(s.content), t("figures_public.content", { n: number(s.answers), low: percent(s.low), high: percent(s.high) })) : box("–", t("figures_public.no_answers"))}
      ${d?.in_time !== undefined ? box(percent(d.in_time), t("figures_public.in_time", { n: number(d.ended) })) : nothing}
      ${s?.response_rate !== undefined ? box(percent(s.response_rate), t("figures_public.rate")) : nothing}
      ${r.tt01 ? box(number(r.tt01.total / 10, 1), t("figures_public.tt01", { what: grades[r.tt01.class] ?? r.tt01.class })) : nothing}
      ${r.index_766 ? box(number(r.index_766.points / 100, 1), t("figures_public.index_766", { most: number(r.index_766.most / 100) })) : nothing}</ul>
      ${s ? html`<h2>${t("figures_public.questions")}</h2><dl class="rows">${QUESTIONS.map((q) => html`<div><dt>${says[q]}</dt><dd class="number">${percent(s[q])}</dd></div>`)}</dl>` : nothing}`;
  }

  /** Each unit a tile: no map, for that would say more of areas than of people. */
  tiles(units) {
    return html`<h2>${t("figures_public.tiles")}</h2><ul class="tiles">${units.map((u) => html`<li class=${classOf(u.satisfaction?.content)}><a href=${this.to({ unit: u.unit })}>
      <span>${named(u.unit_name) || u.unit}</span><b>${u.satisfaction ? percent(u.satisfaction.content) : t("figures_public.too_few")}</b></a></li>`)}</ul>
      <ul class="key">${Object.entries(classes).map(([name, text]) => html`<li><span class="swatch ${name}"></span>${text}</li>`)}</ul>`;
  }

  table(title, rows, name, address) {
    return html`<h2>${title}</h2><table class="stacks">${tableHead([title, ...HEADS.map((h) => heads[h])], 1)}
      <tbody>${rows.map((r) => html`<tr><th scope="row">${address ? html`<a href=${address(r)}>${name(r)}</a>` : name(r)}</th>${cells(r).map((c, i) => html`<td data-label=${heads[HEADS[i]]} class="number">${c}</td>`)}</tr>`)}</tbody></table>`;
  }

  body() {
    const p = this.page, unitName = (r) => named(r.unit_name) || r.unit, fieldName = (r) => named(r.field_name) || r.field;
    const ofUnit = (r) => this.to({ unit: r.unit }), ofField = (r) => this.to({ field: r.field });
    if (p.province) return html`${this.four(p.province)}${this.tiles(p.units)}${this.table(t("figures_public.units"), p.units, unitName, ofUnit)}${this.table(t("figures_public.fields"), p.fields, fieldName, ofField)}`;
    const back = html`<p><a href=${this.to({})}>${t("figures_public.all")}</a></p>`;
    if (this.query.has("unit")) return html`${back}<h2>${unitName(p.total)}</h2>${this.four(p.total)}${this.table(t("figures_public.fields"), p.fields, fieldName, ofField)}`;
    return html`${back}<h2>${fieldName(p.total)}</h2>${this.four(p.total)}${this.table(t("figures_public.units"), p.units, unitName, ofUnit)}`;
  }

  render() {
    if (this.trouble) return html`<p class="note bad" role="alert">${this.trouble}</p>`;
    if (!this.periods) return html`<p class="spin" role="status">${t("wait.loading")}</p>`;
    if (!this.periods.length) return html`<p class="note">${t("figures_public.nothing_yet")}</p>`;
    if (!this.page) return html`<p class="spin" role="status">${t("wait.loading")}</p>`;
    return html`<nav class="tabs" aria-label=${t("figures_public.periods")}>${this.periods.map((p) => html`<a href=${link("satisfaction", { period: p })} aria-current=${p === this.period ? "page" : nothing}>${periodName(p)}</a>`)}</nav>
      <p class="soft">${t("figures_public.from_to", { from: day(this.page.from_ms), to: day(this.page.to_ms - 1), least: this.page.least })}</p>${this.body()}
      <h2>${t("figures_public.data")}</h2><ul><li><a href="/api/feedback/published/${this.period}/figures.csv" download>${t("figures_public.csv")}</a></li>
      <li><a href="/api/feedback/published-schema">${t("figures_public.schema")}</a></li><li><a href=${this.source()}>${t("figures_public.json")}</a></li></ul>`;
  }
}
customElements.define("satisfaction-page", SatisfactionPage);
