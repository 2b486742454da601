"""notification and complaints: whoever sent one hears that it came and what was said; of a denunciation nobody is told."""
import os

import pytest

from bus import Bus, feedback_pb2
from lib import call, staff, wait_for
from test_notification import FRIDAY, UNIT, one_mail, sql, states

PERSON = {"name": "Lê Thị Góp Ý", "email": "gop.y@example.vn", "language": "vi"}


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity", "notification", "mail-sim", "nginx"])


def new_code():
    return "PA-" + os.urandom(5).hex().upper()


def say(suite, message, version=1):
    with Bus(suite, "feedback") as bus:
        bus.say("notification", message, message.code, version)
    return message.code


def opened(**changes):
    return feedback_pb2.ComplaintOpened(**{
        "code": new_code(), "class": "petition", "unit_code": UNIT, "handling_unit_name": "Sở Thử", "title": "Trễ hẹn",
        "received_at_ms": FRIDAY, "due_at_ms": FRIDAY, **PERSON, **changes})


def answered(code, **changes):
    return feedback_pb2.ComplaintAnswered(**{
        "code": code, "class": "petition", "state": "answered", "outcome": "upheld", "title": "Trễ hẹn", "words": "Đã chấn chỉnh.",
        "answered_at_ms": FRIDAY, "reopen_until_ms": FRIDAY, "handling_unit_name": "Sở Thử", **PERSON, **changes})


def test_whoever_sent_one_hears_that_it_came_and_until_when_it_is_answered(suite):
    code = say(suite, opened())
    mail = one_mail(suite, code)
    assert mail["envelope_to"] == [PERSON["email"]] and mail["subject"] == "Đã nhận phản ánh, khiếu nại %s" % code
    for words in ("Kính gửi Lê Thị Góp Ý,", "Hạn trả lời: 16:00 thứ Sáu 27/11/2026.", "Nơi giải quyết: Sở Thử",
                  "/theo-doi-gop-y#" + code):
        assert words in mail["body"]


@pytest.mark.parametrize("state, words", [
    ("answered", ["Kết luận: đúng.", "Trả lời: Đã chấn chỉnh.", "xem xét lại trước"]), ("refused", ["Lý do: Đã chấn chỉnh."]),
    ("detail_asked", ["Điều cần biết: Đã chấn chỉnh."]), ("forwarded", ["Nơi nhận và lý do: Đã chấn chỉnh."])])
def test_what_the_office_says_reaches_whoever_sent_it(suite, state, words):
    code = say(suite, answered(new_code(), state=state), version=3)
    body = one_mail(suite, code)["body"]
    assert [w for w in words if w not in body] == []


@pytest.mark.parametrize("message", [opened, lambda **more: answered(new_code(), words="", **more)])
def test_of_a_denunciation_nobody_is_told_and_nothing_is_kept(suite, message):
    code = say(suite, message(**{"class": "denunciation", "name": "", "email": "", "title": ""}))
    assert sql(suite, "SELECT count(*) FROM message WHERE code = '%s'" % code) == "0"
    assert sql(suite, "SELECT count(*) FROM dossier WHERE code = '%s'" % code) == "0"


def test_staff_do_not_read_what_is_told_about_a_complaint(suite):
    code = say(suite, opened())
    wait_for(lambda: states(suite, code) == ["sent"], what="the mail")
    answer = call("GET", suite.url("/api/notification/dossiers/%s/messages" % code), token=staff(suite, [("auditor", "*")]))
    assert answer.status == 404
