/* units — every unit there is, by code; a choice among them, under the unit each belongs to. */
import { askPublic } from "./api.js";
import { html } from "./live.js";
import { inVietnamese } from "./names.js";
import { t } from "./words.js";

export async function allUnits() {
  const units = [];
  for (let after = ""; after !== null;) {
    const page = await askPublic("GET", "/api/identity/units?limit=200" + (after && "&after=" + encodeURIComponent(after)));
    units.push(...page.units);
    after = page.next;
  }
  return units;
}

/** [[name of the unit above, its units]] */
export function unitGroups(units, all) {
  const groups = new Map();
  for (const u of units) groups.set(u.parent_code, [...(groups.get(u.parent_code) ?? []), u]);
  return [...groups].map(([code, list]) => [all.find((u) => u.code === code)?.name ?? t("procedure.level.province"), list]);
}

/** The options of a select; chosen: a code. */
export const unitOptions = (units, all, chosen) => html`<option value="">${all.length ? t("question.choose") : t("wait.loading")}</option>
  ${unitGroups(units, all).map(([name, list]) => html`<optgroup label=${name} lang=${inVietnamese}>${list.map((u) =>
    html`<option value=${u.code} ?selected=${chosen === u.code}>${u.name}</option>`)}</optgroup>`)}`;
