/* receipt — checks what intake signed, in the browser: nothing is asked of anybody but the published keys. The format is told at
   GET /api/intake/receipt-keys: "MC1.<key>.<receipt>.<signature>" is signed alone, "MC2.<key>.<receipt>.<path>.<signature>" by the
   root of a tree of SHA-256 hashes that the path leads to. */
import { verifyAsync } from "@noble/ed25519";
import { base64, join, unbase64 } from "./bytes.js";

const HASH = 32;
const utf8 = new TextEncoder();

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** The root that a path leads to, or null if it is none of a leaf with this number among so many. */
async function climb(leaf, path) {
  let number = path[0] * 256 + path[1], size = path[2] * 256 + path[3], at = 4, hash = leaf;
  if (number >= size) return null;
  for (; size > 1; size = Math.ceil(size / 2), number >>= 1) {
    if ((number ^ 1) >= size) continue; // the last of an odd level moves up
    const beside = path.slice(at, at + HASH);
    at += HASH;
    if (beside.length !== HASH) return null;
    hash = await sha256(number & 1 ? join([1], beside, hash) : join([1], hash, beside));
  }
  return at === path.length ? hash : null;
}

async function signedText(parts) {
  if (parts[0] === "MC1") return parts.slice(0, 3).join(".");
  const leaf = await sha256(join([0], utf8.encode(parts.slice(0, 3).join("."))));
  const root = await climb(leaf, unbase64(parts[3]));
  return root && `MC2.${parts[1]}.${base64(root)}`;
}

/** motcua.Receipt (proto/receipt.proto): texts, a number, bytes. */
function decode(bytes) {
  let at = 0;
  const number = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const b = bytes[at++];
      value |= BigInt(b & 127) << shift;
      if (b < 128 || b === undefined) return value;
    }
  };
  const fields = {};
  while (at < bytes.length) {
    const tag = Number(number());
    if ((tag & 7) === 0) fields[tag >> 3] = number();
    else { const n = Number(number()); fields[tag >> 3] = bytes.slice(at, at += n); }
  }
  const text = (n) => new TextDecoder().decode(fields[n] ?? new Uint8Array());
  return { code: text(1), procedure_code: text(2), unit_code: text(3), filed_at_ms: Number(fields[4] ?? 0n), lookup_key: base64(fields[6] ?? []) };
}

/** The receipt's text in what was scanned, pasted or read from a file; null if there is none. */
export const findReceipt = (text) => /MC1(\.[\w-]+){3}|MC2(\.[\w-]+){4}/.exec(text)?.[0] ?? null;

/** {receipt} where one of the keys signed it, {why: "form" | "key" | "signature"} where not. */
export async function check(text, keys) {
  const parts = text.split(".");
  const key = keys.find((k) => k.id === parts[1]);
  if (!key) return { why: "key" };
  try {
    const signed = await signedText(parts);
    const good = signed && await verifyAsync(unbase64(parts.at(-1)), utf8.encode(signed), unbase64(key.public_key));
    return good ? { receipt: decode(unbase64(parts[2])) } : { why: "signature" };
  } catch {
    return { why: "form" };
  }
}
