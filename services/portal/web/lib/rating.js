/* rating — a dossier's one token: asked for by its owner or by who has its link, signed blindly, and shown later with the answers by
   nobody in particular. Nonce and random number stay on this device until the answers have gone out, for the token is signed once. */
import { Problem, ask, askAsNobody } from "./api.js";
import { blind, unblind } from "./blind.js";
import { base64, unbase64 } from "./bytes.js";

const KEPT = "motcua.rating.";
const keep = (code, token) => localStorage.setItem(KEPT + code, JSON.stringify(token));
const kept = (code) => JSON.parse(localStorage.getItem(KEPT + code) ?? "null");

/** WebCrypto is there only where nobody can listen. */
export const canRate = () => Boolean(globalThis.crypto?.subtle);

/** Asks as the owner; with a link's secret as nobody. */
const asker = (secret) => (method, path, more = {}) =>
  (secret ? askAsNobody(method, path, { ...more, headers: { "Rating-Secret": secret } }) : ask(method, path, more));

const address = (code) => "/api/feedback/dossiers/" + encodeURIComponent(code);

/** {state, cell, closes_at_ms}; state "here": its token is on this device; "at_counter": a clerk opened it, and it was used. */
export async function ratingOf(code, secret) {
  const found = await asker(secret)("GET", address(code) + "/rating");
  if (found.state !== "taken") return found;
  return { ...found, state: kept(code) ? "here" : found.is_at_counter ? "at_counter" : "taken" };
}

export const cellOf = (id) => askAsNobody("GET", "/api/feedback/rating-cells/" + id);

async function begin(code, cell) {
  const nonce = crypto.getRandomValues(new Uint8Array(32)), modulus = unbase64((await cellOf(cell)).modulus);
  const { blinded, open } = await blind(nonce, modulus);
  const token = { cell, nonce: base64(nonce), open: base64(open), blinded: base64(blinded), modulus: base64(modulus) };
  keep(code, token);
  return token;
}

/** The token, signed: some time before it is needed, so that the two cannot be told to belong together by the hour. */
export async function prepare(code, secret, cell) {
  const token = kept(code) ?? await begin(code, cell);
  if (token.signature) return token;
  const { signature } = await asker(secret)("POST", address(code) + "/rating-token", { body: { blinded: token.blinded }, tries: 6 });
  const own = await unblind(unbase64(token.nonce), unbase64(token.modulus), unbase64(token.open), unbase64(signature));
  if (!own) throw new Problem(502, {});
  token.signature = base64(own);
  keep(code, token);
  return token;
}

/** The answers, with the token and nothing else. Shown before means counted before: an answer was lost on its way. */
export async function rate(code, token, answers, origin) {
  const body = { cell: token.cell, nonce: token.nonce, signature: token.signature, origin, ...answers };
  await askAsNobody("POST", "/api/feedback/ratings", { body, tries: 6 }).catch((error) => { if (error.code !== "rated_already") throw error; });
  localStorage.removeItem(KEPT + code);
}
