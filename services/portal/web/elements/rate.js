/* rate — four questions about what the office can change, and words if one likes; once for each dossier, and nobody can tell whose
   they are (lib/rating.js). It is opened by the owner, by the link in a message, or at the counter's tablet: #code~secret. */
import "./frame.js";
import "../lib/session.js";
import { codeOfPage } from "../lib/dossier.js";
import { faultsOf, focusSummary, idOf, summary, tell } from "../lib/faults.js";
import { day } from "../lib/format.js";
import { Live, html, nothing } from "../lib/live.js";
import { canRate, cellOf, prepare, rate, ratingOf } from "../lib/rating.js";
import { link, t, words } from "../lib/words.js";

const AGAIN_MS = 3000;
const QUESTIONS = ["is_clear", "is_simple", "is_helpful", "is_in_time"];
const asks = words("rate.ask"), scores = words("rate.score"), states = words("rate.state");

class RatePage extends Live {
  answers = {};
  found = null;
  cell = null;
  faults = [];
  trouble = "";
  busy = false;
  done = false;

  async connectedCallback() {
    super.connectedCallback();
    [this.code, this.secret] = codeOfPage().split("~");
    this.isTablet = new URLSearchParams(location.search).has("tablet");
    try {
      if (!canRate()) return this.set({ trouble: t("rate.not_safe") });
      await this.load();
    } catch (error) {
      this.set({ trouble: error.status === 404 ? t("rate.unknown") : tell(error) });
    }
    return undefined;
  }

  async load() {
    await this.set({ found: await ratingOf(this.code, this.secret) });
    if (this.found.cell) await this.set({ cell: await cellOf(this.found.cell) });
    if (this.found.state === "rating_not_yet") setTimeout(() => this.load().catch(() => null), AGAIN_MS); // it may be about to be
  }

  /** With the first answer: while one thinks about the others, the token is made. */
  answer(name, n) {
    this.answers[name] = n;
    this.token ??= prepare(this.code, this.secret, this.found.cell);
    this.token.catch(() => { this.token = null; });
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy) return;
    const remark = event.target.elements.words.value.trim();
    const faults = QUESTIONS.filter((q) => !this.answers[q]).map((q) => ({ field: q, message: t("question.missing", { label: asks[q] }) }));
    await this.set({ faults, busy: faults.length === 0 });
    if (faults.length) return focusSummary(this);
    try {
      const token = await (this.token ?? prepare(this.code, this.secret, this.found.cell));
      await rate(this.code, token, { ...this.answers, ...(remark ? { words: remark } : {}) }, this.isTablet ? "tablet" : "web");
      this.set({ done: true });
    } catch (error) {
      await this.set({ busy: false, faults: faultsOf(error) });
      focusSummary(this);
    }
  }

  question(name) {
    const id = idOf(name), wrong = this.faults.find((f) => f.field === name)?.message;
    return html`<fieldset class="field ${wrong ? "wrong" : ""}"><legend>${asks[name]}</legend>${wrong ? html`<span class="fault">${wrong}</span>` : nothing}
      ${[5, 4, 3, 2, 1].map((n) => html`<label class="choice"><input type="radio" name=${name} id=${n === 5 ? id : `${id}-${n}`} value=${n}
        .checked=${this.answers[name] === n} @change=${() => this.answer(name, n)}>${scores[n]}</label>`)}</fieldset>`;
  }

  form() {
    return html`<p class="lead">${t("rate.lead")}</p>${this.cell ? html`<p>${t("rate.about", { unit: this.cell.unit_name, field: this.cell.field_name, until: day(this.cell.closes_at_ms) })}</p>` : nothing}
      <details><summary>${t("rate.how")}</summary><p>${t("rate.how_text")}</p></details>
      <form class="card" novalidate @submit=${this.submit}>${QUESTIONS.map((q) => this.question(q))}
      <div class="field"><label for="f-words">${t("rate.words")}</label><span class="hint" id="f-words-hint">${t("rate.words_hint")}</span>
        <textarea id="f-words" name="words" maxlength="1000" aria-describedby="f-words-hint"></textarea></div>
      <button aria-disabled=${this.busy}>${this.busy ? t("wait.sending") : t("rate.button")}</button></form>`;
  }

  render() {
    const back = this.secret ? nothing : html`<p><a href="${link("track")}#${this.code}">${t("supplement.back")}</a></p>`;
    if (this.done) return html`<div class="panel" role="status"><h1>${t("rate.thanks")}</h1><p>${t("rate.thanks_text")}</p></div><p><a href=${link("satisfaction")}>${t("menu.satisfaction")}</a></p>${back}`;
    if (this.trouble) return html`${back}<h1>${t("rate.title")}</h1><p class="note bad" role="alert">${this.trouble}</p>`;
    if (!this.found) return html`<h1>${t("rate.title")}</h1><p class="spin" role="status">${t("wait.loading")}</p>`;
    return html`${back}${summary(this.faults)}<h1>${t("rate.title")}</h1>
      ${["open", "here"].includes(this.found.state) ? this.form() : html`<p class="note">${states[this.found.state]}</p>`}`;
  }
}
customElements.define("rate-page", RatePage);
