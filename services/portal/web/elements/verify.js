/* verify — is this receipt genuine? From its QR's address (the hash), from text, from a saved file or a picture; the answer is
   computed here. After the first visit the page and the keys are kept, so it works offline (static/offline.js). */
import "./frame.js";
import { askPublic } from "../lib/api.js";
import { focusSummary, summary } from "../lib/faults.js";
import { moment } from "../lib/format.js";
import { Live, focusOn, html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { check, findReceipt } from "../lib/receipt.js";
import { allUnits } from "../lib/units.js";
import { link, t, words } from "../lib/words.js";

const KEYS = "/api/intake/receipt-keys", KEPT = "motcua.receipt-keys";
const KEEP_AFTER_MS = 2500; // the visit itself comes first
const whys = words("verify.why");
const canRead = "BarcodeDetector" in window;

async function keys() {
  try {
    const answer = await askPublic("GET", KEYS, { tries: 1 });
    localStorage.setItem(KEPT, JSON.stringify(answer.keys));
    return answer.keys;
  } catch (error) {
    const kept = localStorage.getItem(KEPT);
    if (!kept) throw error;
    return JSON.parse(kept);
  }
}

async function keepForOffline() {
  if (!("serviceWorker" in navigator)) return;
  const policy = window.trustedTypes?.createPolicy("offline", { createScriptURL: (url) => (url === "/offline.js" ? url : "") });
  await navigator.serviceWorker.register(policy ? policy.createScriptURL("/offline.js") : "/offline.js");
  const parts = performance.getEntriesByType("resource").map((r) => new URL(r.name)).filter((u) => u.origin === location.origin && u.pathname.startsWith("/assets/"));
  await (await caches.open("verify")).addAll([location.pathname, ...parts.map((u) => u.pathname)]);
}

class VerifyPage extends Live {
  text = "";
  faults = [];
  outcome = null;
  names = {}; // of the procedure and the unit, where there is a network

  connectedCallback() {
    super.connectedCallback();
    const take = () => { if (location.hash.length > 1) this.take(decodeURIComponent(location.hash.slice(1))); };
    addEventListener("hashchange", take);
    take();
    setTimeout(() => keepForOffline().catch(() => null), KEEP_AFTER_MS);
  }

  async take(text) {
    const found = findReceipt(text);
    this.text = found ?? text;
    if (!found) return this.refuse("receipt", t("verify.not_one"));
    try {
      await this.set({ faults: [], outcome: await check(found, await keys()) });
      focusOn(this.querySelector("#outcome"));
      if (this.outcome.receipt) this.name(this.outcome.receipt);
    } catch {
      await this.refuse("", t("verify.no_keys"));
    }
  }

  /** The receipt has codes; what they stand for anybody may read. Of the receipt itself nothing is sent. */
  name({ procedure_code: procedure, unit_code: unit }) {
    const keep = (code, name) => name && this.set({ names: { ...this.names, [code]: name } });
    askPublic("GET", "/api/intake/procedures/" + encodeURIComponent(procedure), { tries: 1 }).then((p) => keep(procedure, p.name), () => null);
    allUnits().then((all) => keep(unit, all.find((u) => u.code === unit)?.name), () => null);
  }

  async takeFile(file) {
    if (!file) return;
    if (!file.type.startsWith("image/")) return this.take((await file.text()).slice(0, 5000));
    if (!canRead) return this.refuse("file", t("verify.no_picture"));
    const codes = await new window.BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file)).catch(() => []);
    return codes[0] ? this.take(codes[0].rawValue) : this.refuse("file", t("verify.no_qr"));
  }

  async refuse(name, message) {
    await this.set({ outcome: null, faults: [{ field: name, message }] });
    focusSummary(this);
  }

  answer() {
    if (!this.outcome) return nothing;
    if (this.outcome.why) return html`<div class="note bad" id="outcome" role="status"><h2>${t("verify.false")}</h2><p>${whys[this.outcome.why]}</p><p>${t("verify.false_next")}</p></div>`;
    const r = this.outcome.receipt;
    const known = (code) => (this.names[code] ? html`${named(this.names[code])} <span class="soft number">(${code})</span>` : code);
    return html`<div class="panel" id="outcome" role="status"><h2>${t("verify.true")}</h2><p class="code">${r.code}</p></div>
      <dl class="rows"><div><dt>${t("verify.filed")}</dt><dd>${moment(r.filed_at_ms)}</dd></div><div><dt>${t("verify.procedure")}</dt><dd>${known(r.procedure_code)}</dd></div>
      <div><dt>${t("verify.unit")}</dt><dd>${known(r.unit_code)}</dd></div></dl>
      <div class="actions"><a class="button" href="${link("track")}#${r.code}~${r.lookup_key}">${t("verify.track")}</a></div>`;
  }

  render() {
    return html`${summary(this.faults)}${this.answer()}
      <form class="card" novalidate @submit=${(e) => { e.preventDefault(); this.take(e.target.elements.receipt.value); }}>
      <div class="field"><label for="f-receipt">${t("verify.text")}</label><span class="hint" id="f-receipt-hint">${t("verify.text_hint")}</span>
        <textarea id="f-receipt" name="receipt" aria-describedby="f-receipt-hint" spellcheck="false" .value=${this.text}></textarea></div>
      <div class="field"><label for="f-file">${t("verify.file")}</label><span class="hint" id="f-file-hint">${canRead ? t("verify.file_hint") : t("verify.file_hint_text")}</span>
        <input type="file" id="f-file" aria-describedby="f-file-hint" accept=".txt,image/*" @change=${(e) => this.takeFile(e.target.files[0])}></div>
      <button>${t("verify.button")}</button></form>`;
  }
}
customElements.define("verify-page", VerifyPage);
