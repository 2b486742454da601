/* new-password — whoever was given a link at the counter (#secret) sets another password with it, once. */
import "./frame.js";
import { askPublic, isAway, newKey } from "../lib/api.js";
import { codeOfPage } from "../lib/dossier.js";
import { faultsOf, field, focusSummary, summary } from "../lib/faults.js";
import { Live, focusOn, html } from "../lib/live.js";
import { link, t } from "../lib/words.js";

class NewPassword extends Live {
  secret = codeOfPage();
  faults = [];
  busy = false;
  done = false;
  key = newKey();

  async submit(event) {
    event.preventDefault();
    if (this.busy) return;
    const password = event.target.elements.password.value;
    await this.set({ faults: password ? [] : [{ field: "password", message: t("question.missing", { label: t("new_password.label") }) }], busy: Boolean(password) });
    if (!password) return focusSummary(this);
    try {
      await askPublic("POST", "/api/identity/passwords", { body: { secret: this.secret, password }, key: this.key, tries: 6 });
      history.replaceState(null, "", location.pathname);
      await this.set({ done: true });
      focusOn(this.querySelector("h1"));
    } catch (error) {
      if (!isAway(error)) this.key = newKey();
      await this.set({ busy: false, faults: faultsOf(error) });
      focusSummary(this);
    }
  }

  render() {
    const title = html`<h1>${t("new_password.title")}</h1>`;
    if (this.done) return html`<div class="panel" role="status"><h1>${t("new_password.done")}</h1><p>${t("new_password.done_next")}</p></div><p><a class="button" href=${link("login")}>${t("login.button")}</a></p>`;
    if (!this.secret) return html`${title}<p class="note">${t("new_password.no_link")}</p><p><a href=${link("login")}>${t("login.title")}</a></p>`;
    return html`${summary(this.faults)}${title}<p>${t("new_password.lead")}</p><form class="card" novalidate @submit=${this.submit}>
      ${field({ name: "password", label: t("new_password.label"), hint: t("sign_up.password_hint"), faults: this.faults,
        control: ({ id, about, invalid }) => html`<input id=${id} name="password" type="password" autocomplete="new-password" aria-describedby=${about} aria-invalid=${invalid}>` })}
      <button aria-disabled=${this.busy}>${this.busy ? t("wait.sending") : t("new_password.button")}</button></form>`;
  }
}
customElements.define("new-password", NewPassword);
