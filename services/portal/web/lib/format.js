/* format — times and money as people here read them: 16:00 thứ Sáu 27/11/2026, 75.000 ₫. Always the time of Việt Nam. */
import { language, t } from "./words.js";

const ZONE = "Asia/Ho_Chi_Minh";
const locale = language === "vi" ? "vi-VN" : "en-GB";
const parts = (ms, options) => new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options }).format(ms);

export const day = (ms) => parts(ms, { day: "2-digit", month: "2-digit", year: "numeric" });
export const time = (ms) => parts(ms, { hour: "2-digit", minute: "2-digit", hour12: false });
export const weekday = (ms) => parts(ms, { weekday: "long" }).replace(/^Thứ/, "thứ").replace(/^Chủ nhật/, "Chủ nhật");
export const moment = (ms) => `${time(ms)} ${weekday(ms)} ${day(ms)}`;
export const shortMoment = (ms) => `${time(ms)} ${day(ms)}`;
export const dong = (n) => new Intl.NumberFormat("vi-VN").format(n) + " ₫";
export const bytes = (n) => (n < 1048576 ? t("units.kb", { n: Math.max(1, Math.round(n / 1024)) })
  : t("units.mb", { n: new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(n / 1048576) }));

/** "2026-11-23" → 23/11/2026 */
export const plainDay = (iso) => iso.split("-").reverse().join("/");

const dayNumber = (ms) => Math.floor((ms + 7 * 3600000) / 86400000);

/** How far away a date is, in days of the calendar. */
export function away(ms, now = Date.now()) {
  const days = dayNumber(ms) - dayNumber(now);
  if (ms < now && days === 0) return t("units.passed_today");
  if (days < 0) return t("units.ago", { n: -days });
  if (days === 0) return t("units.today");
  return t("units.left", { n: days });
}

export function limitText({ value, unit, text }) {
  if (unit === "working_day") return t("units.working_days", { n: value });
  if (unit === "day") return t("units.days", { n: value });
  if (unit === "hour") return t("units.hours", { n: value });
  if (unit === "month") return t("units.months", { n: value });
  return text;
}

export function feeText({ fees, fee_text: text }) {
  if (fees.length) return fees.map((f) => dong(f.amount)).join(" + ");
  return text || t("procedure.free");
}
