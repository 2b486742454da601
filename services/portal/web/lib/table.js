/* table — the head of a table: what stands over numbers is aligned as they are. */
import { html, nothing } from "./live.js";

/** labels: of the columns in their order; from, to: the columns of numbers, the last not among them. */
export const tableHead = (labels, from = Infinity, to = Infinity) => html`<thead><tr>${labels.map((label, i) =>
  html`<th scope="col" class=${i >= from && i < to ? "number" : nothing}>${label}</th>`)}</tr></thead>`;
