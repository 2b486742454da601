/* rate — four questions about what the office can change, and words if one likes; once for each dossier. */
import "./frame.js";
import "../lib/session.js";
import { ask, isAway, newKey } from "../lib/api.js";
import { codeOfPage } from "../lib/dossier.js";
import { faultsOf, focusSummary, idOf, summary } from "../lib/faults.js";
import { Live, html, nothing } from "../lib/live.js";
import { link, t, words } from "../lib/words.js";

const QUESTIONS = ["is_clear", "is_simple", "is_helpful", "is_in_time"];
const asks = words("rate.ask"), scores = words("rate.score");

class RatePage extends Live {
  code = codeOfPage();
  key = newKey();
  answers = {};
  faults = [];
  busy = false;
  done = false;

  connectedCallback() {
    super.connectedCallback();
    ask("GET", "/api/identity/me").catch(() => null); // who is not logged in is asked at once
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy) return;
    const remark = event.target.elements.words.value.trim();
    const faults = QUESTIONS.filter((q) => !this.answers[q]).map((q) => ({ field: q, message: t("question.missing", { label: asks[q] }) }));
    await this.set({ faults, busy: faults.length === 0 });
    if (faults.length) return focusSummary(this);
    try {
      await ask("POST", `/api/intake/dossiers/${this.code}/rating`, { body: { ...this.answers, ...(remark ? { words: remark } : {}) }, key: this.key });
      this.set({ done: true });
    } catch (error) {
      if (!isAway(error)) this.key = newKey();
      await this.set({ busy: false, faults: faultsOf(error) });
      focusSummary(this);
    }
  }

  question(name) {
    const id = idOf(name), wrong = this.faults.find((f) => f.field === name)?.message;
    return html`<fieldset class="field ${wrong ? "wrong" : ""}"><legend>${asks[name]}</legend>${wrong ? html`<span class="fault">${wrong}</span>` : nothing}
      ${[5, 4, 3, 2, 1].map((n) => html`<label class="choice"><input type="radio" name=${name} id=${n === 5 ? id : `${id}-${n}`} value=${n}
        .checked=${this.answers[name] === n} @change=${() => { this.answers[name] = n; }}>${scores[n]}</label>`)}</fieldset>`;
  }

  render() {
    const back = html`<p><a href="${link("track")}#${this.code}">${t("supplement.back")}</a></p>`;
    if (this.done) return html`<div class="panel" role="status"><h1>${t("rate.thanks")}</h1><p>${t("rate.thanks_text")}</p></div>${back}`;
    return html`${back}${summary(this.faults)}<h1>${t("rate.title")}</h1><p class="lead">${t("rate.lead")}</p>
      <form class="card" novalidate @submit=${this.submit}>${QUESTIONS.map((q) => this.question(q))}
      <div class="field"><label for="f-words">${t("rate.words")}</label><textarea id="f-words" name="words" maxlength="1000"></textarea></div>
      <button aria-disabled=${this.busy}>${this.busy ? t("wait.sending") : t("rate.button")}</button></form>`;
  }
}
customElements.define("rate-page", RatePage);
