/* session — the password is asked for in place, in a dialog over the page, so that no form is lost when a session ends. */
import { html, render } from "lit";
import { account, forget, logIn, setSessionEnd } from "./api.js";
import { faultsOf, summary } from "./faults.js";
import { link, t } from "./words.js";

let open = null;

const view = (box, faults, hadSession) => html`
  <form method="dialog" @submit=${(event) => tryLogin(event, box)}>
    <h2 id="again-title">${hadSession ? t("login.again") : t("login.needed")}</h2>
    <p>${hadSession ? t("login.nothing_lost") : t("login.stay_here")}</p>
    ${summary(faults)}
    <div class="field"><label for="again-login">${t("login.login")}</label>
      <input id="again-login" autocomplete="username" required></div>
    <div class="field"><label for="again-password">${t("login.password")}</label>
      <input id="again-password" type="password" autocomplete="current-password" required></div>
    <div class="actions"><button>${t("login.button")}</button>
      <a href=${link("sign-up")} target="_blank" rel="noopener">${t("login.sign_up")}</a></div>
  </form>`;

async function tryLogin(event, box) {
  event.preventDefault();
  try {
    await logIn(box.querySelector("#again-login").value, box.querySelector("#again-password").value);
    box.close();
    box.remove();
    open.done();
    open = null;
  } catch (error) {
    render(view(box, faultsOf(error), open.hadSession), box);
    box.querySelector("#again-password").focus();
  }
}

/** Resolves when somebody has logged in. */
export function askPassword() {
  if (open) return open.promise;
  const box = document.createElement("dialog");
  box.setAttribute("aria-labelledby", "again-title");
  open = { hadSession: Boolean(account()) };
  open.promise = new Promise((done) => { open.done = done; });
  forget();
  box.addEventListener("cancel", (event) => event.preventDefault()); // the page behind needs the answer
  render(view(box, [], open.hadSession), box);
  document.body.append(box);
  box.showModal();
  return open.promise;
}

setSessionEnd(askPassword);
