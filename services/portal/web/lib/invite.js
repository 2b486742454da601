/* invite — asks whoever stands at the counter for a rating: the link for the tablet, good for some minutes, and its picture for a
   phone's camera. Only clerks of the unit the dossier was filed at get one; each dossier is rated once. */
import { ask } from "./api.js";
import { tell } from "./faults.js";
import { time } from "./format.js";
import { html, nothing } from "./live.js";
import { pictureOf } from "./picture.js";
import { link, t } from "./words.js";

/** {address, picture, until} or {trouble}. */
export async function invitation(code) {
  const page = location.origin + link("rate");
  try {
    const made = await ask("POST", `/api/feedback/dossiers/${encodeURIComponent(code)}/rating-link?page=${encodeURIComponent(page)}`, { tries: 1 });
    return { address: `${page}?tablet#${code}~${made.secret}`, until: made.expires_at_ms, picture: pictureOf(made.qr) };
  } catch (error) {
    return { trouble: tell(error) };
  }
}

export const invitationView = (made, ask) => html`<h2>${t("invite.title")}</h2><p class="soft">${t("invite.lead")}</p>
  <div class="actions"><button class="second" id="invite" @click=${ask}>${t("invite.ask")}</button></div>
  <div id="invited" role="status">${!made ? nothing : made.trouble ? html`<p class="note bad">${made.trouble}</p>` : html`<p>${t("invite.scan", { until: time(made.until) })}</p>
  <img class="qr large" src=${made.picture} width="256" height="256" alt=${t("invite.qr")}><p><a href=${made.address} target="_blank" rel="noopener">${t("invite.open")}</a></p>`}</div>`;
