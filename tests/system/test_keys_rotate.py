"""keys rotate — new keys while people are logged in: tokens of the old key are good until they run out, services hear each other
again with their new keys, and the operator's old token is refused."""
import os
import shutil

import pytest

from lib import call, motcua, operator, sign_up, wait_for

PROGRAMS = ["broker", "identity", "notification"]


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "nginx"] + PROGRAMS)


def rotate(suite, what):
    ran = motcua(suite, "keys", "rotate", what)
    assert ran.returncode == 0 and "start again" in ran.stdout, ran


def start_again(suite, *names):
    for name in names:
        suite.stop(name)
        suite.start(name)


def read(suite, *path):
    with open(suite.path("keys", *path), encoding="ascii") as f:
        return f.read()


def me(suite, token):
    return call("GET", suite.url("/api/identity/me"), token=token).status


def test_who_is_logged_in_stays_so_and_new_tokens_have_the_new_key(suite):
    token, before = sign_up(suite), read(suite, "public", "tokens.keys").splitlines()
    assert me(suite, token) == 200
    rotate(suite, "tokens")
    after = read(suite, "public", "tokens.keys").splitlines()
    assert len(after) == 2 and after[1:] == before and after[0] not in before
    start_again(suite, "notification", "identity")
    newer = sign_up(suite)
    assert (me(suite, token), me(suite, newer)) == (200, 200)
    rotate(suite, "tokens")  # the first key has gone; whoever kept its token so long must log in
    start_again(suite, "identity")
    assert (me(suite, token), me(suite, newer)) == (401, 200)


def test_receipts_of_all_former_keys_can_still_be_checked(suite):
    first = read(suite, "public", "receipts.keys").splitlines()
    for _ in range(3):
        rotate(suite, "receipts")
    assert read(suite, "public", "receipts.keys").splitlines()[3:] == first


def test_services_hear_each_other_with_their_new_keys(suite):
    old = read(suite, "identity.secret")
    rotate(suite, "services")
    assert read(suite, "identity.secret") != old
    start_again(suite, "broker", "identity", "notification")
    sign_up(suite)
    empty = lambda: suite.psql("SELECT count(*) FROM outbox", database="motcua_identity") == "0"
    wait_for(lambda: suite.psql("SELECT count(*) FROM account", database="motcua_notification") != "0" and empty(), 60, "the account")


def test_the_operators_old_token_is_refused(suite):
    old = operator(suite)
    rotate(suite, "operator")
    start_again(suite, *PROGRAMS)
    asked = lambda token: call("GET", suite.admin_url("identity") + "/operator", token=token).status
    assert (asked(old), asked(operator(suite))) == (401, 200)


def test_secrets_stay_their_owners_alone_and_nothing_is_left_behind(suite):
    rotate(suite, "tokens")
    names = os.listdir(suite.path("keys"))
    assert os.stat(suite.path("keys", "tokens.secret")).st_mode & 0o777 == 0o600
    assert not [n for n in names if n.endswith(".new") or n.startswith("tmp")]


def test_a_folder_without_keys_is_named(suite, tmp_path):
    shutil.rmtree(tmp_path / "public", ignore_errors=True)
    ran = motcua(suite, "keys", "rotate", "tokens", "--keys-dir", str(tmp_path))
    assert ran.returncode == 1 and "is no folder of keys" in ran.stderr
