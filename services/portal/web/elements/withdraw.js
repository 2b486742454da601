/* withdraw — asks the unit to give the dossier back; the unit decides. */
import "./frame.js";
import "../lib/session.js";
import { ask, isAway, newKey } from "../lib/api.js";
import { codeOfPage } from "../lib/dossier.js";
import { faultsOf, field, focusSummary, summary } from "../lib/faults.js";
import { Live, html } from "../lib/live.js";
import { link, t } from "../lib/words.js";

class WithdrawPage extends Live {
  code = codeOfPage();
  key = newKey();
  faults = [];
  busy = false;

  connectedCallback() {
    super.connectedCallback();
    ask("GET", "/api/identity/me").catch(() => null); // who is not logged in is asked at once, not after writing
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
    return html`<p><a href="${link("track")}#${this.code}">${t("supplement.back")}</a></p>${summary(this.faults)}<h1>${t("withdraw.title")}</h1>
      <p class="soft number">${this.code}</p><p>${t("withdraw.what")}</p><p>${t("withdraw.fee")}</p>
      <form class="card" novalidate @submit=${this.submit}>${field({ name: "reason", label: t("withdraw.reason"), hint: t("withdraw.reason_hint"), faults: this.faults,
        control: ({ id, about, invalid }) => html`<textarea id=${id} name="reason" maxlength="1000" aria-describedby=${about} aria-invalid=${invalid}></textarea>` })}
        <button class="danger" aria-disabled=${this.busy}>${this.busy ? t("wait.sending") : t("withdraw.button")}</button></form>`;
  }
}
customElements.define("withdraw-page", WithdrawPage);
