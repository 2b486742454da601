"""feedback — ratings that come from one device or faster than people answer raise an alert, and count all the same: nobody can
say which of them are the cheat's."""
import time

import pytest

from feedback_office import FIELD, OTHER_UNIT, UNIT, make_office
from lib import call
from test_feedback_attacker import mailbox, rater  # noqa: F401
from test_feedback_rating import ANSWERS, rate, token_of

MOST, A_MINUTE = 3, 8
THIRD_UNIT = "000.00.03.H07"


@pytest.fixture(scope="module")
def office(new_suite):
    return make_office(new_suite, ratings_an_hour=str(MOST), ratings_a_minute=str(A_MINUTE))


def alerts(office, unit):
    return office.sql("SELECT kind, amount, official_id, at = date_trunc('day', at, 'Asia/Ho_Chi_Minh') AND found_at = at FROM alert"
                      " WHERE unit_code = '%s'" % unit)


def rate_from_one_device(office, mailbox, unit, count):
    for _ in range(count):
        code, who = rater(office, mailbox, unit_code=unit)
        assert rate(office, token_of(office, code, **who)).status == 201


def test_more_ratings_from_one_device_than_people_share_raise_one_alert_of_the_day(office, mailbox):
    rate_from_one_device(office, mailbox, OTHER_UNIT, MOST)
    assert alerts(office, OTHER_UNIT) == ""
    rate_from_one_device(office, mailbox, UNIT, MOST + 2)
    assert alerts(office, UNIT) == "hasty_ratings|%d||t" % (MOST + 1)
    assert alerts(office, OTHER_UNIT) == ""
    leader = office.staff(("leader", UNIT))
    shown = office.ask("GET", "/alerts?unit=" + UNIT, token=leader)
    assert [a["kind"] for a in shown["alerts"]] == ["hasty_ratings"]
    spent = office.sql("SELECT count(*) FROM rating_spent s JOIN rating_cell c ON c.id = s.cell WHERE unit_code = '%s'" % UNIT)
    assert spent == str(MOST + 2)


def test_slips_entered_faster_than_anybody_types_raise_an_alert_that_names_the_clerk(office):
    token = office.staff(("clerk", THIRD_UNIT))
    account = call("GET", office.suite.url("/api/identity/me"), token=token)["id"]
    quarter = time.gmtime(office.now_ms / 1000 + 7 * 3600)
    quarter = quarter.tm_year * 10 + (quarter.tm_mon + 2) // 3

    def slip(number):
        body = {"unit": THIRD_UNIT, "field": FIELD, "slip_no": "S%d" % number, "quarter": quarter, **ANSWERS}
        assert office.ask("POST", "/slips", body, token=token, key=True).status == 201
        return alerts(office, THIRD_UNIT)
    assert slip(0) == ""
    entered = next(n for n in range(1, 40 * A_MINUTE) if slip(n))  # the minute may end among them
    assert entered >= A_MINUTE and alerts(office, THIRD_UNIT) == "hasty_ratings|%d|%s|t" % (A_MINUTE + 1, account)
    assert office.sql("SELECT official_name FROM alert WHERE unit_code = '%s'" % THIRD_UNIT) == "Cán Bộ Thử"
