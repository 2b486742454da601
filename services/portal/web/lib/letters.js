/* letters — what a decision would lead to, as the applicant would read it: verification drafts the moves, notification puts them
   into words. */
import { ask } from "./api.js";
import { stateName } from "./dossier.js";
import { dong, moment } from "./format.js";
import { html, nothing } from "./live.js";
import { fetchBlob, show } from "./picture.js";
import { t, words } from "./words.js";

const channels = words("letter.channel");
const reasons = words("letter.why");

/** {preview, letters}; letters is null where notification does not answer. */
export async function previewOf(code, version, body) {
  const preview = await ask("POST", `/api/verification/cases/${code}/decisions/preview`, { body, tries: 1, headers: { "If-Match": `"${version}"` } });
  const { letters } = await ask("POST", `/api/notification/dossiers/${code}/preview`, { body: { moves: preview.moves }, tries: 2 })
    .catch(() => ({ letters: null }));
  return { preview, letters };
}

/** The legal form as it would be issued: the same request as the preview's, as PDF. */
export async function showForm(code, version, body, form) {
  show(await fetchBlob(`/api/verification/cases/${code}/decisions/preview.pdf`, { method: "POST", body, tries: 1, headers: { "If-Match": `"${version}"` } }), `xem-truoc-${form}.pdf`);
}

const how = (m) => (m.why ? reasons[m.why] ?? m.why : `${channels[m.channel]} ${m.address}`);

const letter = (l) => html`<article class="letter" lang=${l.language}><h3>${l.subject}</h3>${l.body}</article>
  <p class="soft">${t("letter.goes", { how: l.messages.map(how).join("; ") })}</p>`;

/** onForm: somebody wants to see the form. */
export function previewView({ preview, letters }, onForm) {
  const told = letters?.filter((l) => !l.none);
  return html`<dl class="rows"><div><dt>${t("letter.state")}</dt><dd>${stateName(preview.status)}</dd></div>
    ${preview.due_at_ms ? html`<div><dt>${t("letter.due")}</dt><dd>${moment(preview.due_at_ms)}</dd></div>` : nothing}
    ${preview.answer_by_ms ? html`<div><dt>${t("letter.answer_by")}</dt><dd>${moment(preview.answer_by_ms)}</dd></div>` : nothing}
    ${preview.fee_asked_dong ? html`<div><dt>${t("letter.fee")}</dt><dd>${dong(preview.fee_asked_dong)}</dd></div>` : nothing}
    ${preview.form ? html`<div><dt>${t("letter.form")}</dt><dd>${t("letter.form_name", preview.form)} <button type="button" class="plain" @click=${onForm}>${t("letter.form_show")}</button></dd></div>` : nothing}</dl>
    <h3>${t("letter.title")}</h3>
    ${!letters ? html`<p class="note due">${t("letter.not_seen")}</p>` : told.length ? told.map(letter) : html`<p>${t("letter.none")}</p>`}`;
}
