/* What pages make of periods, and of a survey that is written as text. */
import assert from "node:assert/strict";
import test from "node:test";
import { before, dayMs, monthOf, quarterOf, yearOf } from "../../services/portal/web/lib/periods.js";

globalThis.LANGUAGE = "vi";
const { factorsOf, textOf } = await import("../../services/portal/web/lib/survey.js");

test("a moment's periods are those of the calendar here", () => {
  const midnight = Date.parse("2026-01-01T00:00:00+07:00");
  assert.deepEqual([yearOf, quarterOf, monthOf].map((of) => of(midnight)), [2026, 20261, 202601]);
  assert.deepEqual([yearOf, quarterOf, monthOf].map((of) => of(midnight - 1)), [2025, 20254, 202512]);
});

test("before a year's first quarter or month comes the last of the year before", () => {
  assert.deepEqual([2026, 20261, 20264, 202601, 202611].map(before), [2025, 20254, 20263, 202512, 202610]);
});

test("a day begins at midnight here", () => {
  assert.equal(dayMs("2026-11-23", 1) - dayMs("2026-11-23"), 86400000);
  assert.equal(new Date(dayMs("2026-11-23")).toISOString(), "2026-11-22T17:00:00.000Z");
});

test("a survey that is written as text and read again is the same", () => {
  const factors = [{ vi: "Tiếp cận", en: "Access", criteria: [{ vi: "Dễ tìm", en: "Easy to find" }, { vi: "Dễ hiểu", en: "Clear" }] }, { vi: "Kết quả", en: "Result", criteria: [{ vi: "Đúng", en: "Right" }] }];
  assert.deepEqual(factorsOf(textOf(factors)), factors);
});

test("what is missing in the text is empty, so that the service can name it", () => {
  assert.deepEqual(factorsOf("Dễ tìm"), [{ vi: "", en: "", criteria: [{ vi: "Dễ tìm", en: "" }] }]);
});
