/* operations — for who runs the suite: what must balance, what waits and how long, what cannot be delivered. Words first; each red
   says what to do. It asks for the operator's token and keeps it in memory. */
import "./frame.js";
import { tell } from "../lib/faults.js";
import { shortMoment } from "../lib/format.js";
import { Live, focusOn, html, nothing } from "../lib/live.js";
import { SERVICES, askService, lagOf, look, setToken } from "../lib/operator.js";
import { number } from "../lib/published.js";
import { t, words } from "../lib/words.js";

const LOOK_MS = 5000, WAITS_MS = 60000, OLD_S = 3600;
const ledgers = words("ops.ledger");
const outcomes = words("ops.outcome");
const QUEUES = [["motcua_notification_waiting", "motcua_notification_oldest_seconds", "mail"], ["motcua_portal_owed_dossiers", "motcua_portal_owed_seconds", "portal"]];

const age = (seconds) => (seconds < 60 ? t("ops.seconds", { n: Math.round(seconds) }) : seconds < 7200 ? t("ops.minutes", { n: Math.round(seconds / 60) })
  : t("ops.hours", { n: Math.round(seconds / 3600) }));

class OperationsPage extends Live {
  looks = null;
  isIn = false;
  trouble = "";
  said = new Map(); // dead letter → what became of it

  async enter(event) {
    event.preventDefault();
    setToken(event.target.elements.token.value.trim());
    const looks = await Promise.all(SERVICES.map(look));
    const refused = looks.find((l) => [401, 403].includes(l.away?.status));
    if (refused || looks.every((l) => l.away)) {
      await this.set({ trouble: refused ? t("ops.refused") : tell(looks[0].away) });
      return focusOn(this.querySelector("[role=alert]"));
    }
    await this.set({ looks, isIn: true, trouble: "", at: Date.now() });
    focusOn(this.querySelector("h1"));
    setInterval(() => { if (!document.hidden) this.load(); }, LOOK_MS);
    return undefined;
  }

  async load() {
    this.set({ looks: await Promise.all(SERVICES.map(look)), at: Date.now() });
  }

  async act(service, letter, what) {
    const note = (text) => { this.said.set(letter.id, text); this.requestUpdate(); };
    try {
      const answer = what === "replay" ? await askService(service, `admin/dead/${letter.id}/replay`, "POST") : await askService(service, `admin/dead/${letter.id}/rehearsal`);
      note(html`${outcomes[what]} ${outcomes[answer.outcome] ?? answer.outcome}${answer.why ? html`: <span lang="en">${answer.why}</span>` : nothing}`);
      if (what === "replay") this.load();
    } catch (error) {
      note(tell(error));
    }
  }

  // ---- what is seen ----

  equations() {
    const found = this.looks.flatMap((l) => l.metrics.filter((m) => m.name === "motcua_balanced").map((m) => ({ service: l.service, name: m.labels.equation ?? m.labels.ledger, holds: m.value === 1,
      age: l.metrics.find((x) => x.name === "motcua_balanced_age_seconds" && JSON.stringify(x.labels) === JSON.stringify(m.labels))?.value })));
    const broken = found.filter((f) => !f.holds);
    if (!found.length) return html`<h2>${t("ops.equations")}</h2><p class="note due">${t("ops.not_looked")}</p>`;
    return html`<h2>${t("ops.equations")}</h2>
      <p class="note ${broken.length ? "bad" : ""}"><strong>${broken.length ? t("ops.broken", { n: broken.length }) : t("ops.all_balance", { n: found.length })}</strong>
        ${broken.length ? html`<br>${t("ops.broken_what")}` : nothing}</p>
      <table class="stacks"><thead><tr><th scope="col">${t("ops.what")}</th><th scope="col">${t("ops.service")}</th><th scope="col">${t("ops.holds")}</th><th scope="col">${t("ops.found")}</th></tr></thead>
      <tbody>${found.sort((a, b) => a.holds - b.holds).map((f) => html`<tr><th scope="row">${ledgers[f.name] ?? f.name}</th><td data-label=${t("ops.service")}>${f.service}</td>
        <td data-label=${t("ops.holds")}>${f.holds ? html`<span class="good">${t("ops.yes")}</span>` : html`<strong class="late poor">${t("ops.no")}</strong>`}</td>
        <td data-label=${t("ops.found")} class=${f.age > OLD_S ? "late" : ""}>${f.age === undefined ? "" : t("ops.before", { age: age(f.age) })}</td></tr>`)}</tbody></table>`;
  }

