/* forgotten — at the counter, for who has forgotten the password and shows the card: a link for another one, and its picture for a
   phone's camera. The clerk sees whose account it is, and compares. */
import { ask } from "./api.js";
import { readCard } from "./card.js";
import { tell } from "./faults.js";
import { time } from "./format.js";
import { html, nothing } from "./live.js";
import { pictureOf } from "./picture.js";
import { link, t } from "./words.js";

/** {name, address, picture, until} or {trouble}. */
export async function passwordLink(number) {
  const page = location.origin + link("new-password"), login = readCard(number)?.id_number ?? number.trim();
  try {
    const made = await ask("POST", `/api/identity/password-links?page=${encodeURIComponent(page)}`, { body: { login }, tries: 1 });
    return { name: made.name, address: `${page}#${made.secret}`, until: Date.parse(made.expires_at), picture: pictureOf(made.qr) };
  } catch (error) {
    return { trouble: tell(error) };
  }
}

const linkView = (made) => html`<p><strong>${t("forgotten.of", { name: made.name })}</strong></p><p>${t("forgotten.scan", { until: time(made.until) })}</p>
  <img class="qr large" src=${made.picture} width="256" height="256" alt=${t("forgotten.qr")}><p><a href=${made.address} target="_blank" rel="noopener">${t("forgotten.open")}</a></p>`;

/** made: what passwordLink gave; make(number). */
export const forgottenView = (made, make) => html`<details id="forgotten"><summary>${t("forgotten.title")}</summary><div><p class="soft">${t("forgotten.lead")}</p>
  <form class="field" @submit=${(event) => { event.preventDefault(); make(event.target.elements.number.value); }}><label for="forgotten-number">${t("forgotten.number")}</label>
  <input id="forgotten-number" name="number" class="short" autocomplete="off" required><div class="actions"><button class="second">${t("forgotten.make")}</button></div></form>
  <div role="status">${!made ? nothing : made.trouble ? html`<p class="note bad">${made.trouble}</p>` : linkView(made)}</div></div></details>`;
