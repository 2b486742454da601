/* home — "you have a draft", above the most used procedures: the page has a list of its own, and what is really applied for most goes
   before it. */
import "./frame.js";
import { account, askPublic } from "../lib/api.js";
import { draftsOf } from "../lib/drafts.js";
import { feeText, limitText, shortMoment } from "../lib/format.js";
import { Live, html, nothing } from "../lib/live.js";
import { inVietnamese, named } from "../lib/names.js";
import { link, t } from "../lib/words.js";

class DraftsNotice extends Live {
  render() {
    const drafts = account() ? draftsOf(account().id) : [];
    if (!drafts.length) return nothing;
    return html`<h2>${t("home.drafts")}</h2><ul class="hits">${drafts.map((d) => html`<li>
      <h3><a href=${link("apply", { code: d.procedure })}>${named(d.name)}</a></h3>
      <p class="facts">${t("home.draft_saved", { at: shortMoment(d.at) })}</p></li>`)}</ul>`;
  }
}
customElements.define("drafts-notice", DraftsNotice);

/** The page's own line of the procedure, or a new one. */
function lineOf(list, p) {
  const own = list.querySelector(`a[href$="code=${CSS.escape(p.code)}"]`)?.closest("li");
  if (own) return own;
  const line = document.createElement("li"), head = document.createElement("h3"), name = document.createElement("a"), facts = document.createElement("p");
  name.href = link("procedure", { code: p.code });
  name.textContent = p.name;
  if (inVietnamese !== nothing) name.lang = inVietnamese;
  facts.className = "facts";
  facts.textContent = `${limitText(p.limit)} · ${feeText(p)}`;
  head.append(name);
  line.append(head, facts);
  return line;
}

async function showMostUsed() {
  const list = document.getElementById("most-used"), room = list.children.length;
  const { procedures, days } = await askPublic("GET", "/api/intake/procedures/most-used", { tries: 1 });
  if (!procedures.length) return;
  list.prepend(...procedures.map((p) => lineOf(list, p)));
  while (list.children.length > room) list.lastElementChild.remove();
  document.getElementById("most-used-title").textContent = t("home.most_used", { n: days });
}
showMostUsed().catch(() => null);
