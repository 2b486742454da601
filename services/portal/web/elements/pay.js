/* pay — what is owed, three equal ways to pay it, and one of three truths: paid, not paid, being checked. What the bank's page says
   on the way back is not believed; only payment's own record is shown, and "money left my account" makes it ask the bank. */
import "./frame.js";
import "../lib/session.js";
import { ask, askPublic, newKey } from "../lib/api.js";
import { codeOfPage } from "../lib/dossier.js";
import { faultsOf, focusSummary, summary, tell } from "../lib/faults.js";
import { away, dong, moment, shortMoment } from "../lib/format.js";
import { Live, html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { picture } from "../lib/picture.js";
import { link, t, words } from "../lib/words.js";

const methods = words("pay.method"), kinds = words("procedure.fee_kind"), states = words("pay.attempt");
const LOOK_MS = 2500, CHECK_AGAIN_MS = 5500;
const isUnsure = (attempt) => ["pending", "unknown"].includes(attempt?.state) && attempt.method === "gateway";

class PayPage extends Live {
  invoices = null;
  faults = [];
  trouble = "";
  qr = null;
  busy = false;
  asking = false;

  async connectedCallback() {
    super.connectedCallback();
    try {
      this.code = await this.codeOfReturn() ?? codeOfPage();
      if (this.code) await this.load();
      else this.set({ trouble: t("track.unknown") });
    } catch (error) {
      this.set({ trouble: error.status === 404 ? t("pay.nothing") : tell(error) });
    }
    setInterval(() => this.look(), LOOK_MS); // also for the invoice itself: the dossier may know of it first
  }

  /** The bank sends the browser back with its own parameters; payment knows whose they are. */
  async codeOfReturn() {
    if (!location.search.includes("vnp_")) return null;
    const { code } = await askPublic("GET", "/api/payment/vnpay/return" + location.search);
    history.replaceState(null, "", location.pathname + "#" + code);
    return code;
  }

  async load() {
    const { invoices } = await ask("GET", "/api/payment/invoices/" + encodeURIComponent(this.code));
    const invoice = invoices.find((i) => i.status === "open") ?? invoices.at(-1);
    await this.set({ invoices, invoice, trouble: invoice ? "" : t("pay.nothing") });
  }

  async look() {
    if (this.code && !document.hidden && (!this.invoice || this.invoice.status === "open")) await this.load().catch(() => null);
  }

  get attempt() {
    return this.invoice.attempts[0];
  }

  async pay(method) {
    if (this.busy) return;
    await this.set({ busy: true, faults: [] });
    const body = { method, ...(method === "gateway" ? { return_url: location.origin + location.pathname } : {}) };
    try {
      const attempt = await ask("POST", `/api/payment/invoices/${this.code}/attempts`, { body, key: newKey() });
      if (attempt.pay_url) return location.assign(attempt.pay_url);
      await this.showTransfer(attempt);
    } catch (error) {
      await this.set({ faults: error.code === "payment_running" ? [{ field: "", message: t("pay.running") }] : faultsOf(error) });
      focusSummary(this);
    }
    await this.load();
    this.set({ busy: false });
  }

  /** Announced again it is the same transfer: so the page finds what it showed before. */
  async showTransfer(attempt) {
    attempt ??= await ask("POST", `/api/payment/invoices/${this.code}/attempts`, { body: { method: "transfer" }, key: newKey() });
    this.set({ to: attempt.transfer });
    this.set({ qr: await picture(`/api/payment/invoices/${this.code}/vietqr.svg`) });
  }

  /** "Money left my account." */
  async check() {
    if (this.asking) return;
    await this.set({ asking: true });
    await ask("POST", `/api/payment/attempts/${this.attempt.id}/check`, {}).catch((error) => this.set({ faults: faultsOf(error) }));
    await this.load().catch(() => null);
    setTimeout(() => this.set({ asking: false }), CHECK_AGAIN_MS);
  }

  // ---- what is seen ----

  about() {
    return html`<p class="lead">${named(this.invoice.procedure.name)}<br><span class="number">${this.invoice.code}</span></p>`;
  }

  lines() {
    const i = this.invoice;
    return html`<table><caption class="unseen">${t("pay.lines")}</caption><tbody>${i.lines.map((l) => html`<tr><th scope="row">${named(l.name)} <small class="soft">(${kinds[l.kind]})</small></th>
      <td class="number">${dong(l.amount_dong)}</td></tr>`)}<tr><th scope="row">${t("pay.total")}</th><td class="number"><strong>${dong(i.total_dong)}</strong></td></tr></tbody></table>
      <p class="soft" lang="vi">${i.total_words}</p>`;
  }

  paid() {
    const i = this.invoice, r = i.receipt;
    return html`<div class="panel" role="status"><h1>${t("pay.paid")}</h1><p class="code">${dong(i.total_dong)}</p></div>
      ${this.about()}
      ${r ? html`<dl class="rows"><div><dt>${t("pay.receipt_no")}</dt><dd class="number">${r.number}</dd></div><div><dt>${t("pay.paid_at")}</dt><dd>${moment(r.issued_at_ms)}</dd></div>
        <div><dt>${t("pay.payer")}</dt><dd>${r.payer_name}</dd></div><div><dt>${t("pay.by")}</dt><dd>${methods[r.method]}</dd></div>
        ${r.ref ? html`<div><dt>${t("pay.ref")}</dt><dd>${r.ref}</dd></div>` : nothing}</dl>` : nothing}
      ${this.lines()}<p>${t("pay.paid_next")}</p>
      <div class="actions"><a class="button" href="${link("track")}#${i.code}">${t("confirmation.follow")}</a><button class="second" @click=${() => print()}>${t("confirmation.print")}</button></div>`;
  }

  checking() {
    const a = this.attempt;
    return html`<div class="note due" role="status"><h2>${t("pay.checking")}</h2><p>${t("pay.checking_text")}</p></div>
      <div class="actions"><button aria-disabled=${this.asking} @click=${() => this.check()}>${this.asking ? t("pay.asking") : t("pay.money_left")}</button>
      ${a.pay_url && a.state === "pending" ? html`<a class="button second" href=${a.pay_url}>${t("pay.go_on")}</a>` : nothing}</div>`;
  }

  ways() {
    return html`<h2>${t("pay.how")}</h2><ul class="doors">
      <li><div class="card"><h3>${methods.gateway}</h3><p>${t("pay.gateway_text")}</p><button aria-disabled=${this.busy} @click=${() => this.pay("gateway")}>${t("pay.gateway")}</button></div></li>
      <li><div class="card"><h3>${methods.transfer}</h3><p>${t("pay.transfer_text")}</p><button aria-disabled=${this.busy} @click=${() => this.pay("transfer")}>${t("pay.transfer")}</button></div></li>
      <li><div class="card"><h3>${methods.cash}</h3><p>${t("pay.cash_text", { unit: this.invoice.unit.name })}</p><p>${t("site.office_hours")}</p></div></li></ul>`;
  }

  transfer() {
    const to = this.to, isAnnounced = this.invoice.attempts.some((a) => a.method === "transfer" && a.state === "pending");
    if (!to && isAnnounced && !this.isFetching) {
      this.isFetching = true;
      this.showTransfer().catch(() => null).finally(() => { this.isFetching = false; });
    }
    if (!to) return nothing;
    return html`<h2>${t("pay.transfer_title")}</h2><div class="card">${this.qr ? html`<img class="qr large" width="256" height="256" src=${this.qr} alt=${t("pay.qr")}>` : nothing}
      <dl class="rows"><div><dt>${t("pay.account")}</dt><dd class="number">${to.account} (${to.bank_bin})</dd></div><div><dt>${t("pay.account_name")}</dt><dd>${to.name}</dd></div>
      <div><dt>${t("pay.amount")}</dt><dd class="number">${dong(to.amount_dong)}</dd></div><div><dt>${t("pay.purpose")}</dt><dd><strong>${to.purpose}</strong></dd></div></dl>
      <p>${t("pay.transfer_after")}</p></div>`;
  }

  attempts() {
    if (!this.invoice.attempts.length) return nothing;
    return html`<details><summary>${t("pay.attempts")}</summary><ul>${this.invoice.attempts.map((a) => html`<li>${shortMoment(a.created_at_ms)} – ${methods[a.method]}: ${states[a.state]}
      ${a.txn_ref ? html`<span class="soft number">(${a.txn_ref})</span>` : nothing}</li>`)}</ul></details>`;
  }

  open() {
    const i = this.invoice, a = this.attempt;
    return html`<p><a href="${link("track")}#${i.code}">${t("supplement.back")}</a></p>${summary(this.faults)}<h1>${t("pay.title")}</h1>
      ${this.about()}<p class="money">${dong(i.total_dong)}</p>
      ${i.pay_by_ms ? html`<p class="note ${i.is_overdue ? "bad" : "due"}">${t("pay.until", { at: moment(i.pay_by_ms), left: away(i.pay_by_ms) })}</p>` : nothing}
      ${isUnsure(a) ? this.checking() : html`<p role="status">${a?.state === "failed" ? html`<strong>${t("pay.failed")}</strong>` : t("pay.unpaid")}</p>${this.ways()}`}
      ${this.transfer()}<h2>${t("pay.lines")}</h2>${this.lines()}${this.attempts()}`;
  }

  render() {
    if (this.trouble) return html`<h1>${t("pay.title")}</h1><p class="note" role="alert">${this.trouble}</p>
      <p>${this.code ? html`<a href="${link("track")}#${this.code}">${t("supplement.back")}</a>` : html`<a href=${link("mine")}>${t("menu.mine")}</a>`}</p>`;
    if (!this.invoice) return html`<h1>${t("pay.title")}</h1><p class="spin" role="status">${t("wait.loading")}</p>`;
    if (this.invoice.status === "open") return this.open();
    if (this.invoice.status === "paid") return this.paid();
    return html`<h1>${t("pay.title")}</h1>${this.about()}<p class="note">${words("pay.other")[this.invoice.status]}</p>${this.lines()}
      <p><a href="${link("track")}#${this.code}">${t("supplement.back")}</a></p>`;
  }
}
customElements.define("pay-page", PayPage);
