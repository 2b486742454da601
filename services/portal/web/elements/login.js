/* login — opens a session and goes where one wanted to go. Staff go to their own pages. */
import "./frame.js";
import { logIn } from "../lib/api.js";
import { faultsOf, field, focusSummary, summary } from "../lib/faults.js";
import { Live, html } from "../lib/live.js";
import { link, t } from "../lib/words.js";

/** Only a path of this portal; else where the account's work is. */
const wanted = ({ kind }) => {
  const next = new URLSearchParams(location.search).get("next") ?? "";
  return /^\/(?![/\\])/.test(next) ? next : kind === "staff" ? link("queue") : link("mine");
};

class LoginForm extends Live {
  faults = [];
  busy = false;

  async submit(event) {
    event.preventDefault();
    if (this.busy) return;
    this.set({ busy: true, faults: [] });
    const { login, password } = event.target.elements;
    try {
      location.assign(wanted(await logIn(login.value.trim(), password.value)));
    } catch (error) {
      await this.set({ busy: false, faults: faultsOf(error) });
      focusSummary(this);
    }
  }

  render() {
    return html`${summary(this.faults)}<form class="card" @submit=${this.submit}>
      ${field({ name: "login", label: t("login.login"), hint: t("login.login_hint"), faults: this.faults,
        control: ({ id, about }) => html`<input id=${id} name="login" autocomplete="username" autocapitalize="none" spellcheck="false" aria-describedby=${about} required>` })}
      ${field({ name: "password", label: t("login.password"), faults: this.faults,
        control: ({ id, about }) => html`<input id=${id} name="password" type="password" autocomplete="current-password" aria-describedby=${about} required>` })}
      <button aria-disabled=${this.busy}>${t("login.button")}</button></form>`;
  }
}
customElements.define("login-form", LoginForm);
