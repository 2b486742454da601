/* complaint — where a petition, complaint or denunciation is: its clock, its answer, and what whoever sent it may do now. It opens by
   the secret it was given (#code~secret), or for the account that sent it. */
import "./frame.js";
import { account, ask, askAsNobody, isAway, newKey, whoAmI } from "../lib/api.js";
import { codeOfPage } from "../lib/dossier.js";
import { faultsOf, field, focusSummary, summary } from "../lib/faults.js";
import { away, moment, shortMoment } from "../lib/format.js";
import { Live, focusOn, html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { link, t, words } from "../lib/words.js";

const classes = words("complain.class"), moves = words("complaint.move"), acts = words("complaint.act"), outcomes = words("complaint.outcome"), now = words("complaint.now");

class ComplaintPage extends Live {
  faults = [];
  c = null;
  mine = null;
  act = "";
  trouble = "";
  busy = false;

  connectedCallback() {
    super.connectedCallback();
    addEventListener("hashchange", () => this.begin());
    this.begin();
  }

  async begin() {
    [this.code, this.secret] = codeOfPage().split("~");
    Object.assign(this, { c: null, act: "", faults: [] });
    this.requestUpdate();
    if (this.code) return this.load().catch((error) => this.refused(error));
    if (!account() || !await whoAmI().catch(() => null)) return undefined;
    const { complaints } = await ask("GET", "/api/feedback/complaints?limit=50", { quiet: true }).catch(() => ({ complaints: [] }));
    return this.set({ mine: complaints });
  }

  async load() {
    const c = this.secret ? await askAsNobody("POST", "/api/feedback/complaints/look-up", { body: { code: this.code, secret: this.secret }, tries: 2 })
      : await ask("GET", "/api/feedback/complaints/" + encodeURIComponent(this.code), { quiet: true });
    await this.set({ c });
  }

  async refused(error) {
    const message = [401, 403, 404].includes(error.status) ? t("complaint.unknown") : null;
    await this.set({ faults: message ? [{ field: "code", message }] : faultsOf(error) });
    focusSummary(this);
  }

  open(event) {
    event.preventDefault();
    const { code, secret } = event.target.elements;
    location.hash = `${code.value.trim()}~${secret.value.trim()}`;
  }

  async choose(act) {
    await this.set({ act, key: newKey(), faults: [] });
    focusOn(this.querySelector("#act"));
  }

  async doIt(event) {
    event.preventDefault();
    if (this.busy) return;
    this.set({ busy: true, faults: [] });
    const said = event.target.elements.words?.value.trim();
    const body = { act: this.act, ...(said ? { words: said } : {}), ...(this.secret ? { secret: this.secret } : {}) };
    try {
      await (this.secret ? askAsNobody : ask)("POST", `/api/feedback/complaints/${this.code}/acts`, { body, key: this.key, tries: 4 });
      this.act = "";
      await this.load();
      focusOn(this.querySelector("h1"));
    } catch (error) {
      if (!isAway(error)) this.key = newKey();
      await this.set({ faults: faultsOf(error) });
      focusSummary(this);
    }
    this.set({ busy: false });
  }

  // ---- what is seen ----

  form() {
    return html`<h1>${t("complaint.title")}</h1>${summary(this.faults)}<form class="card" novalidate @submit=${this.open}>
      ${field({ name: "code", label: t("complaint.code"), hint: t("complaint.code_hint"), faults: this.faults, control: ({ id, about, invalid }) => html`<input id=${id} name="code" class="short" autocomplete="off" spellcheck="false" .value=${this.code ?? ""} aria-describedby=${about} aria-invalid=${invalid}>` })}
      ${field({ name: "secret", label: t("complaint.secret"), hint: t("complaint.secret_hint"), faults: this.faults, control: ({ id, about }) => html`<input id=${id} name="secret" autocomplete="off" spellcheck="false" aria-describedby=${about}>` })}
      <button>${t("complaint.open")}</button></form>
      ${this.mine?.length ? html`<h2>${t("complaint.mine")}</h2><ul class="hits">${this.mine.map((m) => html`<li><h3><a href="#${m.code}">${m.title}</a></h3>
        <ul class="facts"><li class="number">${m.code}</li><li>${m.state_name}</li><li>${shortMoment(m.received_at_ms)}</li></ul></li>`)}</ul>` : nothing}
      <p><a href=${link("complain")}>${t("complaint.new")}</a></p>`;
  }

  facts() {
    const c = this.c, isOver = ["answered", "refused", "forwarded", "withdrawn"].includes(c.state);
    const row = (label, text) => (text ? html`<div><dt>${label}</dt><dd>${text}</dd></div>` : nothing);
    return html`<dl class="rows">${row(t("complain.goes_to"), named(c.handling_unit.name) || c.handling_unit.code)}${row(t("complaint.received"), c.received_at_ms && moment(c.received_at_ms))}
      ${row(t("complain.answer_by"), !isOver && c.due_at_ms && `${moment(c.due_at_ms)} (${away(c.due_at_ms)})`)}
      ${row(t("complaint.dossier"), c.dossier)}${row(t("complaint.about"), c.about.name)}
      ${row(t("complaint.reopen_until"), c.reopen_until_ms && `${moment(c.reopen_until_ms)} (${away(c.reopen_until_ms)})`)}</dl>
      ${c.is_late ? html`<p class="note bad">${t("complaint.late")}</p>` : nothing}`;
  }

  actForm() {
    const needsWords = this.act !== "withdraw";
    return html`<form id="act" class="card" novalidate @submit=${this.doIt}><h3>${acts[this.act].name}</h3><p>${acts[this.act].text}</p>
      ${needsWords ? field({ name: "words", label: t("complaint.words"), faults: this.faults, control: ({ id, about, invalid }) => html`<textarea id=${id} name="words" aria-describedby=${about} aria-invalid=${invalid}></textarea>` }) : nothing}
      <button class=${this.act === "withdraw" ? "danger" : ""} aria-disabled=${this.busy}>${acts[this.act].name}</button></form>`;
  }

  view() {
    const c = this.c;
    return html`${summary(this.faults)}<p class="soft number">${c.code}</p><h1>${c.title}</h1>
      <div role="status"><p><span class="tag ${c.state === "detail_asked" ? "due" : ""}">${c.state_name}</span> <span class="soft">${classes[c.class].name}</span></p><p class="note"><strong>${now[c.state]}</strong></p></div>
      ${c.answer ? html`<section class="card"><h2>${c.outcome ? outcomes[c.outcome] : t("complaint.answer")}</h2><p class="body-text">${c.answer}</p></section>` : nothing}
      <div class="actions">${c.allowed.filter((a) => acts[a]).map((a) => html`<button class="second" aria-pressed=${this.act === a} @click=${() => this.choose(a)}>${acts[a].name}</button>`)}</div>
      ${this.act ? this.actForm() : nothing}${this.facts()}
      <h2>${t("track.history")}</h2><ol class="timeline">${c.moves.map((m, i) => html`<li aria-current=${i === c.moves.length - 1 ? "step" : nothing}><h3>${moves[m.act] ?? m.act}</h3>
        <p class="soft">${shortMoment(m.at_ms)}</p>${m.words ? html`<p class="body-text">${m.words}</p>` : nothing}</li>`)}</ol>
      <details><summary>${t("complaint.yours")}</summary><p class="body-text">${c.content}</p>${c.evidence ? html`<p class="body-text">${c.evidence}</p>` : nothing}</details>`;
  }

  render() {
    if (this.c) return this.view();
    if (this.code && !this.faults.length) return html`<h1>${t("complaint.title")}</h1><p class="spin" role="status">${t("wait.loading")}</p>`;
    return this.form();
  }
}
customElements.define("complaint-page", ComplaintPage);
