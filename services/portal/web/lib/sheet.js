/* sheet — what the counter hands over on paper, drawn in the page so that it prints at once: receipt, guidance, refusal. */
import { moment } from "./format.js";
import { html, nothing } from "./live.js";
import { t, words } from "./words.js";

const titles = words("sheet.title");

/** s: {kind, unit, clerk, person, procedure, code, qr, dueAtMs, papers, reason} */
export const sheetView = (s) => html`<article class="sheet" lang="vi"><p><strong>${s.unit}</strong></p>
  <h1>${titles[s.kind]}</h1>${s.code ? html`<p class="code">${t("sheet.code", { code: s.code })}</p>` : nothing}
  ${s.qr ? html`<img class="qr" src=${s.qr} width="150" height="150" alt="">` : nothing}
  <p>${t("sheet.person", { name: s.person.name, number: s.person.id_number || s.person.tax_code || "" })}<br>${t("sheet.address", { address: s.person.address, phone: s.person.phone })}</p>
  <p>${t("sheet.procedure", { name: s.procedure })}</p>
  ${s.reason ? html`<p>${t("sheet.reason", { reason: s.reason })}</p>` : nothing}
  ${s.papers.length ? html`<p>${s.kind === "guidance" ? t("sheet.missing") : t("sheet.received")}</p><ol>${s.papers.map((p) => html`<li>${p}</li>`)}</ol>` : nothing}
  ${s.dueAtMs ? html`<p><strong>${t("sheet.due", { at: moment(s.dueAtMs) })}</strong></p>` : nothing}
  <p>${t("sheet.clerk", { name: s.clerk, at: moment(s.atMs) })}</p></article>`;
