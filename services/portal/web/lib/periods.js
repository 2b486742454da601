/* periods — years, quarters and months as numbers, as feedback has them: 2026, 20264, 202611; days of the calendar as moments. */
const HOUR_MS = 3600000, ZONE_MS = 7 * HOUR_MS, DAY_MS = 24 * HOUR_MS, YEAR_MOST = 9999, QUARTER_MOST = 99999;
const dayOf = (ms) => new Date(ms + ZONE_MS);

export const yearOf = (ms) => dayOf(ms).getUTCFullYear();
export const quarterOf = (ms) => yearOf(ms) * 10 + Math.floor(dayOf(ms).getUTCMonth() / 3) + 1;
export const monthOf = (ms) => yearOf(ms) * 100 + dayOf(ms).getUTCMonth() + 1;

/** The one before it, of the same kind. */
export const before = (p) => (p <= YEAR_MOST ? p - 1 : p <= QUARTER_MOST ? (p % 10 > 1 ? p - 1 : p - 7) : p % 100 > 1 ? p - 1 : p - 89);

/** "2026-11-23" → when that day begins here, or so many days later; NaN: it is no day. */
export const dayMs = (iso, later = 0) => Date.parse(iso + "T00:00:00+07:00") + later * DAY_MS;
