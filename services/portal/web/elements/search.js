/* search — procedures by the words of their names; the page's address holds the words, so it can be kept and sent. */
import "./frame.js";
import { askPublic } from "../lib/api.js";
import { tell } from "../lib/faults.js";
import { feeText, limitText } from "../lib/format.js";
import { Live, html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { link, t, words } from "../lib/words.js";

const online = words("procedure.online");

class ProcedureHits extends Live {
  hits = null;
  next = null;
  similar = false;
  trouble = "";
  q = new URLSearchParams(location.search).get("q")?.trim() ?? "";

  connectedCallback() {
    super.connectedCallback();
    document.getElementById("q").value = this.q;
    this.load();
  }

  async load() {
    const query = new URLSearchParams({ limit: 20, ...(this.q ? { q: this.q } : {}), ...(this.next ? { after: this.next } : {}) });
    try {
      const page = await askPublic("GET", "/api/intake/procedures?" + query);
      this.set({ hits: [...(this.hits ?? []), ...page.procedures], next: page.next, similar: page.similar_only, trouble: "" });
    } catch (error) {
      this.set({ trouble: tell(error) });
    }
  }

  headline() {
    if (!this.hits) return t("search.searching");
    if (!this.hits.length) return t("search.nothing", { q: this.q });
    return this.similar ? t("search.similar", { q: this.q }) : this.q ? t("search.found", { q: this.q }) : t("search.all");
  }

  render() {
    return html`<h2 role="status">${this.trouble || this.headline()}</h2>
      ${this.hits?.length === 0 ? html`<p>${t("search.call")}</p>` : nothing}
      <ul class="hits">${(this.hits ?? []).map((p) => html`<li>
        <h3><a href=${link("procedure", { code: p.code })}>${named(p.name)}</a></h3>
        <ul class="facts"><li>${t("search.limit", { limit: limitText(p.limit) })}</li><li>${t("search.fee", { fee: feeText(p) })}</li>
          <li>${online[p.online_level]}</li><li>${named(p.field)}</li></ul></li>`)}</ul>
      ${this.next ? html`<button class="second" @click=${() => this.load()}>${t("search.more")}</button>` : nothing}`;
  }
}
customElements.define("procedure-hits", ProcedureHits);
