"""feedback — rating a dossier that has ended: by its owner, by the mailed link, at the counter's tablet, on paper; once."""
import os
import time

import pytest

from blind import Token, b64
from bus import Bus
from feedback_office import FIELD, OTHER_UNIT, UNIT, office  # noqa: F401
from feedback_quarter import run_job
from lib import call, wait_for

ANSWERS = {"is_clear": 5, "is_simple": 4, "is_helpful": 5, "is_in_time": 3}


def code_of(answer):
    return answer.status, answer.json.get("code")


def rating(office, code, **who):
    return office.ask("GET", "/dossiers/%s/rating" % code, **who)


def opened(office, code, **who):
    """The cell of a dossier that may be rated."""
    shown = wait_for(lambda: (a := rating(office, code, **who)).status == 200 and a["state"] in ("open", "taken") and a, 20, "the key")
    return office.ask("GET", "/rating-cells/%d" % shown["cell"])


def ask_token(office, code, blinded, **who):
    return office.ask("POST", "/dossiers/%s/rating-token" % code, {"blinded": blinded}, **who)


def token_of(office, code, **who):
    """What is shown with the answers."""
    token = Token(opened(office, code, **who).json)
    signed = ask_token(office, code, token.blinded, **who)
    assert signed.status == 200, signed
    return token.unblind(signed["signature"])


def rate(office, token, **changes):
    return office.ask("POST", "/ratings", {**token, **ANSWERS, **changes})


@pytest.fixture
def owner(office):
    """(token, code of a dossier that has ended)."""
    token, account = office.citizen()
    return {"token": token}, office.finish(account_id=account)


# ---- by the owner ----

def test_the_owner_rates_with_a_token_and_without_his_session(office, owner):
    who, code = owner
    assert rate(office, token_of(office, code, **who)).status == 201
    assert rating(office, code, **who)["state"] == "taken"


def test_a_dossier_that_runs_cannot_be_rated_yet(office):
    token, account = office.citizen()
    code = office.live(office.submit(account_id=account), [("SUBMIT", 1), ("ACCEPT", 2)])
    assert rating(office, code, token=token)["state"] == "rating_not_yet"
    assert code_of(ask_token(office, code, b64(bytes(256)), token=token)) == (409, "rating_not_yet")


def test_a_refusal_may_be_rated_too(office):
    token, account = office.citizen()
    code = office.live(office.submit(account_id=account), [("SUBMIT", 1), ("REFUSE", 3)])
    assert rate(office, token_of(office, code, token=token)).status == 201


def test_the_cell_says_what_is_rated_and_its_key_is_everybodys(office, owner):
    who, code = owner
    cell = opened(office, code, **who)
    now = time.gmtime(office.now_ms / 1000 + 7 * 3600)
    assert (cell["unit"], cell["field"], cell["field_name"]) == (UNIT, FIELD, "Lao động")
    assert cell["quarter"] == now.tm_year * 10 + (now.tm_mon + 2) // 3 and cell["closes_at_ms"] > office.now_ms
    other_token, other = office.citizen()
    assert opened(office, office.finish(account_id=other), token=other_token).json == cell.json


def test_of_a_unit_and_of_a_field_the_keys_are_their_own(office):
    token, account = office.citizen()
    office.publish("1.000222", field_code="G07-HT", field_name="Hộ tịch")
    codes = [office.finish(account_id=account, **changes) for changes in ({}, {"unit_code": OTHER_UNIT}, {"procedure_code": "1.000222"})]
    cells = [opened(office, code, token=token) for code in codes]
    assert len({c["id"] for c in cells}) == len({c["modulus"] for c in cells}) == 3


@pytest.mark.parametrize("changes, field", [({"is_clear": 6}, "is_clear"), ({"is_in_time": None}, "is_in_time"), ({"origin": "paper"}, "origin"),
                                            ({"words": "x" * 1001}, "words"), ({"nonce": "AA"}, "nonce"), ({"cell": 999999}, "cell")])
def test_answers_that_are_none_are_named_and_cost_no_token(office, owner, changes, field):
    who, code = owner
    token = token_of(office, code, **who)
    refused = rate(office, token, **changes)
    assert refused.status in (400, 422) and [e["field"] for e in refused["errors"]] == [field]
    assert rate(office, token).status == 201


# ---- by link ----

def test_the_link_of_the_mail_rates_without_an_account(office):
    with Bus(office.suite, "notification") as notification:
        assert notification.connect()
        code = office.finish()  # filed at the counter for somebody without an account
        _, heard = notification.listen("motcua.RatingOpened", key=code)
    who = {"headers": {"Rating-Secret": heard.secret}}
    assert heard.closes_at_ms == rating(office, code, **who)["closes_at_ms"]
    assert rate(office, token_of(office, code, **who)).status == 201


