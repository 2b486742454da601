/* apply-papers — the papers of an application: each part takes files by choosing, dropping or the phone's camera; what the
   person has filed before is offered first. */
import { ask } from "../lib/api.js";
import { faultAt, idOf, tell } from "../lib/faults.js";
import { bytes, day } from "../lib/format.js";
import { html, nothing } from "../lib/live.js";
import { named } from "../lib/names.js";
import { ACCEPT, LARGEST, entryOf, kept, resumable, upload } from "../lib/uploads.js";
import { t } from "../lib/words.js";

const entriesOf = (at, code) => at.draft.papers[code] ?? [];

function put(at, code, entries) {
  at.draft.papers = { ...at.draft.papers, [code]: entries };
  at.save();
}

/** The draft keeps plain data; what moves is on the live entry. */
function track(at, code, live) {
  live.changed = () => {
    put(at, code, entriesOf(at, code).map((e) => (e.ref === live.ref ? { ...kept(live), waiting: live.waiting } : e)));
  };
}

async function take(at, code, file) {
  if (file.size > LARGEST || file.size === 0)
    return at.set({ faults: [{ field: "papers." + code, message: file.size ? t("paper.too_large", { name: file.name, most: bytes(LARGEST) }) : t("paper.empty", { name: file.name }) }] });
  const old = resumable(entriesOf(at, code), file);
  const live = old ? { ...old } : entryOf(file);
  if (!old) put(at, code, [...entriesOf(at, code), kept(live)]);
  track(at, code, live);
  try {
    await upload(live, file);
  } catch (error) {
    put(at, code, entriesOf(at, code).filter((e) => e.ref !== live.ref));
    at.set({ faults: [{ field: "papers." + code, message: `${live.name}: ${tell(error)}` }] });
  }
}

export const takeAll = (at, code, files) => [...files].forEach((file) => take(at, code, file));

function drop(at, code, entry) {
  put(at, code, entriesOf(at, code).filter((e) => e.ref !== entry.ref));
  if (entry.id) ask("DELETE", "/api/intake/uploads/" + entry.id, { quiet: true, tries: 1 }).catch(() => null);
}

function fileRow(at, code, entry) {
  const state = entry.done ? html`<span class="soft">${bytes(entry.size)} · ${t("paper.done")}</span>`
    : html`<progress max=${entry.size} value=${entry.offset} aria-label=${entry.name}></progress>
      <span class="soft">${entry.waiting ? t("paper.waiting") : t("paper.going", { n: Math.floor((100 * entry.offset) / entry.size) })}</span>`;
  return html`<li><strong>${entry.name}</strong>${state}
    <button type="button" class="plain" @click=${() => drop(at, code, entry)}>${t("paper.remove")}<span class="unseen"> ${entry.name}</span></button></li>`;
}

// ---- papers of earlier dossiers ----

async function loadEarlier(at) {
  at.earlier = [];
  try {
    const { dossiers } = await ask("GET", "/api/intake/dossiers?limit=5", { quiet: true });
    for (const d of dossiers) {
      const { papers } = await ask("GET", "/api/intake/dossiers/" + d.code, { quiet: true });
      at.earlier.push(...papers.filter((p) => p.file).map((p) => ({ ...p, filed_at_ms: d.filed_at_ms })));
    }
  } catch {
    return; // only an offer
  }
  at.earlier = at.earlier.filter((p, i) => at.earlier.findIndex((q) => q.file.sha256 === p.file.sha256 && q.name === p.name) === i);
  at.requestUpdate();
}

async function reuse(at, code, paper) {
  const answer = await ask("GET", paper.file.url, { whole: true });
  const data = await answer.blob();
  take(at, code, new File([data], paper.file.name, { type: paper.file.type, lastModified: 0 }));
}

/** Of those one must bring: how many are here, how many more could be used again. */
export function counted(at) {
  const must = at.procedure.components.filter((c) => c.required);
  const lacking = must.filter((c) => !entriesOf(at, c.code).some((e) => e.done));
  return { n: must.length - lacking.length, of: must.length, more: lacking.filter((c) => offers(at, c).length).length };
}

function count(at) {
  const { n, of, more } = counted(at);
  if (!of) return nothing;
  return html`<p role="status"><strong>${t("paper.have", { n, of })}</strong>${more ? html`<br>${t("paper.have_more", { n: more })}` : nothing}</p>`;
}

const offers = (at, component) => (at.earlier ?? []).filter((p) => p.name === component.name
  && !entriesOf(at, component.code).some((e) => e.name === p.file.name && e.size === p.file.size)).slice(0, 3);

function earlierPapers(at, component) {
  const fitting = offers(at, component);
  if (!fitting.length) return nothing;
  return html`<p class="note">${t("paper.you_have")}<br>${fitting.map((p) => html`${p.file.name}, ${t("paper.filed", { at: day(p.filed_at_ms) })}
    <button type="button" class="plain" @click=${() => reuse(at, component.code, p)}>${t("paper.reuse")}<span class="unseen"> ${p.file.name}</span></button><br>`)}</p>`;
}

// ---- one part ----

function part(at, component) {
  const name = "papers." + component.code, id = idOf(name), wrong = faultAt(at.faults, name);
  const over = (on) => (e) => { e.preventDefault(); e.currentTarget.classList.toggle("over", on); };
  return html`<div class="field ${wrong ? "wrong" : ""}">
    <label for=${id}>${named(component.name)}${component.required ? "" : " " + t("question.optional")}</label>
    ${wrong ? html`<span class="fault" id="${id}-fault">${wrong}</span>` : nothing}
    ${component.reason ? html`<span class="hint">${component.reason}</span>` : nothing}${earlierPapers(at, component)}
    <ul class="files">${entriesOf(at, component.code).map((e) => fileRow(at, component.code, e))}</ul>
    <div class="drop" @dragover=${over(true)} @dragleave=${over(false)} @drop=${(e) => { over(false)(e); takeAll(at, component.code, e.dataTransfer.files); }}>
      <input type="file" id=${id} multiple accept=${ACCEPT} aria-describedby="${id}-hint"
        @change=${(e) => { takeAll(at, component.code, e.target.files); e.target.value = ""; }}>
      <span class="hint" id="${id}-hint">${t("paper.hint", { most: bytes(LARGEST) })}</span></div></div>`;
}

export function paperList(at) {
  if (!at.earlier) loadEarlier(at);
  return html`<p>${t("paper.lead")}</p>${count(at)}${at.procedure.components.map((c) => part(at, c))}`;
}
