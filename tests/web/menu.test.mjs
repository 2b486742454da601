/* The staff's menu says which roles a place is for: the same as the services' routes ask for what the page shows first. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";

const source = (path) => readFileSync(fileURLToPath(new URL("../../" + path, import.meta.url)), "utf8");
const layout = source("services/portal/web/layout.html");
const enums = source("common/actor.h") + source("services/feedback/main.c") + source("services/verification/main.c");

/** The first request of each page; operations asks for the operator's token, which an administrator has the use of. */
const FIRST = {
  queue: ["verification", "GET", "/api/verification/queue"], counter: ["verification", "POST", "/api/verification/slips"],
  "complaint-desk": ["feedback", "GET", "/api/feedback/desk/complaints"], figures: ["verification", "GET", "/api/verification/figures"],
  alerts: ["feedback", "GET", "/api/feedback/alerts"], "paper-slips": ["feedback", "POST", "/api/feedback/slips"],
  surveys: ["feedback", "GET", "/api/feedback/waves"], freezes: ["feedback", "GET", "/api/feedback/freezes"],
  comments: ["feedback", "GET", "/api/feedback/units/{unit}/words"],
};

/** ROLE_CLERK → clerk; a name of several → each of them. */
function rolesOf(names) {
  return names.split("|").map((name) => name.trim()).flatMap((name) => {
    if (name.startsWith("ROLE_")) return [name.slice("ROLE_".length).toLowerCase()];
    const several = new RegExp(`\\b${name} = ([A-Z_| ]+)`).exec(enums);
    assert.ok(several, "nobody says what " + name + " is");
    return rolesOf(several[1]);
  });
}

function asked([service, method, path]) {
  const text = source(`services/${service}/main.c`), at = text.indexOf(`{ "${method}", "${path}",`);
  assert.ok(at >= 0, `${service} has no ${method} ${path}`);
  return [...new Set(rolesOf(/HTTP_STAFF,\s*([A-Z_| ]+?),/.exec(text.slice(at))[1]))].sort();
}

const shown = Object.fromEntries([...layout.matchAll(/data-menu="([\w-]+)" data-roles="([a-z ]+)"/g)].map((m) => [m[1], m[2].split(" ").sort()]));

for (const [place, route] of Object.entries(FIRST))
  test(`${place} is in the menu of those whom its service lets in`, () => assert.deepEqual(shown[place], asked(route)));

test("each place of the staff says for whom it is", () => assert.deepEqual(Object.keys(shown).sort(), [...Object.keys(FIRST), "operations"].sort()));
