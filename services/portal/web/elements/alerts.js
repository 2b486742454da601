/* alerts — what stands out in how dossiers were moved, for who leads or audits: each with the dossiers behind it, and what was found
   to be the matter. An alert is a question, no verdict. */
import "./frame.js";
import { ask, newKey } from "../lib/api.js";
import { faultsOf, focusSummary, summary } from "../lib/faults.js";
import { shortMoment } from "../lib/format.js";
import { html, nothing } from "../lib/live.js";
import { OfficePage } from "../lib/office.js";
import { unitChoice } from "../lib/staff.js";
import { link, t, words } from "../lib/words.js";

const kinds = words("alerts.kind"), verdicts = words("alerts.verdict");

class AlertsPage extends OfficePage {
  alerts = null;
  next = null;
  behind = new Map(); // alert → its dossiers
  faults = [];
  roles = ["leader", "auditor"];
  nowhere = t("figures.no_unit");

  async load() {
    const page = await ask("GET", `/api/feedback/alerts?unit=${this.unit.code}&limit=50${this.next ? `&before=${this.next}` : ""}`);
    await this.set({ alerts: [...(this.alerts ?? []), ...page.alerts], next: page.next });
  }

  async open(event, alert) {
    if (!event.target.open || this.behind.has(alert.id)) return;
    const { dossiers } = await ask("GET", "/api/feedback/alerts/" + alert.id).catch(() => ({ dossiers: [] }));
    this.behind.set(alert.id, dossiers);
    this.requestUpdate();
  }

  async answer(event, alert) {
    event.preventDefault();
    const words = event.target.elements.words.value.trim(), verdict = event.submitter.value;
    try {
      await ask("POST", `/api/feedback/alerts/${alert.id}/answer`, { body: { verdict, words }, key: newKey() });
      Object.assign(alert, { verdict, words, answered_by: this.who.name, answered_at_ms: Date.now() });
      await this.set({ faults: [] });
    } catch (error) {
      await this.set({ faults: faultsOf(error) });
      focusSummary(this);
    }
  }

  one(a) {
    const isLeader = this.who.grants.some((g) => g.role === "leader"), codes = this.behind.get(a.id);
    return html`<li><h2>${kinds[a.kind].name}</h2><p>${kinds[a.kind].text}</p><ul class="facts"><li>${a.official || t("alerts.nobody")}</li><li>${t("alerts.amount", { n: a.amount })}</li><li>${shortMoment(a.at_ms)}</li></ul>
      <details @toggle=${(e) => this.open(e, a)}><summary>${t("alerts.behind")}</summary>${!codes ? html`<p>${t("wait.loading")}</p>` : codes.length ? html`<ul>${codes.map((c) => html`<li><a class="number" href="${link("case")}#${c}">${c}</a></li>`)}</ul>` : html`<p>${t("alerts.no_dossiers")}</p>`}</details>
      ${a.verdict ? html`<p class="note"><strong>${verdicts[a.verdict]}</strong> – ${a.answered_by}, ${shortMoment(a.answered_at_ms)}<br>${a.words}</p>` : !isLeader ? nothing : html`<form @submit=${(e) => this.answer(e, a)}><div class="field"><label for="f-words-${a.id}">${t("alerts.words")}</label><textarea id="f-words-${a.id}" name="words" rows="2" maxlength="1000" required></textarea></div>
      <div class="actions"><button class="second" value="explained">${t("alerts.explain")}</button><button class="second" value="confirmed">${t("alerts.confirm")}</button></div></form>`}</li>`;
  }

  render() {
    if (this.trouble) return html`<h1>${t("alerts.title")}</h1><p class="note bad" role="alert">${this.trouble}</p>`;
    if (!this.alerts) return html`<h1>${t("alerts.title")}</h1><p class="spin" role="status">${t("wait.loading")}</p>`;
    return html`<div class="bar"><h1>${t("alerts.title")}</h1><div>${unitChoice(this.units, this.unit, (unit) => { location.href = link("alerts", { unit }); })}</div></div><p class="soft">${t("alerts.lead")}</p>
      ${summary(this.faults)}${this.alerts.length ? nothing : html`<p class="note">${t("alerts.none")}</p>`}<ul class="hits">${this.alerts.map((a) => this.one(a))}</ul>
      ${this.next ? html`<button class="second" @click=${() => this.load()}>${t("queue.more")}</button>` : nothing}`;
  }
}
customElements.define("alerts-page", AlertsPage);
