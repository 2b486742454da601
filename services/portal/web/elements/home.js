/* home — "you have a draft", above the most used procedures. */
import "./frame.js";
import { account } from "../lib/api.js";
import { draftsOf } from "../lib/drafts.js";
import { shortMoment } from "../lib/format.js";
import { Live, html, nothing } from "../lib/live.js";
import { link, t } from "../lib/words.js";

class DraftsNotice extends Live {
  render() {
    const drafts = account() ? draftsOf(account().id) : [];
    if (!drafts.length) return nothing;
    return html`<h2>${t("home.drafts")}</h2><ul class="hits">${drafts.map((d) => html`<li>
      <h3><a href=${link("apply", { code: d.procedure })}>${d.name}</a></h3>
      <p class="facts">${t("home.draft_saved", { at: shortMoment(d.at) })}</p></li>`)}</ul>`;
  }
}
customElements.define("drafts-notice", DraftsNotice);
