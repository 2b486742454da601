/* withdraw — asks the unit to give the dossier back; the unit decides. Where it is too late for that, it says so before one writes. */
import "./frame.js";
import "../lib/session.js";
import { ask, isAway, newKey } from "../lib/api.js";
import { codeOfPage, mayWithdraw, reasonOf, whatNow } from "../lib/dossier.js";
import { faultsOf, field, focusSummary, summary, tell } from "../lib/faults.js";
import { Live, html } from "../lib/live.js";
import { link, t } from "../lib/words.js";

class WithdrawPage extends Live {
  code = codeOfPage();
  key = newKey();
  dossier = null;
  trouble = "";
  faults = [];
  busy = false;

  async connectedCallback() {
    super.connectedCallback();
    try {
      this.set({ dossier: await ask("GET", "/api/intake/dossiers/" + encodeURIComponent(this.code)) });
    } catch (error) {
      this.set({ trouble: error.status === 404 ? t("track.unknown") : tell(error) });
    }
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy) return;
    const reason = event.target.elements.reason.value.trim();
    await this.set({ faults: reason ? [] : [{ field: "reason", message: t("withdraw.reason_missing") }], busy: Boolean(reason) });
    if (!reason) return focusSummary(this);
    try {
      await ask("POST", `/api/intake/dossiers/${this.code}/withdrawal`, { body: { reason }, key: this.key, tries: 6 });
      location.href = link("track") + "#" + this.code;
    } catch (error) {
      if (!isAway(error)) this.key = newKey();
      await this.set({ busy: false, faults: faultsOf(error) });
      focusSummary(this);
    }
  }

  render() {
    const d = this.dossier, title = html`<h1>${t("withdraw.title")}</h1>`, back = html`<p><a href="${link("track")}#${this.code}">${t("supplement.back")}</a></p>`;
    if (this.trouble) return html`${title}<p class="note bad" role="alert">${this.trouble}</p>${back}`;
    if (!d) return html`${title}<p class="spin" role="status">${t("wait.loading")}</p>`;
    if (!mayWithdraw(d.status)) return html`${title}<p class="soft number">${d.code}</p><p>${t("withdraw.too_late")}</p>${whatNow(d.status)}${reasonOf(d)}${back}`;
    return html`${back}${summary(this.faults)}${title}
      <p class="soft number">${this.code}</p><p>${t("withdraw.what")}</p><p>${t("withdraw.fee")}</p>
      <form class="card" novalidate @submit=${this.submit}>${field({ name: "reason", label: t("withdraw.reason"), hint: t("withdraw.reason_hint"), faults: this.faults,
        control: ({ id, about, invalid }) => html`<textarea id=${id} name="reason" maxlength="1000" aria-describedby=${about} aria-invalid=${invalid}></textarea>` })}
        <button class="danger" aria-disabled=${this.busy}>${this.busy ? t("wait.sending") : t("withdraw.button")}</button></form>`;
  }
}
customElements.define("withdraw-page", WithdrawPage);
