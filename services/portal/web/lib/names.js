/* names — the names of procedures, units, steps and papers are data, and Vietnamese: on a page in another language they say so, and are
   read aloud as what they are. */
import { html, nothing } from "./live.js";
import { language, t } from "./words.js";

/** For an attribute: <option lang=${inVietnamese}>. */
export const inVietnamese = language === "vi" ? nothing : "vi";

/** Where it stands in a text; what is not there stays so. */
export const named = (name) => (language === "vi" || !name ? name : html`<span lang="vi">${name}</span>`);

/** Of a paper that not everybody has to bring; some names say so themselves. */
export const ifAny = (component) => (component.required || (language === "vi" && component.name.includes("nếu có")) ? "" : t("procedure.if_any"));
