"""identity — accounts of citizens and businesses, sessions, access tokens: who they are is known to every service by the
published key alone, and what has ended has ended at once."""
import concurrent.futures
import ctypes
import datetime
import http.cookies
import json
import os
import struct
import time

import pytest

import ed25519
from lib import call, log_in, sign_up, wait_for

HANOI = datetime.timezone(datetime.timedelta(hours=7))
PASSWORD = "con cò bay lả bay la"


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity", "notification", "nginx"])


# ---- what the tests say and see ----

def api(suite, path):
    return suite.url("/api/identity" + path)


def new_person(**changes):
    """A complete request to sign up, of nobody who was there before."""
    unique = int.from_bytes(os.urandom(4), "big") % 10 ** 6
    return {"kind": "citizen", "name": "Nguyễn Thị Thử", "id_number": "083300%06d" % unique, "phone": "0912345678",
            "email": "thu%s@example.vn" % os.urandom(5).hex(), "password": PASSWORD, **changes}


def new_business(**changes):
    """Weights of the check digit: DOMAIN §12.2."""
    while True:
        digits = [int(d) for d in "%09d" % (int.from_bytes(os.urandom(4), "big") % 10 ** 9)]
        check = 10 - sum(w * d for w, d in zip((31, 29, 23, 19, 17, 13, 7, 5, 3), digits)) % 11
        if check < 10:
            business = new_person(kind="business", name="Công ty TNHH Thử", tax_code="".join(map(str, digits + [check])))
            del business["id_number"]
            return {**business, **changes}


def faults(answer):
    assert answer.status == 422, answer
    return {error["field"]: error["code"] for error in answer["errors"]}


def open_session(suite, person, password=PASSWORD):
    """(the answer, the cookie as a browser would send it back)."""
    answer = call("POST", api(suite, "/sessions"), {"login": person["email"], "password": password})
    assert answer.status == 200, answer
    cookie = http.cookies.SimpleCookie(answer.headers["Set-Cookie"])["motcua_session"]
    return answer, "motcua_session=" + cookie.value


def renew(suite, cookie):
    return call("POST", api(suite, "/tokens"), headers={"Cookie": cookie})


@pytest.fixture(scope="module")
def person(suite):
    made = new_person()
    assert call("POST", api(suite, "/accounts"), made, key=True).status == 201
    return made


# ---- signing up ----

def test_a_citizen_signs_up_and_sees_who_he_is(suite):
    person = new_person(name="  Nguye\u0302\u0303n Thị  Thử ", phone="+84 912 345 678", language="en")
    made = call("POST", api(suite, "/accounts"), person, key=True)
    assert made.status == 201
    token = log_in(suite, person["id_number"], PASSWORD)
    assert call("GET", api(suite, "/me"), token=token).json == {
        "id": made["id"], "kind": "citizen", "name": "Nguyễn Thị Thử", "id_number": person["id_number"], "tax_code": None,
        "phone": "0912345678", "email": person["email"], "title": None, "department": None, "language": "en",
        "is_active": True, "grants": []}


def test_a_business_logs_in_with_its_tax_code_or_address_in_any_case(suite):
    person = new_business()
    made = call("POST", api(suite, "/accounts"), person, key=True)
    for login in (person["tax_code"], " " + person["email"].upper()):
        answer = call("POST", api(suite, "/sessions"), {"login": login, "password": PASSWORD})
        assert answer["account"]["id"] == made["id"] and answer["account"]["kind"] == "business"


def test_every_wrong_field_is_named_at_once(suite):
    wrong = {"kind": "citizen", "id_number": "123", "phone": "12345", "email": "a@b", "password": "ngắn", "tuổi": 7}
    assert faults(call("POST", api(suite, "/accounts"), wrong, key=True)) == {
        "name": "required", "id_number": "id_number_invalid", "phone": "phone_invalid", "email": "email_invalid",
        "password": "password_too_short", "tuổi": "unknown_field"}
    assert faults(call("POST", api(suite, "/accounts"), new_business(tax_code="0100109107"), key=True)) == {
        "tax_code": "tax_code_invalid"}
    assert faults(call("POST", api(suite, "/accounts"), new_person(kind="staff"), key=True)) == {"kind": "not_a_choice"}


def test_a_number_that_is_not_of_the_kind_is_checked_too(suite):
    assert faults(call("POST", api(suite, "/accounts"), new_business(id_number="123"), key=True)) == {
        "id_number": "id_number_invalid"}
    assert faults(call("POST", api(suite, "/accounts"), new_person(tax_code="123"), key=True)) == {
        "tax_code": "tax_code_invalid"}


