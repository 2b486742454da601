"""identity — who of the staff may do what where: administrators within their units only, and a change of roles counts at
once."""
import http.cookies
import os

import pytest

from lib import call, log_in, operator, sign_up, staff

OWN, OTHER = "000.00.21.H07", "000.00.22.H07"
PASSWORD = "con cò bay lả bay la"


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity", "nginx"])


@pytest.fixture(scope="module")
def chief(suite):
    """Token of an administrator of OWN who is a clerk of OTHER."""
    return staff(suite, [("administrator", OWN), ("clerk", OTHER)])


@pytest.fixture(scope="module")
def chief_of_all(suite):
    return staff(suite, [("administrator", "*")])


# ---- what the tests say and see ----

def api(suite, path):
    return suite.url("/api/identity" + path)


def grants(*pairs):
    return [{"role": role, "unit": unit} for role, unit in pairs]


def member(*pairs, **changes):
    """A complete request to make a staff account."""
    return {"login": "cb" + os.urandom(5).hex(), "name": "Phạm Văn Thử", "title": "Chuyên viên", "password": PASSWORD,
            "grants": grants(*pairs), **changes}


def add(suite, token, body, key=True):
    return call("POST", api(suite, "/staff"), body, token=token, key=key)


def added(suite, *pairs):
    """(id, login) of a new member of staff, made by the operator: he may."""
    body = member(*pairs)
    made = call("POST", suite.admin_url("identity") + "/admin/users", body, token=operator(suite))
    assert made.status == 201, made
    return made["id"], body["login"]


def set_grants(suite, token, account, *pairs):
    return call("PUT", api(suite, "/staff/%s/grants" % account), {"grants": grants(*pairs)}, token=token, key=True)


def set_active(suite, token, account, is_active):
    return call("PUT", api(suite, "/accounts/%s/active" % account), {"is_active": is_active}, token=token, key=True)


def roles_of(suite, token):
    return [(g["role"], g["unit"]) for g in call("GET", api(suite, "/me"), token=token)["grants"]]


def outside(answer):
    return (answer.status, answer["code"]) == (403, "not_your_unit")


# ---- accounts ----

def test_an_administrator_makes_accounts_for_his_own_unit(suite, chief):
    body = member(("clerk", OWN), ("officer", OWN))
    made = add(suite, chief, body)
    assert made.status == 201
    token = log_in(suite, body["login"], PASSWORD)
    assert roles_of(suite, token) == [("clerk", OWN), ("officer", OWN)]
    assert call("GET", api(suite, "/me"), token=token)["title"] == "Chuyên viên"


def test_an_administrator_makes_none_for_other_units(suite, chief, chief_of_all):
    for pairs in ([("clerk", OTHER)], [("administrator", "*")], [("clerk", OWN), ("auditor", OTHER)]):
        body = member(*pairs)
        assert outside(add(suite, chief, body))
        assert add(suite, chief_of_all, body).status == 201  # so nothing had been made


def test_only_administrators_make_accounts(suite):
    for token in (staff(suite, [("leader", OWN), ("auditor", "*")]), sign_up(suite)):
        assert add(suite, token, member(("clerk", OWN))).status == 403
    assert add(suite, None, member(("clerk", OWN))).status == 401


def test_every_wrong_field_of_an_account_is_named(suite, chief):
    wrong = member(login="Có Dấu", password="ngắn", phone="123", email="a@", mã=1,
                   grants=[{"role": "king", "unit": "H7"}, {"unit": OWN}, "clerk"])
    answer = add(suite, chief, wrong)
    assert answer.status == 422 and {e["field"]: e["code"] for e in answer["errors"]} == {
        "grants[0].role": "role_invalid", "grants[0].unit": "unit_code_invalid", "grants[1].role": "required",
        "grants[2]": "not_object", "mã": "unknown_field", "login": "login_invalid", "phone": "phone_invalid",
        "email": "email_invalid", "password": "password_too_short"}


