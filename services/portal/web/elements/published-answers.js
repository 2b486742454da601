/* published-answers — what the offices have answered, in words that tell of nobody: for everybody, the newest first. */
import "./frame.js";
import { askPublic } from "../lib/api.js";
import { day } from "../lib/format.js";
import { html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { Pages } from "../lib/pages.js";
import { allUnits } from "../lib/units.js";
import { t, words } from "../lib/words.js";

const classes = words("complain.class"), categories = words("complain.category"), outcomes = words("complaint.outcome");

const NAMES_AFTER_MS = 1500; // the visit itself comes first

class PublishedAnswers extends Pages {
  address = "/api/feedback/published-complaints?limit=20";
  name = "answers";
  ask = askPublic;
  units = [];

  connectedCallback() {
    super.connectedCallback();
    setTimeout(() => allUnits().then((units) => this.set({ units }), () => null), NAMES_AFTER_MS);
  }

  none() {
    return html`<p>${t("published.none")}</p>`;
  }

  row(a) {
    return html`<li><h2>${categories[a.category] ?? a.category}</h2><p class="body-text">${a.answer}</p><ul class="facts"><li>${named(this.units.find((u) => u.code === a.unit)?.name) ?? a.unit}</li>
      <li>${classes[a.class].name}</li><li>${outcomes[a.outcome] ?? ""}</li><li>${t("published.dates", { from: day(a.received_at_ms), to: day(a.answered_at_ms) })}</li>
      ${a.is_late ? html`<li><strong>${t("published.late")}</strong></li>` : nothing}</ul></li>`;
  }
}
customElements.define("published-answers", PublishedAnswers);
