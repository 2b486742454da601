"""the store is gone — whoever waits for an answer is told so within a second and when to come again; with the same key he gets
what he asked for, once, when the store is back."""
import os
import threading
import time

import pytest

from lib import call, hold, wait_for

TOLD_S = 1.0


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity"])


def sign_up(suite, person, key):
    return call("POST", suite.local("IDENTITY_HTTP") + "/api/identity/accounts", person, key=key, timeout=20)


def waiting(suite):
    return suite.psql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'motcua_identity' AND wait_event_type = 'Lock'") != "0"


def test_who_waits_when_the_store_dies_is_told_within_a_second(suite):
    number = int.from_bytes(os.urandom(4), "big") % 10 ** 6
    person = {"kind": "citizen", "name": "Lê Thị Chờ", "id_number": "083300%06d" % number, "phone": "0912345678",
              "email": "cho%d@example.vn" % number, "password": "con cò bay lả bay la"}
    told = []
    held = hold(suite, "identity", "LOCK TABLE account IN ACCESS EXCLUSIVE MODE")
    asks = threading.Thread(target=lambda: told.append((sign_up(suite, person, "cho"), time.monotonic())))
    asks.start()
    wait_for(lambda: waiting(suite), what="the save, behind the lock")
    suite.kill("postgres")
    died = time.monotonic()
    asks.join()
    held.communicate()  # its session has ended with the store
    answer, at = told[0]
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1"), answer
    assert at - died < TOLD_S
    suite.start("postgres")
    wait_for(lambda: sign_up(suite, person, "cho").status == 201, what="the account")
    assert suite.psql("SELECT count(*) FROM account WHERE name = 'Lê Thị Chờ'", database="motcua_identity") == "1"
