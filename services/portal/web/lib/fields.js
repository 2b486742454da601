/* fields — the fields of procedures: code → name, by name. */
import { askPublic } from "./api.js";

export async function fieldNames() {
  const found = new Map();
  for (let after = ""; after !== null;) {
    const page = await askPublic("GET", "/api/intake/procedures?limit=100" + (after && "&after=" + encodeURIComponent(after)));
    for (const p of page.procedures) found.set(p.field_code, p.field);
    after = page.next;
  }
  return new Map([...found].sort((a, b) => a[1].localeCompare(b[1], "vi")));
}
