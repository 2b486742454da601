/* pages — the base of a list that comes page by page: `address` asks for it, `name` is the member of the answer with its rows. What
   stands above the list is head(), what replaces it where it is empty none(), one line of it row(). `ask` is who asks. */
import { ask } from "./api.js";
import { tell } from "./faults.js";
import { Live, html, nothing } from "./live.js";
import { t } from "./words.js";

export class Pages extends Live {
  rows = null;
  next = null;
  trouble = "";
  ask = ask;

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    try {
      const page = await this.ask("GET", this.address + (this.next ? "&after=" + encodeURIComponent(this.next) : ""));
      await this.set({ rows: [...(this.rows ?? []), ...page[this.name]], next: page.next, trouble: "" });
    } catch (error) {
      this.set({ trouble: tell(error) });
    }
  }

  head() {
    return nothing;
  }

  render() {
    if (this.trouble) return html`<p class="note bad" role="alert">${this.trouble}</p>`;
    if (!this.rows) return html`<p class="spin" role="status">${t("wait.loading")}</p>`;
    return html`${this.head()}${this.rows.length ? nothing : this.none()}<ul class="hits">${this.rows.map((r) => this.row(r))}</ul>
      ${this.next ? html`<button class="second" @click=${() => this.load()}>${t("search.more")}</button>` : nothing}`;
  }
}
