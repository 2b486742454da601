/* Blind signatures as the page that rates makes them: the vector of RFC 9474, Node's own RSA as the one who signs and checks. */
import assert from "node:assert/strict";
import { constants, createPublicKey, generateKeyPairSync, privateDecrypt, verify, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";
import { blind, fits, inverse, toBytes, toNumber, unblind } from "../../services/portal/web/lib/blind.js";

globalThis.crypto ??= webcrypto; // Node 18 has it under this name only
const VECTOR = JSON.parse(readFileSync(new URL("rfc9474.json", import.meta.url), "utf8"));
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (array) => Buffer.from(array).toString("hex");

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const modulus = Uint8Array.from(Buffer.from(publicKey.export({ format: "jwk" }).n, "base64url"));
const sign = (blinded) => privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, blinded);
const isGenuine = (key, message, signature) =>
  verify("sha384", message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 }, signature);
const nonce = () => crypto.getRandomValues(new Uint8Array(32));

test("the vector of RFC 9474: what is sent to be signed", async () => {
  const n = bytes(VECTOR.n), r = inverse(toNumber(bytes(VECTOR.inv)), toNumber(n));
  const { blinded, open } = await blind(bytes(VECTOR.msg), n, { salt: bytes(VECTOR.salt), r });
  assert.equal(hex(blinded), VECTOR.blinded_msg);
  assert.equal(hex(open), VECTOR.inv);
});

test("the vector of RFC 9474: what comes of the answer, and others take it for a signature", async () => {
  const signature = await unblind(bytes(VECTOR.msg), bytes(VECTOR.n), bytes(VECTOR.inv), bytes(VECTOR.blind_sig));
  assert.ok(hex(signature).startsWith(VECTOR.sig_begins));
  const key = createPublicKey({ format: "jwk", key: { kty: "RSA", e: "AQAB", n: Buffer.from(VECTOR.n, "hex").toString("base64url") } });
  assert.ok(isGenuine(key, bytes(VECTOR.msg), signature));
});

test("a token signed blindly is a signature of its nonce, and of no other", async () => {
  const message = nonce(), { blinded, open } = await blind(message, modulus);
  const signature = await unblind(message, modulus, open, sign(blinded));
  assert.ok(isGenuine(publicKey, message, signature));
  assert.ok(!isGenuine(publicKey, nonce(), signature) && !(await fits(nonce(), modulus, signature)));
});

test("what is no answer to the question is refused", async () => {
  const message = nonce(), { blinded, open } = await blind(message, modulus), other = await blind(nonce(), modulus);
  assert.equal(await unblind(message, modulus, open, sign(other.blinded)), null);
  const bent = Uint8Array.from(sign(blinded));
  bent[100] ^= 1;
  assert.equal(await unblind(message, modulus, open, bent), null);
});

test("the same nonce is sent differently each time", async () => {
  const message = nonce();
  assert.notEqual(hex((await blind(message, modulus)).blinded), hex((await blind(message, modulus)).blinded));
});

test("bytes and numbers go both ways, leading zeros kept", () => {
  assert.deepEqual(toBytes(toNumber(Uint8Array.of(0, 0, 7, 255)), 4), Uint8Array.of(0, 0, 7, 255));
  assert.equal(inverse(4n, 8n), null);
});
