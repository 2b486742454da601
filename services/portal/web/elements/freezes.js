/* freezes — what no message tells of index 766, declared by the unit's leader until its period is frozen; the frozen periods, whether
   they still come to the bytes that were signed, and freezing one, for who leads or audits the whole province. */
import "./frame.js";
import { ask, isAway, newKey } from "../lib/api.js";
import { faultsOf, focusSummary, summary, tell } from "../lib/faults.js";
import { shortMoment } from "../lib/format.js";
import { focusOn, html, nothing } from "../lib/live.js";
import { OfficePage } from "../lib/office.js";
import { before, monthOf, quarterOf, yearOf } from "../lib/periods.js";
import { percent, periodName } from "../lib/published.js";
import { unitChoice } from "../lib/staff.js";
import { tableHead } from "../lib/table.js";
import { link, t, words } from "../lib/words.js";

const parts = words("freezes.part"), heads = words("freezes.head");
const NOW = [quarterOf, monthOf, yearOf].map((of) => of(Date.now()));
const ENDED = NOW.flatMap((p) => [before(p), before(before(p))]);
const WHOLE = 10000; // a share in hundredths of a percent

class FreezesPage extends OfficePage {
  asked = Number(new URLSearchParams(location.search).get("period"));
  period = [...NOW, ...ENDED].includes(this.asked) ? this.asked : NOW[0];
  freezes = null;
  declared = new Map();
  recounts = new Map(); // period → {same, sha256}, or "" while it is counted
  faults = [];
  done = "";
  busy = false;
  roles = ["leader", "auditor"];
  nowhere = t("figures.no_unit");

  may(roles, unit) {
    return this.who.grants.some((g) => roles.includes(g.role) && ["*", unit].includes(g.unit));
  }

  async load() {
    const [{ freezes }, { declared }] = await Promise.all([ask("GET", "/api/feedback/freezes"), ask("GET", `/api/feedback/declared/${this.period}/${this.unit.code}`)]);
    await this.set({ freezes, declared: new Map(declared.map((d) => [d.name, d])) });
  }

  /** Sends it once at a time; what is wrong stands on top. name: of the part its faults are about. */
  async say(method, path, body, done, name) {
    if (this.busy) return;
    await this.set({ busy: true, faults: [], done: "" });
    try {
      this.key ??= newKey();
      await ask(method, path, { body, key: this.key });
      await this.load();
      await this.set({ done });
    } catch (error) {
      await this.set({ faults: faultsOf(error).map((f) => (f.field && name ? { ...f, field: `${name}-${f.field}` } : f)) });
      focusSummary(this);
      if (isAway(error)) return this.set({ busy: false }); // the same again has the same key
    }
    this.key = null;
    this.set({ busy: false });
  }

  declare(event, name) {
    event.preventDefault();
    const [part, whole] = ["part", "whole"].map((n) => event.target.elements[n].valueAsNumber);
    const faults = [["part", part], ["whole", whole]].filter(([, n]) => !Number.isInteger(n)).map(([n]) => ({ field: `${name}-${n}`, message: t("question.missing", { label: heads[n] }) }));
    if (faults.length) return this.set({ faults, done: "" }).then(() => focusSummary(this));
    return this.say("PUT", `/api/feedback/declared/${this.period}/${this.unit.code}/${name}`, { part, whole }, t("freezes.declared", { name }), name);
  }

  freeze(event) {
    event.preventDefault();
    const { value } = event.target.elements.freeze;
    return this.say("POST", "/api/feedback/freezes/" + value, undefined, t("freezes.frozen", { period: periodName(Number(value)) }));
  }

  async recount(period) {
    this.recounts.set(period, "");
    this.requestUpdate();
    const found = await ask("GET", `/api/feedback/freezes/${period}/recount`).catch((error) => ({ trouble: tell(error) }));
    this.recounts.set(period, found);
    await this.requestUpdate();
    focusOn(this.querySelector("#recount-" + period));
  }

  // ---- what is seen ----

