/* What the page that checks receipts believes: signatures made here with Node's own Ed25519, in the format of
   services/intake/receipt.h, alone and in a tree. */
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign, webcrypto } from "node:crypto";
import test from "node:test";
import { check, findReceipt } from "../../services/portal/web/lib/receipt.js";

globalThis.crypto ??= webcrypto; // Node 18 has it under this name only
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const KEYS = [{ id: "k1", algorithm: "Ed25519", public_key: publicKey.export({ format: "jwk" }).x }];
const CODE = "000.00.21.H07-261123-0001";

function field(number, bytes) {
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}
const receipt = (code) => Buffer.concat([field(1, Buffer.from(code)), field(2, Buffer.from("1.001193")), field(3, Buffer.from("000.07.21.H07")),
  Buffer.from([0x20, 0x80, 0xe8, 0xa3, 0xbd, 0xd6, 0x33]), field(6, Buffer.alloc(9, 7))]).toString("base64url");
const signature = (text) => sign(null, Buffer.from(text), privateKey).toString("base64url");
const hash = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();

function alone(code = CODE) {
  const text = `MC1.k1.${receipt(code)}`;
  return `${text}.${signature(text)}`;
}

/** Receipts signed together, as receipt_tree.c grows its tree. */
function together(count) {
  const texts = Array.from({ length: count }, (_, i) => `MC2.k1.${receipt(CODE + i)}`);
  const levels = [texts.map((t) => hash(Buffer.from([0]), Buffer.from(t)))];
  while (levels.at(-1).length > 1) {
    const below = levels.at(-1), next = [];
    for (let i = 0; i < below.length; i += 2) next.push(i + 1 < below.length ? hash(Buffer.from([1]), below[i], below[i + 1]) : below[i]);
    levels.push(next);
  }
  const signed = signature(`MC2.k1.${levels.at(-1)[0].toString("base64url")}`);
  return texts.map((text, leaf) => {
    const beside = levels.slice(0, -1).map((level, n) => level[(leaf >> n) ^ 1]).filter(Boolean);
    const path = Buffer.concat([Buffer.from([leaf >> 8, leaf & 255, count >> 8, count & 255]), ...beside]);
    return `${text}.${path.toString("base64url")}.${signed}`;
  });
}

test("a receipt signed alone is genuine and says what it is of", async () => {
  const { receipt: found } = await check(alone(), KEYS);
  assert.equal(found.code, CODE);
  assert.equal(found.procedure_code, "1.001193");
  assert.equal(found.lookup_key, Buffer.alloc(9, 7).toString("base64url"));
});

test("receipts signed together are genuine, each of them, for any number", async () => {
  for (const count of [2, 3, 5, 8])
    for (const [i, text] of together(count).entries()) assert.equal((await check(text, KEYS)).receipt?.code, CODE + i);
});

test("a changed receipt is not", async () => {
  const [, , , path, signed] = together(3)[0].split(".");
  assert.equal((await check(["MC2", "k1", receipt("000.00.21.H07-261123-9999"), path, signed].join("."), KEYS)).why, "signature");
  const parts = alone().split(".");
  assert.equal((await check(["MC1", "k1", receipt("000.00.21.H07-261123-9999"), parts[3]].join("."), KEYS)).why, "signature");
});

test("another leaf's path does not make a receipt genuine", async () => {
  const [first, second] = together(4).map((text) => text.split("."));
  assert.equal((await check([...first.slice(0, 3), second[3], first[4]].join("."), KEYS)).why, "signature");
});

test("a key that is not published is named as the reason", async () => {
  assert.deepEqual(await check(alone(), [{ ...KEYS[0], id: "k2" }]), { why: "key" });
});

test("the receipt is found in what a QR code says, and nothing in other text", () => {
  assert.equal(findReceipt("https://dichvucong.example.vn/kiem-tra#" + alone()), alone());
  assert.equal(findReceipt("Xin chào"), null);
});