def test_faults_are_told_in_the_language_of_the_caller(suite):
    words = {"vi": "Mật khẩu cần ít nhất 10 ký tự.", "en-GB,vi;q=0.3": "The password needs at least 10 characters."}
    for language, word in words.items():
        answer = call("POST", api(suite, "/accounts"), new_person(password="1234567"), key=True,
                      headers={"Accept-Language": language})
        assert [e["message"] for e in answer["errors"]] == [word] and answer.headers["Content-Language"] == language[:2]


def test_a_number_and_an_address_have_one_account(suite, person):
    for same in ({"id_number": person["id_number"]}, {"email": person["email"].upper()}):
        answer = call("POST", api(suite, "/accounts"), new_person(**same), key=True)
        assert (answer.status, answer["code"]) == (409, "account_exists")


def test_signing_up_twice_with_one_key_is_one_account(suite):
    person, key = new_person(), os.urandom(8).hex()
    made = [call("POST", api(suite, "/accounts"), person, key=key) for _ in range(2)]
    assert [m.status for m in made] == [201, 201] and made[0].json == made[1].json
    other = call("POST", api(suite, "/accounts"), new_person(), key=key)
    assert (other.status, other["code"]) == (409, "idempotency_key_reused")
    without = call("POST", api(suite, "/accounts"), new_person())
    assert (without.status, without["code"]) == (400, "idempotency_key_required")


# ---- sessions ----

def test_a_session_is_a_cookie_only_identity_reads(suite, person):
    answer, cookie = open_session(suite, person)
    flags = answer.headers["Set-Cookie"].split("; ")[1:]
    assert flags == ["Path=/api/identity", "HttpOnly", "SameSite=Strict", "Max-Age=%d" % (30 * 86400)]
    renewed = renew(suite, cookie)
    assert renewed.status == 200 and renewed["account"] == answer["account"]
    for nothing in ("", "motcua_session=", "motcua_session=" + "A" * 43, cookie[:-1]):
        refused = renew(suite, nothing)
        assert (refused.status, refused["code"]) == (401, "no_session")


def test_a_cookie_of_somebody_else_hides_no_session(suite, person):
    cookie = open_session(suite, person)[1]
    for beside in ("xmotcua_session=eA", "motcua_sessions=eA", "motcua_session", "a=motcua_session=eA"):
        assert renew(suite, beside + "; " + cookie).status == 200, beside
    assert renew(suite, "evil_" + cookie).status == 401


def test_logging_out_ends_this_session_and_no_other(suite, person):
    (_, ends), (_, stays) = open_session(suite, person), open_session(suite, person)
    assert renew(suite, ends).status == 200
    out = call("DELETE", api(suite, "/sessions/current"), headers={"Cookie": ends})
    assert out.json == {"logged_out": True} and "motcua_session=; " in out.headers["Set-Cookie"]
    assert "Max-Age=0" in out.headers["Set-Cookie"]
    assert renew(suite, ends).status == 401 and renew(suite, stays).status == 200


def test_a_session_that_has_run_out_renews_nothing(suite):
    person = new_person()
    account = call("POST", api(suite, "/accounts"), person, key=True)["id"]
    _, cookie = open_session(suite, person)
    assert renew(suite, cookie).status == 200
    suite.psql("UPDATE session SET expires_at = now() WHERE account_id = '%s'" % account, database="motcua_identity")
    assert renew(suite, cookie).status == 401