  part(name, isOpen) {
    const d = this.declared.get(name), id = "f-" + name.replace(".", "-"), form = "declare-" + name;
    const input = (n) => html`<input form=${form} id="${id}-${n}" name=${n} type="number" min="0" class="tiny" inputmode="numeric" aria-label="${heads[n]} ${name}" .value=${String(d?.[n] ?? "")}>`;
    return html`<tr><th scope="row">${name}</th><td data-label=${heads.what}>${parts[name]}</td>
      <td data-label=${heads.part} class="number">${isOpen ? input("part") : d?.part ?? "–"}</td><td data-label=${heads.whole} class="number">${isOpen ? input("whole") : d?.whole ?? "–"}</td>
      <td data-label=${heads.share} class="number">${d?.whole ? percent((WHOLE * d.part) / d.whole) : "–"}</td><td data-label=${heads.by}>${d ? `${d.by_name}, ${shortMoment(d.at_ms)}` : "–"}</td>
      ${isOpen ? html`<td data-label=${heads.keep}><form id=${form} novalidate @submit=${(e) => this.declare(e, name)}><button class="second" aria-label="${t("freezes.keep")} ${name}" aria-disabled=${this.busy}>${t("freezes.keep")}</button></form></td>` : nothing}</tr>`;
  }

  declaring() {
    const isFrozen = this.freezes.some((f) => f.period === this.period), isOpen = !isFrozen && this.may(["leader"], this.unit.code);
    const to = (changes) => { location.href = link("freezes", { unit: this.unit.code, period: this.period, ...changes }); };
    return html`<h2>${t("freezes.declare")}</h2><p class="soft">${t("freezes.declare_lead")}</p>
      <label for="period">${t("freezes.period")}</label><select id="period" class="short" @change=${(e) => to({ period: e.target.value })}>${[...NOW, ...ENDED].map((p) => html`<option value=${p} ?selected=${p === this.period}>${periodName(p)}</option>`)}</select>
      ${isFrozen ? html`<p class="note">${t("freezes.is_frozen", { period: periodName(this.period) })}</p>` : nothing}
      <table class="stacks" id="declared">${tableHead(["name", "what", "part", "whole", "share", "by", ...(isOpen ? ["keep"] : [])].map((h) => heads[h]), 2, 5)}
      <tbody>${Object.keys(parts).map((name) => this.part(name, isOpen))}</tbody></table>`;
  }

  recounted(period) {
    const found = this.recounts.get(period);
    if (found === undefined) return html`<button class="second" aria-label="${t("freezes.recount")} ${periodName(period)}" @click=${() => this.recount(period)}>${t("freezes.recount")}</button>`;
    if (found === "") return html`<span role="status">${t("wait.loading")}</span>`;
    return html`<span id="recount-${period}" class=${found.same ? "good" : "poor"}>${found.trouble ?? (found.same ? t("freezes.same") : t("freezes.other"))}</span>`;
  }

  frozen() {
    const isProvince = this.may(["leader", "auditor"], "*"), open = ENDED.filter((p) => !this.freezes.some((f) => f.period === p));
    return html`<h2>${t("freezes.list")}</h2><p class="soft">${t("freezes.list_lead")}</p>
      ${this.freezes.length ? html`<table class="stacks" id="frozen">${tableHead(["period", "at", "by", "key", ...(isProvince ? ["check"] : [])].map((h) => heads[h]))}
      <tbody>${this.freezes.map((f) => html`<tr><th scope="row">${periodName(f.period)}</th><td data-label=${heads.at}>${shortMoment(f.frozen_at_ms)}</td><td data-label=${heads.by}>${f.by_name || t("freezes.by_itself")}</td>
        <td data-label=${heads.key}><span class="number">${f.key_id}</span></td>${isProvince ? html`<td data-label=${heads.check}>${this.recounted(f.period)}</td>` : nothing}</tr>`)}</tbody></table>` : html`<p class="note">${t("freezes.none")}</p>`}
      ${this.may(["leader"], "*") && open.length ? html`<form class="card" id="freeze" @submit=${this.freeze}><h3>${t("freezes.freeze")}</h3><p>${t("freezes.freeze_lead")}</p>
      <label for="f-freeze">${t("freezes.period")}</label><select id="f-freeze" name="freeze" class="short">${open.map((p) => html`<option value=${p}>${periodName(p)}</option>`)}</select><div class="actions"><button class="danger" aria-disabled=${this.busy}>${t("freezes.sign")}</button></div></form>` : nothing}`;
  }

  render() {
    if (this.trouble) return html`<h1>${t("freezes.title")}</h1><p class="note bad" role="alert">${this.trouble}</p>`;
    if (!this.freezes) return html`<h1>${t("freezes.title")}</h1><p class="spin" role="status">${t("wait.loading")}</p>`;
    return html`<div class="bar"><h1>${t("freezes.title")}</h1><div>${unitChoice(this.units, this.unit, (unit) => { location.href = link("freezes", { unit, period: this.period }); })}</div></div>
      ${summary(this.faults)}<p id="done" role="status" class=${this.done ? "note" : ""}>${this.done}</p>${this.declaring()}${this.frozen()}`;
  }
}
customElements.define("freezes-page", FreezesPage);
