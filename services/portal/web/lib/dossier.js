/* dossier — what pages show of a dossier: its state in words, what to do now, its timeline. */
import { away, moment, shortMoment } from "./format.js";
import { html, nothing } from "./live.js";
import { named } from "./names.js";
import { t, words } from "./words.js";

const states = words("state");
const moves = words("move");
const DUE = [5, 6], BAD = [3, 8], OVER = [3, 8, 10];

export const stateName = (status) => states[status].name;
export const isOver = (status) => OVER.includes(status);
export const mayWithdraw = (status) => [1, 2, 4, 5, 6].includes(status);
export const codeOfPage = () => decodeURIComponent(location.hash.slice(1)).trim();

export const tag = (status) => html`<span class="tag ${DUE.includes(status) ? "due" : BAD.includes(status) ? "bad" : ""}">${stateName(status)}</span>`;

/** One sentence: what the applicant does now. */
export const whatNow = (status) => html`<p class="note ${DUE.includes(status) ? "due" : BAD.includes(status) ? "bad" : ""}"><strong>${states[status].now}</strong></p>`;

/** Why it was refused, asked for more, stopped: in the words of who decided it. */
export const reasonOf = ({ status, state }) => (state?.note && [...BAD, 5].includes(status) ? html`<p class="note body-text">${state.note}</p>` : nothing);

const by = (move) => (move.by ? [move.by.name, move.by.title, move.by.department].filter(Boolean).join(", ") : "");

const past = (move, current) => html`<li aria-current=${current ? "step" : nothing}>
  <h3>${moves[move.transition] ?? stateName(move.status)}</h3>
  <p class="soft">${shortMoment(move.at_ms)}${by(move) ? " · " + by(move) : ""}</p>
  ${move.transition === "STEP" && move.step_name ? html`<p>${named(move.step_name)}</p>` : nothing}
  ${move.note ? html`<p class="body-text">${move.note}</p>` : nothing}</li>`;

/** Done, now, to come. */
export function timeline(done, state) {
  const last = done.length - 1;
  return html`<ol class="timeline">${done.map((m, i) => past(m, i === last))}
    ${state && !isOver(state.status) && state.due_at_ms && state.status !== 9 ? html`<li class="later"><h3>${t("track.result_due")}</h3>
      <p>${moment(state.due_at_ms)} (${away(state.due_at_ms)})</p></li>` : nothing}</ol>`;
}

/** An appointment for the person's own calendar. */
export function calendarFile(code, dueAtMs) {
  const stamp = (ms) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Motcua//VI", "BEGIN:VEVENT", `UID:${code}@motcua`, "DTSTAMP:" + stamp(Date.now()),
    "DTSTART:" + stamp(dueAtMs), "DTEND:" + stamp(dueAtMs + 1800000), "SUMMARY:" + t("track.calendar_title", { code }),
    "DESCRIPTION:" + location.href, "END:VEVENT", "END:VCALENDAR", ""];
  return URL.createObjectURL(new Blob([lines.join("\r\n")], { type: "text/calendar" }));
}
