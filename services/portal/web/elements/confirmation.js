/* confirmation — it is filed: the code, the signed receipt to keep, what happens next. Whoever comes back for the receipt later sees
   what happens next from where the dossier is now. */
import "./frame.js";
import "../lib/session.js";
import { ask } from "../lib/api.js";
import { calendarFile, codeOfPage, isOver, reasonOf, whatNow } from "../lib/dossier.js";
import { tell } from "../lib/faults.js";
import { away, moment } from "../lib/format.js";
import { Live, html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { picture, saveText } from "../lib/picture.js";
import { link, t } from "../lib/words.js";

class ConfirmationPage extends Live {
  code = codeOfPage();
  dossier = null;
  qr = null;
  trouble = "";

  async connectedCallback() {
    super.connectedCallback();
    try {
      const [dossier, receipt] = await Promise.all([ask("GET", "/api/intake/dossiers/" + this.code), ask("GET", `/api/intake/dossiers/${this.code}/receipt`)]);
      this.set({ dossier, receipt });
      this.set({ qr: await picture(`/api/intake/dossiers/${this.code}/receipt.svg`) });
    } catch (error) {
      this.set({ trouble: error.status === 404 ? t("track.unknown") : tell(error) });
    }
  }

  next(d) {
    if (d.status === 1) return html`<ol><li>${t("confirmation.next_check")}</li><li>${t("confirmation.next_date")}</li>
      <li>${t("confirmation.next_tell", { where: d.applicant.email || d.applicant.phone })}</li></ol>`;
    const due = d.state?.due_at_ms;
    return html`${whatNow(d.status)}${reasonOf(d)}
      ${due && !isOver(d.status) ? html`<p>${t("track.due")}: <strong>${moment(due)}</strong> (${away(due)})</p>
        <p class="no-print"><a href=${calendarFile(d.code, due)} download="${d.code}.ics">${t("track.calendar")}</a></p>` : nothing}`;
  }

  receiptPart() {
    return html`<h2>${t("confirmation.receipt")}</h2><p>${t("confirmation.receipt_text")}</p>
      ${this.qr ? html`<img class="qr large" src=${this.qr} width="256" height="256" alt=${t("confirmation.qr", { code: this.code })}>` : nothing}
      <div class="actions"><button class="second" @click=${() => print()}>${t("confirmation.print")}</button>
      <button class="second" @click=${() => saveText(this.receipt.receipt, `${t("confirmation.file_name")}-${this.code}.txt`)}>${t("confirmation.save")}</button></div>`;
  }

  render() {
    if (this.trouble) return html`<h1>${t("track.receipt")}</h1><p class="note bad" role="alert">${this.trouble}</p><p><a href=${link("mine")}>${t("menu.mine")}</a></p>`;
    if (!this.dossier) return html`<p class="spin" role="status">${t("wait.loading")}</p>`;
    const d = this.dossier;
    return html`<div class="panel"><h1>${d.status === 1 ? t("confirmation.title") : t("track.receipt")}</h1><p>${t("confirmation.your_code")}</p><p class="code">${d.code}</p></div>
      <p class="lead">${named(d.procedure.name)}<br>${named(d.unit.name)}, ${moment(d.filed_at_ms)}</p>
      <h2>${t("confirmation.next")}</h2>
      ${this.next(d)}
      <div class="actions"><a class="button" href="${link("track")}#${d.code}">${t("confirmation.follow")}</a></div>
      ${this.receiptPart()}`;
  }
}
customElements.define("confirmation-page", ConfirmationPage);
