"""notification's link to the rating: the applicant gets it, with the secret that lets him rate; staff see that he got it."""
import pytest

from bus import Bus, feedback_pb2
from lib import call, staff
from test_notification import FRIDAY, UNIT, one_mail, submit

SECRET = "3Jk_0-aQvRrVZ7o7m0CzK0n3b8m4W1cXv5e2y9dT6Lg"


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity", "notification", "mail-sim", "nginx"])


def open_rating(suite, **changes):
    code = submit(suite, **changes)
    with Bus(suite, "feedback") as bus:
        bus.say("notification", feedback_pb2.RatingOpened(code=code, secret=SECRET, closes_at_ms=FRIDAY), code)
    return code


@pytest.mark.parametrize("language, until", [("vi", "15:59 thứ Sáu 27/11/2026"), ("en", "3:59 pm, Friday 27 November 2026")])
def test_the_mail_brings_the_link_and_its_last_day(suite, language, until):
    code = open_rating(suite, language=language)
    body = one_mail(suite, code)["body"].replace("\r\n", "\n")
    assert "\nhttp://localhost:%d/danh-gia#%s~%s\n" % (suite.port, code, SECRET) in body and until in body


def test_staff_see_that_the_link_was_sent_and_not_its_secret(suite):
    code = open_rating(suite)
    one_mail(suite, code)
    url = suite.url("/api/notification/dossiers/%s/messages" % code)
    shown = call("GET", url, token=staff(suite, [("clerk", UNIT)]))
    assert [m["template"] for m in shown["messages"]] == ["rating_opened"]
    assert SECRET not in shown.body.decode() and "/danh-gia#%s…\n" % code in shown["messages"][0]["body"]
