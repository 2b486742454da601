"""intake — what the applicant does after filing: asks to withdraw, fetches the result. verification is spoken for over the bus."""
import concurrent.futures
import hashlib

import pytest

from bus import verification_pb2
from intake import DISTRICT, open_for_filing, procedure
from lib import PDF, call, file_dossier, upload, wait_for

CODE = "1.900001"


@pytest.fixture(scope="module")
def suite(new_suite):
    return open_for_filing(new_suite, procedure(CODE))


@pytest.fixture
def code(suite, citizen):
    return file_dossier(suite, citizen, CODE, DISTRICT)


# ---- what the tests say and see ----

def shown(suite, token, code):
    return call("GET", suite.url("/api/intake/dossiers/" + code), token=token)


def moves(suite, token, verification, code, version, status, transition, **more):
    """verification says that the dossier moved; intake shows it when this returns."""
    moved = verification_pb2.DossierProgressed(code=code, status=status, transition=transition, at_ms=1000 * version, **more)
    verification.say("intake", moved, code, version)
    wait_for(lambda: shown(suite, token, code)["version"] == version, what="the move")


def withdraw(suite, token, code, key=True):
    return call("POST", suite.url("/api/intake/dossiers/%s/withdrawal" % code), {"reason": "Đổi ý"}, token=token, key=key)


def with_result(suite, token, verification, data, name):
    """A dossier whose result is there, with this file."""
    code = file_dossier(suite, token, CODE, DISTRICT)
    upload(suite, token, data)
    result = verification_pb2.Result(number="1/GP", name="Giấy phép", sha256=hashlib.sha256(data).digest(), file_name=name,
                                     size_bytes=len(data), media_type="application/pdf")
    moves(suite, token, verification, code, 1, "FINISHED", "SIGN_RESULT", result=result)
    return code


def answers(*asked):
    return sorted((answer.status, answer.json.get("code") if answer.status == 409 else "") for answer in asked)


# ---- withdrawing ----

def test_a_withdrawal_is_asked_for_once_until_the_unit_answers(suite, citizen, verification, code):
    assert withdraw(suite, citizen, code).status == 202
    assert answers(withdraw(suite, citizen, code)) == [(409, "withdrawal_waits")]
    moves(suite, citizen, verification, code, 1, "ACCEPTED", "ACCEPT")  # the clerk had not heard of it
    assert answers(withdraw(suite, citizen, code)) == [(409, "withdrawal_waits")]
    moves(suite, citizen, verification, code, 2, "WITHDRAWAL_ASKED", "ASK_WITHDRAWAL")
    assert answers(withdraw(suite, citizen, code)) == [(409, "withdrawal_not_possible")]
    moves(suite, citizen, verification, code, 3, "ACCEPTED", "DECLINE_WITHDRAWAL")
    assert withdraw(suite, citizen, code).status == 202
    assert answers(withdraw(suite, citizen, code)) == [(409, "withdrawal_waits")]


def test_of_withdrawals_at_once_one_is_taken(suite, citizen, code):
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        asked = list(pool.map(lambda _: withdraw(suite, citizen, code), range(6)))
    assert answers(*asked) == [(202, "")] + [(409, "withdrawal_waits")] * 5


def test_a_withdrawal_sent_again_is_the_same_one(suite, citizen, code):
    assert [withdraw(suite, citizen, code, key="k-" + code).status for _ in range(3)] == [202] * 3


# ---- the result ----

def test_a_result_is_saved_under_its_name(suite, citizen, verification):
    code = with_result(suite, citizen, verification, PDF + b"%1", "Giấy phép 1/GP.pdf")
    fetched = call("GET", suite.url("/api/intake/dossiers/%s/result" % code), token=citizen)
    assert (fetched.status, fetched.body, fetched.headers["Content-Type"]) == (200, PDF + b"%1", "application/pdf")
    assert fetched.headers["Content-Disposition"] == (
        "attachment; filename=\"giay phep 1_gp.pdf\"; filename*=UTF-8''Gi%E1%BA%A5y%20ph%C3%A9p%201_GP.pdf")
    assert (fetched.headers["Content-Security-Policy"], fetched.headers["X-Content-Type-Options"]) == ("sandbox", "nosniff")
