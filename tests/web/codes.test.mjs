/* Every code a service may send to a page has its words there: the lists of the services' own sources against the catalogue. A state
   that is added to a service fails here until somebody has written what the citizen does now. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { readCatalogues } from "../../services/portal/web/make/words.js";

const place = (path) => fileURLToPath(new URL("../../" + path, import.meta.url));
const source = (path) => readFileSync(place(path), "utf8");
const { vi } = readCatalogues(place("services/portal/web/messages"));

/** What stands between two brackets after `from`, as the strings in it. */
function strings(path, from) {
  const text = source(path), at = text.indexOf(from);
  assert.ok(at >= 0, `${path} has no ${from}`);
  return [...text.slice(at, text.indexOf("};", at)).matchAll(/"([^"]*)"/g)].map((m) => m[1]).filter(Boolean);
}

function numbers(name) {
  const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(source("proto/common.proto"))[1];
  return Object.fromEntries([...body.matchAll(/^\s*([A-Z_]+) = (\d+);/gm)].map((m) => [m[1], Number(m[2])]).filter(([, n]) => n > 0));
}

/** The codes of a table whose rows begin with an enumerator and a phrase: [X] = { "code", … or { { "code", … */
const rows = (path, kind) => [...source(path).matchAll(new RegExp(`\\[${kind}_\\w+\\] = \\{ (?:\\{ )?"(\\w+)"`, "g"))].map((m) => m[1]);

function same(branch, codes, what) {
  assert.ok([...codes].length > 1, what + ": nothing was read");
  assert.deepEqual(Object.keys(branch).sort(), [...codes].sort(), what);
}

test("each status of a dossier has its name and what to do now", () => {
  same(vi.state, Object.values(numbers("Status")).map(String), "state");
  for (const state of Object.values(vi.state)) assert.ok(state.name && state.now);
});

test("each move of a dossier has its words", () => same(vi.move, Object.keys(numbers("Transition")), "move"));

test("each state of a petition or complaint says what to do now, each act, kind and outcome has its words", () => {
  const file = "services/feedback/complaint_words.c";
  same(vi.complaint.now, strings(file, "complaint_state_names["), "complaint.now");
  same(vi.complaint.move, strings(file, "complaint_act_names["), "complaint.move");
  same(vi.complain.class, strings(file, "complaint_class_names["), "complain.class");
  same(vi.complaint.outcome, strings(file, "complaint_outcome_names["), "complaint.outcome");
  same(vi.complain.category, strings("services/feedback/complaint_filing.c", "complaint_categories[]"), "complain.category");
});

test("each status of an invoice and each state of an attempt has its words", () => {
  same({ open: 1, paid: 1, ...vi.pay.other }, rows("services/payment/invoice.c", "INVOICE"), "pay.other; open and paid are views of their own");
  same(vi.pay.attempt, rows("services/payment/attempt.c", "ATTEMPT"), "pay.attempt");
  same(vi.pay.method, strings("services/payment/attempt.c", "method_names["), "pay.method");
});

test("each check of a case and each kind of alert has its words", () => {
  same(vi.case.check, strings("services/verification/checks.c", "{ \"completeness\", check_completeness }"), "case.check");
  same(vi.alerts.kind, strings("services/feedback/gaming.c", "names[GAMINGS]"), "alerts.kind");
});

test("each equation a service watches has its words", () => {
  const services = ["intake", "verification", "payment", "notification", "status-sync", "feedback"];
  const watched = services.flatMap((s) => [...source(`services/${s}/ledgers.c`).matchAll(/LEDGER_ROW\("(\w+)", \w+, true\)/g)].map((m) => m[1]));
  same(vi.ops.ledger, new Set(watched), "ops.ledger");
});

test("each grade of circular 01/2018 has its word", () => same(vi.figures_public.grade, strings("services/feedback/index_tt01.c", "names[] = "), "figures_public.grade"));
