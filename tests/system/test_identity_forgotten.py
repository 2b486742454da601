"""identity — a forgotten password: a clerk who has seen the card makes a link, its owner sets another password with it, once and soon;
nobody else comes in that way, and who made the link stays on record."""
import os

import pytest

from lib import call, operator, sign_up, staff

UNIT = "000.00.21.H07"
OLD, NEW = "con cò bay lả bay la", "cò lả bay về cánh đồng"


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity", "nginx"])


@pytest.fixture
def clerk(suite):
    """New for each test: their links are counted."""
    return staff(suite, [("clerk", UNIT)])


@pytest.fixture
def person(suite):
    unique = int.from_bytes(os.urandom(4), "big") % 10 ** 6
    body = {"kind": "citizen", "name": "Nguyễn Thị Quên", "id_number": "083300%06d" % unique, "phone": "0912345678", "password": OLD}
    made = call("POST", api(suite, "/accounts"), body, key=True)
    assert made.status == 201, made
    return {**body, "id": made["id"]}


def api(suite, path):
    return suite.url("/api/identity" + path)


def link(suite, clerk, login, page=""):
    return call("POST", api(suite, "/password-links") + (page and "?page=" + page), {"login": login}, token=clerk)


def set_password(suite, secret, password=NEW, key=True):
    return call("POST", api(suite, "/passwords"), {"secret": secret, "password": password}, key=key)


def can_log_in(suite, person, password):
    return call("POST", api(suite, "/sessions"), {"login": person["id_number"], "password": password}).status == 200


def spent(answer):
    return (answer.status, answer["code"]) == (409, "link_spent")


def test_a_link_sets_another_password_once_and_ends_all_sessions(suite, clerk, person):
    cookie = call("POST", api(suite, "/sessions"), {"login": person["id_number"], "password": OLD}).headers["Set-Cookie"].split(";")[0]
    made = link(suite, clerk, person["id_number"])
    assert (made.status, made["name"], made["qr"]) == (201, "Nguyễn Thị Quên", None)
    assert set_password(suite, made["secret"]).status == 200
    assert can_log_in(suite, person, NEW) and not can_log_in(suite, person, OLD)
    assert call("POST", api(suite, "/tokens"), headers={"Cookie": cookie}).status == 401
    assert spent(set_password(suite, made["secret"], OLD)) and can_log_in(suite, person, NEW)


def test_an_answer_that_was_lost_is_given_again_to_the_same_key(suite, clerk, person):
    secret, key = link(suite, clerk, person["id_number"])["secret"], os.urandom(8).hex()
    assert [set_password(suite, secret, key=key).status for _ in range(2)] == [200, 200]


def test_a_weak_password_is_refused_and_the_link_stays_good(suite, clerk, person):
    secret = link(suite, clerk, person["id_number"])["secret"]
    weak = set_password(suite, secret, "ngắn")
    assert weak.status == 422 and weak["errors"][0]["field"] == "password"
    assert set_password(suite, secret).status == 200


def test_only_the_newest_link_is_good(suite, clerk, person):
    first, second = (link(suite, clerk, person["id_number"])["secret"] for _ in range(2))
    assert spent(set_password(suite, first))
    assert set_password(suite, second).status == 200


def test_a_link_is_good_for_half_an_hour(suite, clerk, person):
    secret = link(suite, clerk, person["id_number"])["secret"]
    left = "SELECT extract(epoch FROM expires_at - made_at) FROM password_link WHERE account_id = '%s'" % person["id"]
    assert 1700 < float(suite.psql(left, database="motcua_identity")) <= 1801
    suite.psql("UPDATE password_link SET expires_at = now() WHERE account_id = '%s'" % person["id"], database="motcua_identity")
    assert spent(set_password(suite, secret)) and can_log_in(suite, person, OLD)


def test_a_secret_nobody_made_is_told_like_one_that_is_spent(suite):
    assert spent(set_password(suite, "A" * 43))


def test_who_made_a_link_into_whose_account_stays_on_record(suite, clerk, person):
    assert set_password(suite, link(suite, clerk, person["id_number"])["secret"]).status == 200
    me = call("GET", api(suite, "/me"), token=clerk)["id"]
    row = "SELECT made_by, used_at IS NOT NULL FROM password_link WHERE account_id = '%s'" % person["id"]
    assert suite.psql(row, database="motcua_identity") == me + "|t"


def test_only_clerks_make_links_and_none_into_the_accounts_of_staff(suite, clerk, person):
    for token in (sign_up(suite), staff(suite, [("officer", UNIT)]), staff(suite, [("administrator", "*")])):
        assert link(suite, token, person["id_number"]).status == 403
    body = {"login": "cb" + os.urandom(5).hex(), "name": "Phạm Văn Thử", "password": OLD, "grants": [{"role": "leader", "unit": UNIT}]}
    assert call("POST", suite.admin_url("identity") + "/admin/users", body, token=operator(suite)).status == 201
    for login in (body["login"], "083300999998"):
        answer = link(suite, clerk, login)
        assert (answer.status, answer["code"]) == (404, "no_such_account")


def test_a_closed_account_is_opened_by_no_link(suite, clerk, person):
    secret = link(suite, clerk, person["id_number"])["secret"]
    closed = call("PUT", api(suite, "/accounts/%s/active" % person["id"]), {"is_active": False}, token=staff(suite, [("administrator", "*")]), key=True)
    assert closed.status == 200, closed
    assert spent(set_password(suite, secret)) and link(suite, clerk, person["id_number"]).status == 404


def test_who_tried_until_nothing_went_comes_in_with_the_new_password(suite, clerk, person):
    tries = [call("POST", api(suite, "/sessions"), {"login": person["id_number"], "password": "sai mật khẩu"}).status for _ in range(11)]
    assert tries[-1] == 429
    assert set_password(suite, link(suite, clerk, person["id_number"])["secret"]).status == 200
    assert can_log_in(suite, person, NEW)


def test_a_clerk_makes_no_more_links_than_anybody_forgets(suite, clerk, person):
    assert [link(suite, clerk, person["id_number"]).status for _ in range(11)] == [201] * 10 + [429]


def test_the_link_is_a_picture_too_and_its_page_an_address(suite, clerk, person):
    assert "<svg" in link(suite, clerk, person["id_number"], "https://dichvucong.example.vn/dat-mat-khau")["qr"]
    wrong = link(suite, clerk, person["id_number"], "javascript:x")
    assert wrong.status == 422 and wrong["errors"][0]["field"] == "page"
