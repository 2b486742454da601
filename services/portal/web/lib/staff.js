/* staff — what staff pages share: in which units one has which roles, names of units, deadlines as staff read them. */
import { account, askPublic, whoAmI } from "./api.js";
import { inVietnamese, named } from "./names.js";
import { askPassword } from "./session.js";
import { shortMoment } from "./format.js";
import { html, nothing } from "./live.js";
import { allUnits } from "./units.js";
import { t } from "./words.js";

export const READING = ["clerk", "officer", "leader", "auditor"];
const KEPT = "motcua.unit";
const HOUR_MS = 3600000;

/** Logs in where nobody is; the account. */
export async function staffAccount() {
  if (!(await whoAmI().catch(() => account()))) await askPassword();
  return account();
}

/** The list is by code and begins behind `after`: behind all shorter beginnings of the code. */
async function nameOf(code) {
  const { units } = await askPublic("GET", "/api/identity/units?limit=20&after=" + encodeURIComponent(code.slice(0, -5)));
  return units.find((u) => u.code === code)?.name ?? code;
}

/** [{code, name}] in which the account has one of the roles. */
export async function unitsOf(who, roles) {
  const grants = who.grants.filter((g) => roles.includes(g.role)).map((g) => g.unit);
  if (grants.includes("*")) return (await allUnits()).map(({ code, name }) => ({ code, name }));
  return Promise.all([...new Set(grants)].map(async (code) => ({ code, name: await nameOf(code).catch(() => code) })));
}

/** The unit in the page's address, the one of last time, or the first. */
export function chosenUnit(units) {
  const asked = new URLSearchParams(location.search).get("unit") ?? localStorage.getItem(KEPT);
  const unit = units.find((u) => u.code === asked) ?? units[0];
  if (unit) localStorage.setItem(KEPT, unit.code);
  return unit;
}

export const unitChoice = (units, unit, change) => (units.length < 2 ? html`<p class="soft">${named(unit?.name)}</p>` : html`
  <label for="unit">${t("staff.unit")}</label><select id="unit" class="short" @change=${(e) => change(e.target.value)}>
  ${units.map((u) => html`<option lang=${inVietnamese} value=${u.code} ?selected=${u.code === unit.code}>${u.name}</option>`)}</select>`);

/** A deadline: late in red with its hours, else when. */
export function deadline(ms, now = Date.now()) {
  if (!ms) return nothing;
  const hours = Math.floor(Math.abs(now - ms) / HOUR_MS);
  const how = ms < now ? html`<strong class="late">${hours < 48 ? t("staff.late_hours", { n: hours }) : t("staff.late_days", { n: Math.floor(hours / 24) })}</strong>`
    : hours < 24 ? html`<strong>${t("staff.left_hours", { n: hours })}</strong>` : nothing;
  return html`<span class="number">${shortMoment(ms)}</span> ${how}`;
}

/** What one reads of a case while one works on the next: nothing is asked twice at once. */
export function onceAtATime(load) {
  let running = null, again = false;
  return function run() {
    if (running) { again = true; return running; }
    running = load().finally(() => { running = null; if (again) { again = false; run(); } });
    return running;
  };
}

