"""intake — drafts: what people are writing, kept for their other devices."""
import pytest

from intake import DISTRICT, open_for_filing, procedure
from lib import call, file_dossier, sign_up

CODES = ["1.90%04d" % i for i in range(51)]


@pytest.fixture(scope="module")
def suite(new_suite):
    return open_for_filing(new_suite, *map(procedure, CODES))


@pytest.fixture
def citizen(suite):
    return sign_up(suite)


def put(suite, token, code, written_at_ms, content):
    return call("PUT", suite.url("/api/intake/drafts/" + code), {"written_at_ms": written_at_ms, "content": content}, token=token)


def drafts(suite, token):
    return [(d["procedure"], d["content"]) for d in call("GET", suite.url("/api/intake/drafts"), token=token)["drafts"]]


def test_what_was_written_last_stays_whatever_comes_last(suite, citizen):
    assert put(suite, citizen, CODES[0], 1000, "một")["kept"]
    assert put(suite, citizen, CODES[0], 3000, "ba")["kept"]
    assert not put(suite, citizen, CODES[0], 2000, "hai")["kept"]
    assert drafts(suite, citizen) == [(CODES[0], "ba")]


def test_drafts_are_of_one_account(suite, citizen):
    put(suite, citizen, CODES[0], 1000, "của tôi")
    assert drafts(suite, sign_up(suite)) == []


def test_a_draft_that_is_dropped_is_gone(suite, citizen):
    put(suite, citizen, CODES[0], 1000, "một")
    for _ in range(2):
        assert call("DELETE", suite.url("/api/intake/drafts/" + CODES[0]), token=citizen).status == 204
    assert drafts(suite, citizen) == []


def test_an_account_has_so_many_drafts_and_no_more(suite, citizen):
    for i, code in enumerate(CODES[:50]):
        assert put(suite, citizen, code, i, "nháp").status == 200
    refused = put(suite, citizen, CODES[50], 99, "quá")
    assert (refused.status, refused["code"]) == (409, "drafts_full")
    assert put(suite, citizen, CODES[0], 99, "vẫn viết được")["kept"]


def test_what_is_brought_to_a_dossier_has_a_draft_too_and_only_its_owner_writes_it(suite, citizen):
    code = file_dossier(suite, citizen, CODES[0], DISTRICT)
    assert put(suite, citizen, code, 1000, "bổ sung")["kept"]
    assert drafts(suite, citizen) == [(code, "bổ sung")]
    assert put(suite, sign_up(suite), code, 1000, "của người khác").status == 404


def test_a_draft_of_no_procedure_or_too_long_is_refused(suite, citizen):
    assert put(suite, citizen, "9.999999", 1, "x").status == 404
    assert [e["field"] for e in put(suite, citizen, CODES[0], 1, "x" * 50000)["errors"]] == ["content"]