def test_the_mailed_link_lasts_until_the_quarter_closes_in_which_the_dossier_ended_last(office):
    code = office.finish()
    link = lambda: office.sql("SELECT ms(expires_at) FROM rating_link WHERE code = '%s'" % code)
    closes = wait_for(link, 20, "the link")
    office.sql("UPDATE rating_link SET expires_at = now() - interval '1 minute' WHERE code = '%s'" % code)
    office.move(code, 5, "REOPEN_RESULT", 4)
    office.move(code, 6, "SIGN_RESULT", 9)
    wait_for(lambda: link() == closes, 20, "the new end")


def test_the_clerk_opens_the_tablet_for_some_minutes(office):
    code, clerk = office.finish(), office.staff(("clerk", UNIT))
    made = wait_for(lambda: (a := office.ask("POST", "/dossiers/%s/rating-link" % code, token=clerk)).status == 201 and a, 20, "the link")
    who = {"headers": {"Rating-Secret": made["secret"]}}
    assert 0 < made["expires_at_ms"] - time.time() * 1000 <= 15 * 60000
    token = token_of(office, code, **who)
    assert rate(office, token, origin="tablet").status == 201
    assert code_of(office.ask("POST", "/dossiers/%s/rating-link" % code, token=clerk)) == (409, "rating_token_taken")


def test_the_owner_sees_that_his_dossier_was_rated_at_the_counter(office, owner):
    """A clerk who answers himself leaves that."""
    who, code = owner
    link = wait_for(lambda: (a := office.ask("POST", "/dossiers/%s/rating-link" % code, token=office.staff(("clerk", UNIT)))).status == 201 and a,
                    20, "the link")
    assert rate(office, token_of(office, code, headers={"Rating-Secret": link["secret"]}), origin="tablet").status == 201
    office.sql("UPDATE rating_link SET expires_at = now() - interval '1 day' WHERE code = '%s'" % code)
    run_job(office, "pool")  # which drops links that are over
    shown = rating(office, code, **who)
    assert (shown["state"], shown["is_at_counter"]) == ("taken", True)
    other = office.finish(account_id=call("GET", office.suite.url("/api/identity/me"), **who)["id"])
    assert rating(office, other, **who)["is_at_counter"] is False


def test_the_tablets_link_is_a_picture_too_where_its_page_is_said(office):
    code, clerk = office.finish(), office.staff(("clerk", UNIT))
    path = "/dossiers/%s/rating-link" % code
    made = wait_for(lambda: (a := office.ask("POST", path + "?page=https://mc.example/danh-gia", token=clerk)).status == 201 and a, 20, "the link")
    assert made["qr"].startswith("<svg") and "<path" in made["qr"]
    assert office.ask("POST", path, token=clerk)["qr"] is None
    refused = office.ask("POST", path + "?page=javascript:alert(1)", token=clerk)
    assert refused.status == 422 and [e["field"] for e in refused["errors"]] == ["page"]


def test_a_tablets_link_ends_and_clerks_of_other_units_get_none(office):
    code, clerk = office.finish(), office.staff(("clerk", UNIT))
    made = wait_for(lambda: (a := office.ask("POST", "/dossiers/%s/rating-link" % code, token=clerk)).status == 201 and a, 20, "the link")
    office.sql("UPDATE rating_link SET expires_at = now() WHERE code = '%s' AND made_by <> ''" % code)
    assert rating(office, code, headers={"Rating-Secret": made["secret"]}).status == 404
    for role, unit in (("clerk", OTHER_UNIT), ("leader", UNIT)):
        assert office.ask("POST", "/dossiers/%s/rating-link" % code, token=office.staff((role, unit))).status in (403, 404)


# ---- on paper ----

def slip(office, clerk, number, **changes):
    quarter = int(office.sql("SELECT quarter_of(now())"))
    body = {"unit": UNIT, "field": FIELD, "quarter": quarter, "slip_no": number, **ANSWERS, **changes}
    return office.ask("POST", "/slips", body, token=clerk, key=changes.pop("key", True))


def test_a_slip_is_entered_once_and_marked_as_paper(office):
    clerk, number = office.staff(("clerk", UNIT)), os.urandom(4).hex()
    assert slip(office, clerk, number, words="Tốt").status == 201
    assert code_of(slip(office, clerk, number)) == (409, "slip_entered_already")
    kept = office.sql("SELECT origin, is_clear, is_in_time, words, entered_by <> '' FROM rating WHERE slip_no = '%s'" % number)
    assert kept == "paper|5|3|Tốt|t"


def test_a_slip_belongs_to_ones_own_unit_a_known_field_and_an_open_quarter(office):
    clerk = office.staff(("clerk", UNIT))
    assert slip(office, clerk, "9001", unit=OTHER_UNIT).status == 403
    for changes, field in (({"field": "không có"}, "field"), ({"quarter": 20191}, "quarter"), ({"quarter": 99991}, "quarter"),
                           ({"quarter": 20265}, "quarter")):
        refused = slip(office, clerk, "9001", **changes)
        assert refused.status in (400, 422) and [e["field"] for e in refused["errors"]] == [field], changes