def test_a_login_is_one_person_s_and_one_request_makes_one_account(suite, chief):
    body, key = member(("clerk", OWN)), os.urandom(8).hex()
    made = [add(suite, chief, body, key=key) for _ in range(2)]
    assert [m.status for m in made] == [201, 201] and made[0].json == made[1].json
    taken = add(suite, chief, body)
    assert [(e["field"], e["code"]) for e in taken["errors"]] == [("login", "login_taken")]


def test_a_role_that_is_named_twice_is_given_once(suite, chief):
    body = member(("clerk", OWN), ("clerk", OWN))
    assert add(suite, chief, body).status == 201
    assert roles_of(suite, log_in(suite, body["login"], PASSWORD)) == [("clerk", OWN)]


# ---- roles ----

def test_a_change_of_roles_ends_the_sessions_and_counts_from_the_next_login(suite, chief):
    account, login = added(suite, ("clerk", OWN))
    opened = call("POST", api(suite, "/sessions"), {"login": login, "password": PASSWORD})
    cookie = "motcua_session=" + http.cookies.SimpleCookie(opened.headers["Set-Cookie"])["motcua_session"].value
    renew = lambda: call("POST", api(suite, "/tokens"), headers={"Cookie": cookie}).status
    assert renew() == 200
    assert set_grants(suite, chief, account, ("leader", OWN)).json == {"id": account, "grants": 1}
    assert renew() == 401
    assert roles_of(suite, log_in(suite, login, PASSWORD)) == [("leader", OWN)]


def test_an_administrator_leaves_roles_of_other_units_alone(suite, chief, chief_of_all):
    account, login = added(suite, ("clerk", OWN), ("officer", OTHER))
    assert outside(set_grants(suite, chief, account, ("clerk", OWN)))  # would take the other unit's role
    assert outside(set_grants(suite, chief, account, ("clerk", OWN), ("officer", OTHER), ("leader", OTHER)))
    assert set_grants(suite, chief, account, ("leader", OWN), ("officer", OTHER)).status == 200
    assert set_grants(suite, chief_of_all, account, ("officer", OTHER)).status == 200
    assert roles_of(suite, log_in(suite, login, PASSWORD)) == [("officer", OTHER)]


def test_nobody_raises_himself_beyond_his_units(suite, chief):
    me = call("GET", api(suite, "/me"), token=chief)["id"]
    assert outside(set_grants(suite, chief, me, ("administrator", OWN), ("clerk", OTHER), ("administrator", "*")))


def test_only_staff_have_roles(suite, chief_of_all):
    citizen = call("GET", api(suite, "/me"), token=sign_up(suite))["id"]
    answer = set_grants(suite, chief_of_all, citizen, ("clerk", OWN))
    assert (answer.status, answer["code"]) == (409, "not_staff")
    for nobody in ("0197f000-0000-7000-8000-000000000000", "ai-do"):
        assert set_grants(suite, chief_of_all, nobody, ("clerk", OWN)).status == 404


# ---- closing ----

def test_a_closed_account_is_out_at_once_and_is_told_nothing(suite, chief):
    account, login = added(suite, ("clerk", OWN))
    opened = call("POST", api(suite, "/sessions"), {"login": login, "password": PASSWORD})
    cookie = "motcua_session=" + http.cookies.SimpleCookie(opened.headers["Set-Cookie"])["motcua_session"].value
    assert set_active(suite, chief, account, False).json == {"id": account, "is_active": False}
    assert call("POST", api(suite, "/tokens"), headers={"Cookie": cookie}).status == 401
    refused = call("POST", api(suite, "/sessions"), {"login": login, "password": PASSWORD})
    assert (refused.status, refused["code"]) == (401, "login_wrong")
    assert set_active(suite, chief, account, True).status == 200
    assert log_in(suite, login, PASSWORD)


def test_an_administrator_closes_only_accounts_that_are_all_his(suite, chief, chief_of_all):
    shared, _ = added(suite, ("clerk", OWN), ("clerk", OTHER))
    citizen = call("GET", api(suite, "/me"), token=sign_up(suite))["id"]
    for account in (shared, citizen):
        assert outside(set_active(suite, chief, account, False))
        assert set_active(suite, chief_of_all, account, False).status == 200
