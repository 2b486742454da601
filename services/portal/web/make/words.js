/* words — the message catalogues: messages/<lang>.json and messages/<part>.<lang>.json of one language are one tree.
   A key that one language lacks, a text that says nothing or has other {values} in the other language, a sentence over 20 words,
   a state without its "what now", or words that stand in a page or a script fail the build. That every code a service sends has its words is for tests/web/codes.test.mjs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const LANGUAGES = ["vi", "en"];
const WORDS_MAX = 20;
const STATES = 10;

function merge(into, from, file, path = "") {
  for (const [key, value] of Object.entries(from)) {
    const at = path ? `${path}.${key}` : key;
    if (typeof value === "object") into[key] = merge(into[key] ?? {}, value, file, at);
    else if (key in into) throw new Error(`${file}: ${at} is in another catalogue too`);
    else into[key] = value.normalize("NFC");
  }
  return into;
}

function readLanguage(folder, language) {
  const files = readdirSync(folder).filter((f) => f === `${language}.json` || f.endsWith(`.${language}.json`));
  return files.sort().reduce((all, f) => merge(all, JSON.parse(readFileSync(join(folder, f), "utf8")), f), {});
}

const flat = (tree, path = "") => Object.entries(tree).flatMap(([key, value]) => {
  const at = path ? `${path}.${key}` : key;
  return typeof value === "object" ? flat(value, at) : [[at, value]];
});

/** The values a text has room for. */
const values = (text) => [...new Set([...text.matchAll(/\{(\w+)[|}]/g)].map((m) => m[1]))].sort().join(" ");

/** Sentences end at . ! ? … or a line's end, when a blank or nothing follows. */
export function tooLong(text) {
  const sentences = text.split(/[.!?…]+(?:\s|$)|\n/);
  return sentences.find((s) => s.split(/\s+/).filter((w) => /[\p{L}\p{N}]/u.test(w)).length > WORDS_MAX);
}

export function problems(catalogues) {
  const keys = Object.fromEntries(LANGUAGES.map((l) => [l, new Map(flat(catalogues[l]))]));
  const found = [];
  for (const language of LANGUAGES) {
    for (const other of LANGUAGES)
      for (const key of keys[language].keys())
        if (!keys[other].has(key)) found.push(`messages: ${key} is missing in ${other}`);
        else if (values(keys[other].get(key)) !== values(keys[language].get(key)))
          found.push(`messages: ${key} has other {values} in ${other} than in ${language}`);
    for (const [key, text] of keys[language])
      if (!text.trim()) found.push(`messages: ${key} (${language}) says nothing`);
      else if (tooLong(text)) found.push(`messages: ${key} (${language}) has a sentence over ${WORDS_MAX} words: ${tooLong(text)}`);
    for (let n = 1; n <= STATES; n++)
      if (!keys[language].has(`state.${n}.now`)) found.push(`messages: state.${n}.now (${language}) says nothing`);
  }
  return found;
}

export function readCatalogues(folder) {
  const catalogues = Object.fromEntries(LANGUAGES.map((l) => [l, readLanguage(folder, l)]));
  const found = problems(catalogues);
  if (found.length) throw new Error(found.join("\n"));
  return catalogues;
}

const LITERALS = [/[\w"'}/]>([^<>`{}=;]*\p{L}{2,}[^<>`{}=;]*)(?=<|\$\{|\{\{|`|$)/u, /\b(?:aria-label|alt|title|placeholder)="([^"${}]*\p{L}[^"${}]*)"/u];

/** The first words a page or a script has of its own, which stand in no catalogue. */
export function literal(source) {
  const text = source.replace(/<!--[\s\S]*?-->|\/\*[\s\S]*?\*\/|(?<![:"'])\/\/.*/g, "");
  return LITERALS.map((kind) => kind.exec(text)?.[1].trim()).find(Boolean);
}

/** A key that is not written where it is used: the build cannot put its text there. */
export const unreadKey = (source) => /\b(?:t|words|link)\((?!\s*")[^)]*/.exec(source.replace(/\/\*[\s\S]*?\*\//g, ""))?.[0];

/** The text, or the tree, at a key. */
export function lookUp(catalogue, key, where) {
  const value = key.split(".").reduce((tree, part) => (tree === undefined ? undefined : tree[part]), catalogue);
  if (value === undefined) throw new Error(`${where}: there is no message ${key}`);
  return value;
}
