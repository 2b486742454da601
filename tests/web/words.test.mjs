/* What the build refuses of the message catalogues. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import test from "node:test";
import { literal, lookUp, problems, readCatalogues, tooLong } from "../../services/portal/web/make/words.js";

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
});

test("a state that does not say what to do now is refused", () => {
  const all = whole();
  all.vi.state[5].now = "";
  assert.match(problems(all).join(), /state\.5\.now \(vi\) says nothing/);
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
