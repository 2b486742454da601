/* procedure — one procedure as a person needs it: who, what, how long, how much, start; the law is folded. It prints as the
   guide on paper. */
import "./frame.js";
import { account, askPublic } from "../lib/api.js";
import { draftsOf } from "../lib/drafts.js";
import { tell } from "../lib/faults.js";
import { dong, feeText, limitText, shortMoment } from "../lib/format.js";
import { Live, html, nothing } from "../lib/live.js";
import { ifAny, named } from "../lib/names.js";
import { link, t, words } from "../lib/words.js";

const TIMES_AFTER_MS = 1500; // the visit itself comes first
const texts = words("procedure");

const papersOf = (c) => [c.originals && t("procedure.originals", { n: c.originals }), c.copies && t("procedure.copies", { n: c.copies })]
  .filter(Boolean).join(", ");

class ProcedurePage extends Live {
  code = new URLSearchParams(location.search).get("code");
  procedure = null;
  times = null;
  trouble = "";

  async connectedCallback() {
    super.connectedCallback();
    try {
      const procedure = await askPublic("GET", "/api/intake/procedures/" + encodeURIComponent(this.code));
      document.title = `${procedure.name} – ${t("site.name")}`;
      this.set({ procedure });
      setTimeout(() => this.loadTimes(), TIMES_AFTER_MS);
    } catch (error) {
      this.set({ trouble: error.status === 404 ? t("procedure.unknown") : tell(error) });
    }
  }

  async loadTimes() {
    this.set({ times: await askPublic("GET", `/api/verification/procedures/${encodeURIComponent(this.code)}/times`, { tries: 1 }).catch(() => null) });
  }

  start() {
    const p = this.procedure;
    if (p.online_level === "none") return html`<p class="note due">${t("procedure.counter_only")}</p>`;
    const draft = account() && draftsOf(account().id).find((d) => d.procedure === p.code);
    return html`${draft ? html`<p class="note">${t("procedure.have_draft", { at: shortMoment(draft.at) })}</p>` : nothing}
      <div class="actions"><a class="button start" href=${link("apply", { code: p.code })}>
        ${draft ? t("procedure.go_on") : t("procedure.start")}</a></div>
      <p class="soft">${texts.online[p.online_level]}. ${t("procedure.saved_as_you_write")}</p>`;
  }

  fees() {
    const p = this.procedure;
    if (!p.fees.length) return html`<p>${p.fee_text || t("procedure.free")}</p>`;
    return html`<table class="fees"><tbody>${p.fees.map((f) => html`<tr><th scope="row">${named(f.name)} <small class="soft">(${texts.fee_kind[f.kind]})</small></th>
      <td>${texts.fee_when[f.when]}</td><td class="number">${dong(f.amount)}
      ${"online_amount" in f && f.online_amount !== f.amount ? html`<br><small>${t("procedure.online_amount", { fee: dong(f.online_amount) })}</small>` : nothing}</td></tr>`)}
      </tbody></table>`;
  }

  papers() {
    return html`<ul>${this.procedure.components.map((c) => html`<li>${named(c.name)}
      <small class="soft">${papersOf(c)}${ifAny(c) ? " – " + ifAny(c) : ""}</small></li>`)}</ul>`;
  }

  inFact() {
    const f = this.times;
    if (!f) return nothing;
    if (f.count === null) return html`<p class="soft">${t("procedure.too_few")}</p>`;
    return html`<p id="in-fact">${t("procedure.in_fact", { half: f.half_within_days, most: f.most_within_days })}
      <br><span class="soft">${t("procedure.in_fact_of", { n: new Intl.NumberFormat("vi-VN").format(f.count) })}</span></p>`;
  }

  law() {
    const p = this.procedure;
    return html`<details><summary>${t("procedure.law")}</summary>
      <ul>${p.legal_basis.map((l) => html`<li>${named(l)}</li>`)}</ul><p>${t("procedure.code", { code: p.code })}</p></details>
      <details><summary>${t("procedure.steps")}</summary>
      <ol>${p.steps.map((s) => html`<li>${named(s.name)} <span class="soft">(${t("units.hours", { n: s.hours })})</span></li>`)}</ol></details>`;
  }

  render() {
    const p = this.procedure;
    if (this.trouble) return html`<h1>${t("procedure.title")}</h1><p class="note bad" role="alert">${this.trouble}</p>
      <p><a href=${link("search")}>${t("procedure.search_again")}</a></p>`;
    if (!p) return html`<p class="spin" role="status">${t("wait.loading")}</p>`;
    return html`<p class="soft">${named(p.field)}</p><h1>${named(p.name)}</h1>
      <ul class="facts"><li>${t("search.limit", { limit: limitText(p.limit) })}</li><li>${t("search.fee", { fee: feeText(p) })}</li></ul>${this.start()}
      <h2>${t("procedure.who")}</h2><p>${p.subjects.map((s) => texts.subject[s]).join(" · ")}</p>
      <h2>${t("procedure.need")}</h2>${this.papers()}
      <h2>${t("procedure.how_long")}</h2><p><strong>${limitText(p.limit)}</strong><br><span class="soft">${named(p.limit.text)}</span></p>${this.inFact()}
      <h2>${t("procedure.how_much")}</h2>${this.fees()}
      <h2>${t("procedure.get")}</h2><p>${named(p.result_name)}</p>
      <h2>${t("procedure.rules")}</h2><p>${t("procedure.supplement_rule", { n: p.supplement_days })}</p>
      <p>${t("procedure.where", { levels: p.levels.map((l) => texts.level[l]).join(", ") })}</p>${this.law()}`;
  }
}
customElements.define("procedure-page", ProcedurePage);
