/* comments — what people wrote beside their answers about a unit, by quarter, for who leads or audits it: in no order, and only where
   nine others of the same unit and field have answered, so that nobody can be told from his words' place. */
import "./frame.js";
import { ask } from "../lib/api.js";
import { tell } from "../lib/faults.js";
import { fieldNames } from "../lib/fields.js";
import { html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { OfficePage } from "../lib/office.js";
import { before, quarterOf } from "../lib/periods.js";
import { periodName } from "../lib/published.js";
import { unitChoice } from "../lib/staff.js";
import { link, t } from "../lib/words.js";

const NOW = quarterOf(Date.now());
const QUARTERS = [NOW, before(NOW), before(before(NOW)), before(before(before(NOW)))];

class CommentsPage extends OfficePage {
  asked = Number(new URLSearchParams(location.search).get("quarter"));
  quarter = QUARTERS.includes(this.asked) ? this.asked : NOW;
  rows = null;
  next = null;
  fields = new Map();
  roles = ["leader", "auditor"];
  nowhere = t("figures.no_unit");

  async start() {
    await this.load();
    if (this.rows.length) await this.set({ fields: await fieldNames().catch(() => this.fields) });
  }

  async load() {
    const page = await ask("GET", `/api/feedback/units/${this.unit.code}/words?quarter=${this.quarter}&limit=50` + (this.next ? "&after=" + encodeURIComponent(this.next) : ""));
    await this.set({ rows: [...(this.rows ?? []), ...page.words], next: page.next });
  }

  to(changes) {
    location.href = link("comments", { unit: this.unit.code, quarter: this.quarter, ...changes });
  }

  render() {
    if (this.trouble) return html`<h1>${t("comments.title")}</h1><p class="note bad" role="alert">${this.trouble}</p>`;
    if (!this.rows) return html`<h1>${t("comments.title")}</h1><p class="spin" role="status">${t("wait.loading")}</p>`;
    return html`<div class="bar"><h1>${t("comments.title")}</h1><div>${unitChoice(this.units, this.unit, (unit) => this.to({ unit }))}</div></div><p class="soft">${t("comments.lead")}</p>
      <label for="quarter">${t("slips.label.quarter")}</label><select id="quarter" class="short" @change=${(e) => this.to({ quarter: e.target.value })}>${QUARTERS.map((q) => html`<option value=${q} ?selected=${q === this.quarter}>${periodName(q)}</option>`)}</select>
      ${this.rows.length ? nothing : html`<p class="note">${t("comments.none")}</p>`}
      <ul class="hits">${this.rows.map((r) => html`<li><p class="body-text">${r.words}</p><p class="soft">${r.field ? named(this.fields.get(r.field)) ?? r.field : t("comments.whole_unit")}</p></li>`)}</ul>
      ${this.next ? html`<button class="second" @click=${() => this.load().catch((error) => this.set({ trouble: tell(error) }))}>${t("queue.more")}</button>` : nothing}`;
  }
}
customElements.define("comments-page", CommentsPage);