def test_it_is_told_when_the_password_is_needed_again(suite):
    person = new_person()
    account = call("POST", api(suite, "/accounts"), person, key=True)["id"]
    answer, cookie = open_session(suite, person)
    end = lambda a: datetime.datetime.fromisoformat(a["session_ends_at"])
    assert abs(end(answer) - datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=30)) < datetime.timedelta(minutes=5)
    suite.psql("UPDATE session SET expires_at = '2099-01-02T03:04:05Z' WHERE account_id = '%s'" % account, database="motcua_identity")
    assert end(renew(suite, cookie)) == datetime.datetime(2099, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


def test_a_new_password_ends_all_sessions_at_once(suite):
    person = new_person()
    call("POST", api(suite, "/accounts"), person, key=True)
    cookies = [open_session(suite, person)[1] for _ in range(2)]
    token = [renew(suite, cookie) for cookie in cookies][0]["access_token"]
    change = {"old_password": PASSWORD, "new_password": "cò bay lả bay lả bay"}
    changed = [call("POST", api(suite, "/me/password"), change, token=token, key="doi-mat-khau") for _ in range(2)]
    assert [c.json for c in changed] == [{"changed": True}] * 2
    assert [renew(suite, cookie).status for cookie in cookies] == [401, 401]
    old = call("POST", api(suite, "/sessions"), {"login": person["email"], "password": PASSWORD})
    assert (old.status, old["code"]) == (401, "login_wrong")
    open_session(suite, person, change["new_password"])


def hash_of_other_parameters(password):
    """argon2id with 8 MiB and three passes, by libsodium itself."""
    out, text = ctypes.create_string_buffer(128), password.encode()
    assert ctypes.CDLL("libsodium.so.23").crypto_pwhash_str(
        out, text, ctypes.c_ulonglong(len(text)), ctypes.c_ulonglong(3), ctypes.c_size_t(8 << 20)) == 0
    return out.value.decode()


def test_a_hash_of_other_parameters_still_fits_and_is_renewed_at_the_login(suite):
    person = new_person()
    account = call("POST", api(suite, "/accounts"), person, key=True)["id"]
    at = "WHERE id = '%s'" % account
    old = hash_of_other_parameters(PASSWORD)
    suite.psql("UPDATE account SET password_hash = '%s' %s" % (old, at), database="motcua_identity")
    now = lambda: suite.psql("SELECT password_hash FROM account " + at, database="motcua_identity")
    wrong = call("POST", api(suite, "/sessions"), {"login": person["email"], "password": "con cò bay la"})
    assert (wrong.status, now()) == (401, old)
    _, cookie = open_session(suite, person)
    assert now().startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert renew(suite, cookie).status == 200  # no session has ended of it
    open_session(suite, person)


def test_a_password_is_changed_by_who_knows_it_and_not_to_a_weak_one(suite, person):
    token = open_session(suite, person)[0]["access_token"]
    def change(old, new):
        return faults(call("POST", api(suite, "/me/password"), {"old_password": old, "new_password": new}, token=token, key=True))
    assert change("không phải", "cò bay lả bay lả bay") == {"old_password": "password_wrong"}
    assert change(PASSWORD, "ngắn") == {"new_password": "password_too_short"}
    assert change(PASSWORD, "aaaaaaaaaaaaa") == {"new_password": "password_too_easy"}


# ---- access tokens ----

def forge(suite, seed=None, key_id=None, altered=False, seconds=600, **claims):
    """A PASETO v4.public token made here, with the claims identity writes; by default with identity's own key."""
    own_id, own_key = suite.secret("tokens.secret").split()
    seed, key_id = seed or ed25519.unbase64(own_key)[:32], key_id or own_id
    now = datetime.datetime.now(HANOI).replace(microsecond=0)
    payload = json.dumps({"sub": "00000000-0000-7000-8000-000000000001", "kind": "citizen", "name": "", "title": "",
                          "department": "", "grants": [], "iat": now.isoformat(),
                          "exp": (now + datetime.timedelta(seconds=seconds)).isoformat(), **claims}).encode()
    pieces = [b"v4.public.", payload, key_id.encode(), b""]
    signed = struct.pack("<Q", len(pieces)) + b"".join(struct.pack("<Q", len(p)) + p for p in pieces)
    signature = ed25519.sign(seed, signed)
    payload = payload.replace(b"citizen", b"staff  ") if altered else payload
    return "v4.public.%s.%s" % (ed25519.base64url(payload + signature), ed25519.base64url(key_id.encode()))


def unread(suite, token):
    """What another service says to the token."""
    return call("GET", suite.url("/api/notification/inbox/unread"), token=token).status


def test_a_token_is_taken_by_others_until_it_expires(suite):
    assert unread(suite, forge(suite)) == 200
    assert unread(suite, forge(suite, seconds=-1)) == 401
    brief = forge(suite, seconds=2)
    assert unread(suite, brief) == 200
    wait_for(lambda: unread(suite, brief) == 401, 5, "the end of the token")


def test_a_token_lives_a_quarter_of_an_hour(suite, person):
    answer, _ = open_session(suite, person)
    left_s = datetime.datetime.fromisoformat(answer["expires_at"]).timestamp() - time.time()
    assert 890 < left_s <= 900


def test_a_token_that_identity_did_not_sign_is_nobody_s(suite):
    stranger = os.urandom(32)
    for token in (forge(suite, altered=True), forge(suite, seed=stranger), forge(suite, key_id="khac"), forge(suite)[:-1],
                  forge(suite).replace("v4.public", "v4.local"), "v4.public..", "v4"):
        assert unread(suite, token) == 401, token


def test_a_key_that_is_published_later_counts_without_a_restart(suite):
    seed = os.urandom(32)
    assert unread(suite, forge(suite, seed=seed, key_id="moi")) == 401
    with open(suite.path("keys", "public", "tokens.keys"), "a", encoding="utf-8") as f:
        f.write("moi %s\n" % ed25519.base64url(ed25519.public_of(seed)))
    assert unread(suite, forge(suite, seed=seed, key_id="moi")) == 200
    assert unread(suite, forge(suite)) == 200


def test_tokens_are_good_while_identity_is_down(suite):
    token = sign_up(suite)
    suite.stop("identity")
    try:
        assert call("POST", api(suite, "/sessions"), {"login": "a", "password": "b"}).status == 503
        assert unread(suite, token) == 200
    finally:
        suite.start("identity")


# ---- guessing ----

def guess(suite, login, password="sai mật khẩu", caller="10.0.0.1"):
    """Straight to identity, from the address nginx would name."""
    return call("POST", suite.local("IDENTITY_HTTP") + "/api/identity/sessions", {"login": login, "password": password},
                headers={"X-Real-IP": caller})


def test_a_wrong_password_and_an_unknown_login_are_told_alike(suite, person):
    began = time.monotonic()
    wrong = guess(suite, person["email"])
    between = time.monotonic()
    unknown = guess(suite, "khong.co@example.vn")
    wrong_s, unknown_s = between - began, time.monotonic() - between
    told = [{name: value for name, value in answer.json.items() if name != "trace"} for answer in (wrong, unknown)]
    assert told[0] == told[1] and told[0]["code"] == "login_wrong" and wrong.status == unknown.status == 401
    assert dict(wrong.headers).keys() == dict(unknown.headers).keys()
    assert unknown_s > wrong_s / 3, "an unknown login must take as long"


@pytest.fixture
def one_try(suite):
    """identity that lets each login try once in a window, and each caller twenty times, and sign up as often."""
    process = suite.children["identity"][0]
    process.env = {"MOTCUA_IDENTITY_LOGIN_TRIES": "1", "MOTCUA_IDENTITY_SIGN_UPS": "20"}
    suite.stop("identity")
    suite.start("identity")
    yield
    process.env = {}
    suite.stop("identity")
    suite.start("identity")


def test_who_comes_in_rightly_keeps_nobody_at_the_same_address_out(suite, one_try):
    """A whole office logs in from one address in the morning; one who guesses there is slowed down as ever."""
    person = new_person()
    call("POST", api(suite, "/accounts"), person, key=True)
    assert {guess(suite, person["email"], PASSWORD, caller="10.0.0.7").status for _ in range(25)} == {200}
    assert [guess(suite, "kẻ đoán %d" % i, caller="10.0.0.7").status for i in range(21)] == [401] * 20 + [429]


def test_guessing_is_slowed_down_per_login_and_per_caller(suite, one_try):
    victim = new_person()
    call("POST", api(suite, "/accounts"), victim, key=True)
    for login in (victim["email"], "khong.co.%s@example.vn" % os.urandom(4).hex()):
        assert guess(suite, login).status == 401
        late = guess(suite, login, PASSWORD, caller="10.0.0.9")
        assert (late.status, late["code"]) == (429, "too_many_attempts") and int(late.headers["Retry-After"]) > 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda i: guess(suite, "ai do %d" % i, caller="10.0.0.2").status, range(24)))
    assert sorted(answers) == [401] * 20 + [429] * 4
    assert guess(suite, "ai do khac", caller="10.0.0.3").status == 401


def test_numbers_are_not_tried_out_by_signing_up(suite, one_try):
    def sign_up_from(caller):
        return call("POST", suite.local("IDENTITY_HTTP") + "/api/identity/accounts", new_person(), key=True,
                    headers={"X-Real-IP": caller}).status
    assert [sign_up_from("10.0.0.5") for _ in range(21)] == [201] * 20 + [429]
    assert sign_up_from("10.0.0.6") == 201


def test_the_old_password_is_not_guessed_either(suite, one_try):
    token = sign_up(suite)
    change = {"old_password": "không phải", "new_password": "cò bay lả bay lả bay"}
    tries = [call("POST", api(suite, "/me/password"), change, token=token, key=True).status for _ in range(2)]
    assert tries == [422, 429]


def test_a_dead_redis_opens_no_door(suite, one_try):
    suite.stop("redis")
    try:
        login = "khong.co.%s@example.vn" % os.urandom(4).hex()
        assert [guess(suite, login, caller="10.0.0.4").status for _ in range(3)] == [401, 429, 429]
    finally:
        suite.start("redis")
