/* session — the password is asked for in place, in a dialog over the page, so that no form is lost when a session ends; two minutes
   before it ends the page says so. */
import { html, render } from "lit/html.js";
import { account, forget, logIn, sessionEnds, setSessionEnd } from "./api.js";
import { faultsOf, summary } from "./faults.js";
import { time } from "./format.js";
import { link, t } from "./words.js";

const WARN_MS = 120000, TIMER_MOST_MS = 86400000;
let open = null;
let timer = null;

const view = (box, faults, { title, text }) => html`
  <form method="dialog" @submit=${(event) => tryLogin(event, box)}>
    <h2 id="again-title">${title}</h2>
    <p>${text}</p>
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
    close(box);
  } catch (error) {
    render(view(box, faultsOf(error), open.words), box);
    box.querySelector("#again-password").focus();
  }
}

function close(box) {
  box.close();
  box.remove();
  open.done();
  open = null;
}

/** Resolves when somebody has logged in; where the session has not ended yet (isEarly), also when nobody has. */
export function askPassword(isEarly = false) {
  if (open) return open.promise;
  const box = document.createElement("dialog"), hadSession = Boolean(account());
  box.setAttribute("aria-labelledby", "again-title");
  open = { words: hadSession ? { title: isEarly ? t("login.soon") : t("login.again"), text: t("login.nothing_lost") } : { title: t("login.needed"), text: t("login.stay_here") } };
  open.promise = new Promise((done) => { open.done = done; });
  if (!isEarly) forget();
  box.addEventListener("cancel", (event) => {
    event.preventDefault(); // the page behind needs the answer
    if (isEarly) close(box);
  });
  render(view(box, [], open.words), box);
  document.body.append(box);
  box.showModal();
  return open.promise;
}

// ---- before it ends ----

function warn() {
  const bar = document.createElement("aside");
  bar.className = "warning";
  render(html`<p role="alert">${t("login.ends_soon", { at: time(sessionEnds()) })}</p>
    <button class="second" @click=${() => askPassword(true)}>${t("login.again_now")}</button>`, bar);
  document.body.append(bar);
}

/** Whenever a token comes it says when the session ends. */
function expect() {
  clearTimeout(timer);
  const left = sessionEnds() - Date.now() - WARN_MS;
  document.querySelector("aside.warning")?.remove();
  if (left > 0) timer = setTimeout(expect, Math.min(left, TIMER_MOST_MS));
  else if (account()) warn();
}

setSessionEnd(askPassword);
addEventListener("account", expect);
