/* build — makes build/web: `node make/build.js OUT`. Vite bundles each page's script and the styles, once for each language
   (a script's t("key") becomes the text itself, so a page carries only the words it uses); then the pages are written.
   One script a page and no shared pieces: a first visit asks for few files. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, cpSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { address, fileOf, readPages, renderPage } from "./pages.js";
import { LANGUAGES, literal, lookUp, readCatalogues, unreadKey } from "./words.js";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const final = resolve(process.argv[2] ?? join(web, "../../../build/web"));
const out = final + ".new"; // what is being served stays whole meanwhile
const catalogues = readCatalogues(join(web, "messages"));
const pages = readPages(join(web, "pages"));

/** Words and addresses into the scripts. */
const wordsPlugin = (language) => ({
  name: "words",
  transform(code, id) {
    if (!id.startsWith(web) || id.includes("node_modules") || !id.endsWith(".js")) return null;
    if (literal(code)) throw new Error(`${id}: “${literal(code)}” is in no catalogue`);
    if (unreadKey(code)) throw new Error(`${id}: ${unreadKey(code)}…: the key is to stand there as text`);
    return code
      .replace(/\b(t|words)\(\s*"([\w.]+)"/g, (_, f, key) => `${f}(${JSON.stringify(lookUp(catalogues[language], key, id))}`)
      .replace(/\blink\(\s*"([\w-]+)"/g, (_, name) => `link(${JSON.stringify(address(pages, name, language, id))}`)
      .replace(/\bLANGUAGE\b/g, JSON.stringify(language))
      .replace(/\n\s+/g, "\n"); // the templates' indentation need not travel
  },
});

async function bundle(input, language) {
  const made = await build({
    root: web, configFile: false, logLevel: "error", publicDir: false, plugins: [wordsPlugin(language)],
    build: {
      outDir: out, emptyOutDir: false, target: "es2020", assetsInlineLimit: 0, cssCodeSplit: true, modulePreload: false,
      reportCompressedSize: false,
      rollupOptions: {
        input, output: {
          inlineDynamicImports: true, entryFileNames: "assets/[name]-[hash].js", assetFileNames: "assets/[name]-[hash][extname]",
        },
      },
    },
  });
  return made.output;
}

const nameOf = (output, ending) => "/" + output.find((o) => o.fileName.endsWith(ending)).fileName;

async function makeStyles() {
  const made = {};
  for (const audience of readdirSync(join(web, "css")).filter((f) => f.endsWith(".entry.css"))) {
    const output = await bundle(join(web, "css", audience), "vi");
    made[audience.slice(0, -".entry.css".length)] = {
      style: nameOf(output, ".css"),
      fonts: output.filter((o) => /-400-normal-.*woff2$/.test(o.fileName))
        .map((o) => `<link rel="preload" href="/${o.fileName}" as="font" type="font/woff2" crossorigin>`).join("\n"),
    };
  }
  return made;
}

function write(file, text) {
  const path = join(out, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** nginx sends the .gz beside a file as it is. */
function compress(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) compress(path);
    else if (/\.(html|js|css|svg)$/.test(entry.name)) writeFileSync(path + ".gz", gzipSync(readFileSync(path), { level: 9 }));
  }
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const styles = await makeStyles();
const layout = readFileSync(join(web, "layout.html"), "utf8");
for (const language of LANGUAGES) {
  const scripts = {};
  for (const page of pages.values()) {
    const element = page.script ?? "frame";
    scripts[element] ??= nameOf(await bundle(join(web, "elements", element + ".js"), language), ".js");
    write(fileOf(page, language), renderPage(layout, page, language, {
      pages, words: catalogues[language], script: scripts[element], ...styles[page.style ?? (page.audience === "citizen" ? "citizen" : "staff")],
    }));
  }
}
cpSync(join(web, "static"), out, { recursive: true });
compress(out);
rmSync(final, { recursive: true, force: true });
renameSync(out, final);
console.log(`web: ${pages.size} pages in ${LANGUAGES.length} languages`);
