/* blind — a signature whose signer does not see what he signs: one's own half of RFC 9474, RSABSSA-SHA384-PSS-Deterministic. The
   message is padded (EMSA-PSS), multiplied with a random number's e-th power, signed by the other side, divided by the number: what
   remains is an ordinary RSA-PSS signature that the signer cannot tell from any other of its key. Numbers are BigInt: nothing here
   is secret for longer than one rating, and the signer sees none of its timing. */
import { join } from "./bytes.js";

const E = 65537n, HASH = 48, SALT = 48;
const random = (n) => crypto.getRandomValues(new Uint8Array(n));
const sha384 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-384", bytes));

export const toNumber = (bytes) => BigInt("0x" + Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join(""));

export function toBytes(number, size) {
  const hex = number.toString(16).padStart(2 * size, "0");
  return Uint8Array.from({ length: size }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

function power(base, exponent, n) {
  let result = 1n;
  for (let b = base % n, e = exponent; e > 0n; e >>= 1n, b = (b * b) % n) if (e & 1n) result = (result * b) % n;
  return result;
}

/** null where there is none. */
export function inverse(a, n) {
  let [r, next, x, y] = [n, a % n, 0n, 1n];
  while (next > 0n) [r, next, x, y] = [next, r % next, y, x - (r / next) * y];
  return r === 1n ? (x + n) % n : null;
}

async function mask(seed, size) {
  let made = new Uint8Array();
  for (let i = 0; made.length < size; i++) made = join(made, await sha384(join(seed, [i >>> 24, (i >>> 16) & 255, (i >>> 8) & 255, i & 255])));
  return made.slice(0, size);
}

/** EMSA-PSS-ENCODE of RFC 8017, 9.1.1. */
async function pad(message, bits, salt) {
  const size = Math.ceil(bits / 8), room = size - HASH - 1;
  const hash = await sha384(join(new Uint8Array(8), await sha384(message), salt));
  const block = join(new Uint8Array(room - SALT - 1), [1], salt);
  const masked = (await mask(hash, room)).map((m, i) => m ^ block[i]);
  masked[0] &= 255 >> (8 * size - bits);
  return join(masked, hash, [0xbc]);
}

function randomBelow(n, size) {
  for (;;) {
    const r = toNumber(random(size));
    if (r > 0n && r < n && inverse(r, n)) return r;
  }
}

/** What is sent to be signed, and the number that opens the answer. modulus: bytes. */
export async function blind(message, modulus, { salt = random(SALT), r } = {}) {
  const n = toNumber(modulus);
  const padded = toNumber(await pad(message, n.toString(2).length - 1, salt));
  const secret = r ?? randomBelow(n, modulus.length);
  return { blinded: toBytes((padded * power(secret, E, n)) % n, modulus.length), open: toBytes(inverse(secret, n), modulus.length) };
}

/** The signature of the message; null where what came back is none. */
export async function unblind(message, modulus, open, answer) {
  const signature = toBytes((toNumber(answer) * toNumber(open)) % toNumber(modulus), modulus.length);
  return await fits(message, modulus, signature) ? signature : null;
}

export async function fits(message, modulus, signature) {
  const n = toNumber(modulus), size = modulus.length, hash = signature.length === size && toBytes(power(toNumber(signature), E, n), size);
  if (!hash || hash[size - 1] !== 0xbc) return false;
  const bits = n.toString(2).length - 1, skip = size - Math.ceil(bits / 8), whole = hash.slice(skip);
  const room = whole.length - HASH - 1, given = whole.slice(room, -1);
  const block = (await mask(given, room)).map((m, i) => m ^ whole[i]);
  const expected = await pad(message, bits, block.slice(-SALT));
  return whole.every((b, i) => b === expected[i]);
}
