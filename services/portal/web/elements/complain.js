/* complain — petitions, complaints and denunciations: by situation, about a dossier or a unit. Before it is sent one sees who gets
   it, until when it must be answered and who is kept out of it; afterwards there is a code and a secret to follow it with. Nothing
   of it is kept in this browser. */
import "./frame.js";
import { account, ask, askAsNobody, isAway, newKey, whoAmI } from "../lib/api.js";
import { asFiled, classes, contactOf, fieldsOf } from "../lib/complaint.js";
import { codeOfPage } from "../lib/dossier.js";
import { faultsOf, focusSummary, summary } from "../lib/faults.js";
import { moment } from "../lib/format.js";
import { Live, focusOn, html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { saveText } from "../lib/picture.js";
import { allUnits } from "../lib/units.js";
import { language, link, t, words } from "../lib/words.js";

const UNITS_AFTER_MS = 1000; // the visit itself comes first
const names = words("complain.class");

class ComplainPage extends Live {
  draft = { class: "petition", category: "", dossier: codeOfPage(), unit: "", name: "", official: "", contact: {} };
  units = [];
  faults = [];
  way = null; // who would get it, until when
  sent = null;
  busy = false;
  key = newKey();

  async connectedCallback() {
    super.connectedCallback();
    setTimeout(() => allUnits().then((units) => this.set({ units }), () => null), UNITS_AFTER_MS);
    if (await whoAmI().catch(() => null)) {
      const me = await ask("GET", "/api/identity/me", { quiet: true }).catch(() => null);
      if (me) this.set({ draft: { ...this.draft, contact: { ...contactOf(me), ...this.draft.contact } } });
    }
  }

  change(changes) {
    this.set({ draft: { ...this.draft, ...changes }, way: null });
  }

  /** Who denounces is nobody to the service, also where he is logged in. */
  send(path, more) {
    const isNobody = this.draft.class === "denunciation" || !account();
    return (isNobody ? askAsNobody : ask)("POST", "/api/feedback/complaints" + path, { ...more, body: asFiled(this.draft, language) });
  }

  async look(event) {
    event.preventDefault();
    await this.run(async () => {
      await this.set({ way: await this.send("/preview", { tries: 2 }), faults: [] });
      focusOn(this.querySelector("#way"));
    });
  }

  async complain() {
    await this.run(async () => {
      const sent = await this.send("", { key: this.key, tries: 6 });
      await this.set({ sent, faults: [] });
      focusOn(this.querySelector("h1"));
    });
  }

  async run(work) {
    if (this.busy) return;
    this.set({ busy: true });
    try {
      await work();
    } catch (error) {
      if (!isAway(error)) this.key = newKey();
      await this.set({ faults: faultsOf(error), way: null });
      focusSummary(this);
    }
    this.set({ busy: false });
  }

  // ---- what is seen ----

  kinds() {
    return html`<fieldset class="field"><legend>${t("complain.what")}</legend>${classes.map((c) => html`<label class="choice"><input type="radio" name="class" value=${c}
      .checked=${this.draft.class === c} @change=${() => this.change({ class: c })}><span><b>${names[c].name}</b>${names[c].text}</span></label>`)}</fieldset>`;
  }

  wayPart() {
    const w = this.way;
    if (!w) return html`<button class="second" aria-disabled=${this.busy}>${t("complain.look")}</button>`;
    return html`<section id="way" class="note" role="status"><h2>${t("complain.way")}</h2><dl class="rows">
      <div><dt>${t("complain.goes_to")}</dt><dd>${named(w.handling_unit.name) || w.handling_unit.code}</dd></div>
      <div><dt>${t("complain.first_by")}</dt><dd>${moment(w.step_due_at_ms)}</dd></div><div><dt>${t("complain.answer_by")}</dt><dd>${moment(w.due_at_ms)}</dd></div></dl>
      ${w.excludes_unit ? html`<p>${t("complain.excludes_unit", { unit: w.unit.name || w.unit.code })}</p>` : w.excludes_official ? html`<p>${t("complain.excludes_official")}</p>` : nothing}
      ${w.officials?.length && !this.draft.official ? html`<p>${t("complain.who_worked")}</p><ul>${w.officials.map((o) => html`<li>${o.name}
        <button type="button" class="plain" @click=${() => this.change({ official: o.official, name: o.name })}>${t("complain.about_him")}<span class="unseen"> ${o.name}</span></button></li>`)}</ul>` : nothing}</section>
      <div class="actions"><button type="button" class="start" aria-disabled=${this.busy} @click=${() => this.complain()}>${this.busy ? t("wait.sending") : t("complain.send", { what: names[this.draft.class].name.toLowerCase() })}</button></div>`;
  }

  sentPart() {
    const s = this.sent, address = `${location.origin}${link("complaint")}#${s.code}~${s.secret}`;
    return html`<div class="panel"><h1>${t("complain.sent")}</h1><p>${t("complain.code")}</p><p class="code">${s.code}</p></div>
      <p class="note due"><strong>${t("complain.keep")}</strong></p><p class="body-text" id="secret"><a href=${address}>${address}</a></p>
      <div class="actions"><button class="second" @click=${() => saveText(address, `${s.code}.txt`)}>${t("complain.save")}</button><button class="second" @click=${() => print()}>${t("confirmation.print")}</button></div>
      <h2>${t("confirmation.next")}</h2><ol><li>${t("complain.next_first", { unit: s.handling_unit.name || s.handling_unit.code, at: moment(s.step_due_at_ms) })}</li>
      <li>${t("complain.next_answer", { at: moment(s.due_at_ms) })}</li><li>${t("complain.next_reopen")}</li></ol>`;
  }

  render() {
    if (this.sent) return this.sentPart();
    return html`${summary(this.faults)}<h1>${t("complain.title")}</h1><p class="lead">${t("complain.lead")}</p>
      <form class="card" novalidate @submit=${this.look}>${this.kinds()}${fieldsOf(this)}${this.wayPart()}</form>
      <p><a href=${link("complaint")}>${t("complain.follow")}</a> · <a href=${link("published-answers")}>${t("complain.published")}</a></p>`;
  }
}
customElements.define("complain-page", ComplainPage);
