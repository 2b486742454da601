/* frame — what every page's head does: who is logged in and where that account may go, unread messages, the same place in the other
   language; and what failed without a word is said at the foot. */
import { Problem, account, ask, logOut } from "../lib/api.js";
import { tell } from "../lib/faults.js";
import { link, t } from "../lib/words.js";

const PLACES = { confirmation: "mine", pay: "mine", supplement: "mine", withdraw: "mine", rate: "mine", procedure: "home", search: "home", apply: "home", case: "queue", wave: "surveys" };

function markPlace() {
  const page = document.documentElement.dataset.page;
  document.querySelector(`[data-menu="${PLACES[page] ?? page}"]`)?.setAttribute("aria-current", page in PLACES ? "true" : "page");
}

function followLanguage() {
  const other = document.getElementById("other-language");
  other.addEventListener("click", () => { other.href = other.pathname + location.search + location.hash; });
}

/** Who is logged in sees the pages some role of his opens, and the one he is on; who is not, all of them. */
function showPlaces() {
  const who = account();
  for (const place of document.querySelectorAll("[data-roles]"))
    place.hidden = Boolean(who) && !place.hasAttribute("aria-current") && !(who.grants ?? []).some((g) => place.dataset.roles.split(" ").includes(g.role));
}

function showAccount() {
  showPlaces();
  const who = account(), place = document.getElementById("account");
  place.textContent = who ? t("menu.log_out", { name: who.name }) : t("menu.login");
  place.href = who ? "#" : link("login");
}

async function leave(event) {
  if (!account()) return;
  event.preventDefault();
  await logOut();
  location.href = link("home");
}

/** Only where somebody is logged in; nobody is asked for a password for it. */
async function countUnread() {
  const inbox = document.querySelector('[data-menu="inbox"]');
  if (!inbox || !account() || document.documentElement.dataset.page === "inbox") return;
  const { unread } = await ask("GET", "/api/notification/inbox/unread", { tries: 1, quiet: true });
  if (unread) inbox.textContent = t("menu.inbox_unread", { n: unread });
}

/** A press that came to nothing, and of which no page says why: until the next one. */
function sayWhy(event) {
  if (event.reason?.name === "AbortError") return;
  if (event.reason instanceof Problem) event.preventDefault(); // no fault of the page's
  const bar = document.createElement("p");
  bar.className = "warning";
  bar.setAttribute("role", "alert");
  bar.textContent = tell(event.reason);
  document.body.append(bar);
  addEventListener("click", () => bar.remove(), { capture: true, once: true });
}

addEventListener("unhandledrejection", sayWhy);
markPlace();
followLanguage();
showAccount();
addEventListener("account", showAccount);
document.getElementById("account").addEventListener("click", leave);
if (document.readyState === "complete") countUnread().catch(() => null);
else addEventListener("load", () => countUnread().catch(() => null));
