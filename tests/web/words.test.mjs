/* What the build refuses of the message catalogues. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "node:test";
import { literal, lookUp, problems, readCatalogues, tooLong, unreadKey } from "../../services/portal/web/make/words.js";

const folder = fileURLToPath(new URL("../../services/portal/web/messages", import.meta.url));
const whole = () => structuredClone(readCatalogues(folder));

test("the catalogues hold", () => assert.deepEqual(problems(whole()), []));

test("a message that one language lacks is refused", () => {
  const all = whole();
  delete all.en.login.title;
  assert.match(problems(all).join(), /login\.title is missing in en/);
});

test("a sentence over 20 words is refused, two short ones are not, and a semicolon ends none", () => {
  const words = (n) => Array.from({ length: n }, (_, i) => "w" + i).join(" ");
  assert.equal(tooLong(`${words(20)}. ${words(20)}.`), undefined);
  assert.equal(tooLong(words(21)), words(21));
  assert.equal(tooLong(`${words(11)}; ${words(11)}`), `${words(11)}; ${words(11)}`);
  const all = whole();
  all.vi.login.title = words(21);
  assert.match(problems(all).join(), /login\.title \(vi\) has a sentence over 20 words: w0 w1/);
});

test("a state that does not say what to do now is refused", () => {
  const all = whole();
  for (const language of ["vi", "en"]) delete all[language].state[5].now;
  assert.match(problems(all).join("\n"), /state\.5\.now \(vi\) says nothing\n[\s\S]*state\.5\.now \(en\) says nothing/);
});

test("a text that says nothing, or has no room for a value the other language has, is refused", () => {
  const all = whole();
  all.en.login.title = " ";
  all.en.mine.filed = "filed";
  assert.match(problems(all).join("\n"), /mine\.filed has other \{values\} in en than in vi[\s\S]*login\.title \(en\) says nothing/);
});

test("words that stand in a page or a script are found, and what is no words is not", () => {
  assert.equal(literal("<h1>{{login.title}}</h1><p>Xin chào</p>"), "Xin chào");
  assert.equal(literal('html`<h2>${t("x")}</h2><button aria-label="Close">×</button>`'), "Close");
  assert.equal(literal('html`<dd class="number">Code: ${code}</dd>`'), "Code:");
  assert.equal(literal('/* <p>words</p> */ const few = (n) => n > 1 && n < most; html`<p class="soft">${few} · ${n}</p>`'), undefined);
});

test("a key that nobody wrote is refused where it is used", () => {
  assert.throws(() => lookUp(whole().vi, "login.nonsense", "elements/x.js"), /elements\/x\.js: there is no message login\.nonsense/);
});

test("a key that is not written where it is used is refused", () => {
  assert.equal(unreadKey("html`<p>${t(`login.${name}`)}</p>`"), "t(`login.${name}`");
  assert.equal(unreadKey("words(tree)[name]"), "words(tree");
  assert.equal(unreadKey('/* t(key) */ html`${t("login.title")} ${words("state")[n]} ${link("track")}` + at(n) + split(",")'), undefined);
});

test("nothing is built of catalogues that do not hold", () => {
  const copy = mkdtempSync(join(tmpdir(), "motcua-words-")), part = (name, tree) => writeFileSync(join(copy, name), JSON.stringify(tree));
  try {
    cpSync(folder, copy, { recursive: true });
    part("more.vi.json", { login: { more: "Thêm" } });
    assert.throws(() => readCatalogues(copy), /login\.more is missing in en/);
    part("more.en.json", { login: { title: "Again" } });
    assert.throws(() => readCatalogues(copy), /more\.en\.json: login\.title is in another catalogue too/);
  } finally {
    rmSync(copy, { recursive: true });
  }
});
