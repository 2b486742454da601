"""blind — the applicant's half of RFC 9474 (RSABSSA-SHA384-PSS-Deterministic) in Python, as the page does it in JavaScript."""
import base64
import hashlib
import os

BYTES, NONCE_BYTES, SALT_BYTES, HASH_BYTES = 256, 32, 48, 48


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def mgf1(seed, size):
    blocks = (hashlib.sha384(seed + n.to_bytes(4, "big")).digest() for n in range(-(-size // HASH_BYTES)))
    return b"".join(blocks)[:size]


def pad(message):
    """EMSA-PSS (RFC 8017 §9.1.1) for 2047 bits."""
    salt = os.urandom(SALT_BYTES)
    digest = hashlib.sha384(b"\0" * 8 + hashlib.sha384(message).digest() + salt).digest()
    data = b"\0" * (BYTES - SALT_BYTES - HASH_BYTES - 2) + b"\1" + salt
    masked = bytearray(a ^ b for a, b in zip(data, mgf1(digest, len(data))))
    masked[0] &= 0x7f
    return bytes(masked) + digest + b"\xbc"


class Token:
    """nonce and random number of one dossier's token; cell: as rating-cells shows it."""

    def __init__(self, cell):
        self.n, self.e, self.cell = int.from_bytes(unb64(cell["modulus"]), "big"), cell["exponent"], cell["id"]
        self.nonce = os.urandom(NONCE_BYTES)
        self.r = int.from_bytes(os.urandom(BYTES + 16), "big") % self.n
        blinded = int.from_bytes(pad(self.nonce), "big") * pow(self.r, self.e, self.n) % self.n
        self.blinded = b64(blinded.to_bytes(BYTES, "big"))

    def unblind(self, signature):
        signed = int.from_bytes(unb64(signature), "big") * pow(self.r, -1, self.n) % self.n
        return {"cell": self.cell, "nonce": b64(self.nonce), "signature": b64(signed.to_bytes(BYTES, "big"))}
