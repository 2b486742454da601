/* published — figures as the province publishes them: shares in hundredths of a percent, points in hundredths or tenths, periods as
   numbers; what was too few to be said is absent and shown as such. */
import { html, nothing, svg } from "./live.js";
import { language, t, words } from "./words.js";

const locale = language === "vi" ? "vi-VN" : "en-GB";
export const number = (n, digits = 0) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(n);
export const percent = (share) => number(share / 100, 1) + "%";

/** 202611 → "tháng 11/2026", 20264 → "quý 4/2026", 2026 → "năm 2026". */
export const periodName = (p) => (p > 99999 ? t("figures_public.month", { n: p % 100, year: Math.floor(p / 100) }) : p > 9999 ? t("figures_public.quarter", { n: p % 10, year: Math.floor(p / 10) }) : t("figures_public.year", { year: p }));

export const tooFew = () => html`<span class="soft">${t("figures_public.too_few")}</span>`;

const WIDTH = 100;
/** Of circular 01/2018: they come as they are named there. */
export const grades = words("figures_public.grade");

/** The share with the range it may be trusted to, as words and as a line. */
export const trusted = (s) => html`<span class="number">${percent(s.content)}</span> <small class="soft number">(${percent(s.low)}–${percent(s.high)})</small>
  <svg class="whisker" viewBox="0 0 ${WIDTH} 8" preserveAspectRatio="none" aria-hidden="true">${svg`<rect class="ground" x="0" y="3" width=${WIDTH} height="2"></rect>
  <rect class="range" x=${s.low / 100} y="2" width=${Math.max(0.8, (s.high - s.low) / 100)} height="4"></rect><rect class="point" x=${s.content / 100 - 0.6} y="0" width="1.2" height="8"></rect>`}</svg>`;

/** Four classes and the one that says nothing: a colour never stands without its number. */
export const classOf = (share) => (share === undefined ? "none" : share >= 9500 ? "best" : share >= 9000 ? "good" : share >= 8000 ? "fair" : "poor");

export const HEADS = ["dossiers", "in_time", "satisfied", "answers", "rate", "tt01", "index_766"];

/** The cells of a row, in the order of HEADS. */
export const cells = (r) => [r.dossiers ? number(r.dossiers.ended) : tooFew(), r.dossiers?.in_time !== undefined ? percent(r.dossiers.in_time) : "–",
  r.satisfaction ? trusted(r.satisfaction) : tooFew(), r.satisfaction ? number(r.satisfaction.answers) : "–",
  r.satisfaction?.response_rate !== undefined ? percent(r.satisfaction.response_rate) : "–",
  r.tt01 ? html`${number(r.tt01.total / 10, 1)} <small class="soft">${grades[r.tt01.class] ?? r.tt01.class}</small>` : "–", r.index_766 ? html`${number(r.index_766.points / 100, 1)}${r.index_766.most < 10000 ? html` <small class="soft">/ ${number(r.index_766.most / 100)}</small>` : nothing}` : "–"];
