/* pages — a page is pages/<name>.html put into layout.html, once for each language.

   Its first line is a comment with JSON: {"vi": address, "en": address, "title": key, "script": element, "audience": "staff",
   "style": css/<style>.entry.css}; a citizen's page without script or style of its own needs neither.
   {{key}} is the message; {{@page}} the address of a page; {{#if x}} … {{/if}} stays where the page's head has x. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LANGUAGES, literal, lookUp } from "./words.js";

const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

export function readPages(folder) {
  const pages = new Map();
  for (const file of readdirSync(folder).filter((f) => f.endsWith(".html"))) {
    const text = readFileSync(join(folder, file), "utf8");
    const head = /^<!--page (\{.*\}) -->\n/.exec(text);
    if (!head) throw new Error(`pages/${file}: the first line is not <!--page {…} -->`);
    if (literal(text)) throw new Error(`pages/${file}: “${literal(text)}” is in no catalogue`);
    const name = file.slice(0, -".html".length);
    pages.set(name, { name, audience: "citizen", ...JSON.parse(head[1]), body: text.slice(head[0].length) });
  }
  return pages;
}

export function address(pages, name, language, where) {
  const page = pages.get(name);
  if (!page) throw new Error(`${where}: there is no page ${name}`);
  return (language === "vi" ? "/" : "/en/") + page[language];
}

/** Where its file lies below build/web. */
export const fileOf = (page, language) => (language === "vi" ? "" : "en/") + (page[language] || "index") + ".html";

function fill(template, values, where) {
  return template
    .replace(/\{\{#if (\w+)\}\}([\s\S]*?)\{\{\/if\}\}/g, (_, name, inner) => (values.page[name] ? inner : ""))
    .replace(/\{\{@([\w-]+)\}\}/g, (_, name) => address(values.pages, name, values.language, where))
    .replace(/\{\{\$(\w+)\}\}/g, (_, name) => values[name])
    .replace(/\{\{([\w.]+)\}\}/g, (_, key) => escape(lookUp(values.words, key, where)));
}

export function renderPage(layout, page, language, { pages, words, style, script, fonts }) {
  const other = LANGUAGES.find((l) => l !== language);
  const where = `pages/${page.name}.html`;
  const values = {
    pages, words, language, page: { ...page, [page.audience]: true }, style, script, fonts,
    title: escape(lookUp(words, page.title, where)), name: page.name, audience: page.audience,
    here: address(pages, page.name, language, where), there: address(pages, page.name, other, where), other,
  };
  values.body = fill(page.body, values, where);
  return fill(layout, values, "layout.html");
}