  services() {
    return html`<ul class="four names">${this.looks.map((l) => html`<li class=${l.away ? "bad" : ""}><span><b>${l.service}</b>${l.away ? t("ops.away") : t("ops.works")}</span></li>`)}</ul>
      ${this.looks.some((l) => l.away) ? html`<p class="note bad">${t("ops.away_what")}</p>` : nothing}`;
  }

  queues() {
    const lag = lagOf(this.looks);
    const value = (name) => this.looks.flatMap((l) => l.metrics).find((m) => m.name === name)?.value;
    const row = (what, n, oldS) => html`<tr><th scope="row">${what}</th><td data-label=${t("ops.waiting")} class="number">${number(n)}</td>
      <td data-label=${t("ops.oldest")} class=${oldS * 1000 > WAITS_MS ? "late" : ""}>${n ? age(oldS) : "–"}</td></tr>`;
    return html`<h2>${t("ops.queues")}</h2><table class="stacks"><thead><tr><th scope="col">${t("ops.what")}</th><th scope="col" class="number">${t("ops.waiting")}</th><th scope="col">${t("ops.oldest")}</th></tr></thead>
      <tbody>${lag.map((p) => row(t("ops.lag", p), p.waiting, Number.isFinite(p.oldest_at_ms) ? (this.at - p.oldest_at_ms) / 1000 : 0))}
      ${QUEUES.map(([count, old, name]) => (value(count) === undefined ? nothing : row(words("ops.queue")[name], value(count), value(old) ?? 0)))}</tbody></table>
      ${lag.length ? html`<p class="soft">${t("ops.lag_what")}</p>` : html`<p class="soft">${t("ops.no_lag")}</p>`}`;
  }

  dead() {
    const letters = this.looks.flatMap((l) => l.dead.map((d) => ({ ...d, service: l.service })));
    return html`<h2>${t("ops.dead")}</h2>${letters.length ? html`<table class="stacks"><thead><tr><th scope="col">${t("ops.message")}</th><th scope="col">${t("ops.about")}</th>
      <th scope="col">${t("ops.reason")}</th><th scope="col">${t("ops.died")}</th><th scope="col">${t("ops.do")}</th></tr></thead>
      <tbody>${letters.map((d) => html`<tr><th scope="row">${d.type.replace("motcua.", "")}<br><span class="soft">${d.source} → ${d.service}</span></th>
        <td data-label=${t("ops.about")}><span class="number">${d.key}</span></td><td data-label=${t("ops.reason")}><span lang="en">${d.reason}</span></td><td data-label=${t("ops.died")}>${shortMoment(d.died_at_ms)}</td>
        <td data-label=${t("ops.do")}><div class="decisions"><button class="second" @click=${() => this.act(d.service, d, "rehearsal")}>${t("ops.rehearse")}</button>
        <button @click=${() => this.act(d.service, d, "replay")}>${t("ops.replay")}</button></div><span role="status">${this.said.get(d.id) ?? ""}</span></td></tr>`)}</tbody></table>`
      : html`<p>${t("ops.no_dead")}</p>`}`;
  }

  render() {
    if (!this.isIn) return html`<h1>${t("ops.title")}</h1>${this.trouble ? html`<p class="note bad" role="alert">${this.trouble}</p>` : nothing}
      <form class="card" @submit=${this.enter}><div class="field"><label for="token">${t("ops.token")}</label><span class="hint" id="token-hint">${t("ops.token_hint")}</span>
      <input id="token" name="token" type="password" autocomplete="off" aria-describedby="token-hint" required></div><button>${t("ops.enter")}</button></form>`;
    return html`<div class="bar"><h1>${t("ops.title")}</h1><p class="soft">${t("ops.at", { at: shortMoment(this.at) })}</p></div>
      ${this.equations()}<h2>${t("ops.services")}</h2>${this.services()}${this.queues()}${this.dead()}`;
  }
}
customElements.define("operations-page", OperationsPage);
