"""intake — receipts hold without intake: whoever has the public keys checks them with openssl and a hash, whether a receipt was
signed alone or together with those that were filed in the same moment."""
import concurrent.futures
import hashlib
import os

import pytest

import ed25519
from intake import DISTRICT, open_for_filing, procedure
from lib import call, filing, sign_up
from papers import flat

CODE = "1.900001"


@pytest.fixture(scope="module")
def suite(new_suite):
    return open_for_filing(new_suite, procedure(CODE))


@pytest.fixture(scope="module")
def keys(suite):
    listed = call("GET", suite.url("/api/intake/receipt-keys"))["keys"]
    return {key["id"]: ed25519.unbase64(key["public_key"]) for key in listed}


def climb(body, path):
    """The root a path leads to: openapi.yaml's words, written down once more."""
    number, size, hashes = int.from_bytes(path[:2], "big"), int.from_bytes(path[2:4], "big"), path[4:]
    assert number < size
    node = hashlib.sha256(b"\0" + body.encode()).digest()
    while size > 1:
        if number ^ 1 < size:
            beside, hashes = hashes[:32], hashes[32:]
            node = hashlib.sha256(b"\1" + (beside + node if number & 1 else node + beside)).digest()
        number, size = number // 2, (size + 1) // 2
    assert not hashes
    return node


def holds(keys, text):
    kind, key_id, receipt, *path, signature = text.split(".")
    said = "%s.%s.%s" % (kind, key_id, receipt)
    if kind == "MC2":
        said = "MC2.%s.%s" % (key_id, ed25519.base64url(climb(said, ed25519.unbase64(path[0]))))
    return ed25519.is_signed(keys[key_id], said.encode(), ed25519.unbase64(signature))


def file(suite, citizen, body):
    made = call("POST", suite.url("/api/intake/dossiers"), body, token=citizen, key=os.urandom(8).hex())
    assert made.status == 201, made
    return made


def test_a_receipt_holds_and_is_the_same_when_asked_for_again(suite, citizen, keys):
    made = file(suite, citizen, filing(suite, citizen, CODE, DISTRICT))
    again = call("GET", suite.url("/api/intake/dossiers/%s/receipt" % made["code"]), token=citizen)
    assert holds(keys, made["receipt"]) and again["receipt"] == made["receipt"]
    assert made["code"].encode() in ed25519.unbase64(made["receipt"].split(".")[2])


def test_a_receipt_is_a_paper_to_keep(suite, citizen):
    made = file(suite, citizen, filing(suite, citizen, CODE, DISTRICT))
    url = suite.url("/api/intake/dossiers/%s/receipt.pdf" % made["code"])
    paper = call("GET", url, token=citizen)
    said = flat(paper)
    for words in ("GIẤY BIÊN NHẬN NỘP HỒ SƠ", "Mã hồ sơ: " + made["code"], "Người nộp hồ sơ: ", "Thành phần hồ sơ nộp gồm:"):
        assert words in said, (words, said)
    assert call("GET", url, token=citizen, headers={"If-None-Match": paper.headers["ETag"]}).status == 304
    assert call("GET", url, token=sign_up(suite)).status == 404 and call("GET", url).status == 401


def test_receipts_of_one_moment_hold_each_for_its_own_dossier(suite, citizen, keys):
    body = filing(suite, citizen, CODE, DISTRICT)
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        made = list(pool.map(lambda _: file(suite, citizen, body), range(120)))
    kinds = [answer["receipt"][:3] for answer in made]
    assert "MC2" in kinds, "nothing was filed in the same moment"
    for answer in made[kinds.index("MC2"):][:10]:
        assert holds(keys, answer["receipt"])
        assert answer["code"].encode() in ed25519.unbase64(answer["receipt"].split(".")[2])
        alone = call("GET", suite.url("/api/intake/dossiers/%s/receipt" % answer["code"]), token=citizen)["receipt"]
        assert alone.startswith("MC1.") and alone.split(".")[2] == answer["receipt"].split(".")[2] and holds(keys, alone)
