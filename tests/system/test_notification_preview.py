"""notification's preview: the letter an officer reads before he decides is, word for word, the one the applicant gets."""
import base64

import pytest

from bus import Bus
from letters import FRIDAY, UNIT, mails, new_code, progressed, submit
from lib import call, staff, wait_for


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity", "notification", "mail-sim", "nginx"])


@pytest.fixture(scope="module")
def officer(suite):
    return staff(suite, [("officer", UNIT)])


def preview(suite, token, code, *messages):
    moves = [{"draft": base64.urlsafe_b64encode(m.SerializeToString()).decode().rstrip("=")} for m in messages]
    return call("POST", suite.url("/api/notification/dossiers/%s/preview" % code), {"moves": moves}, token=token)


def test_the_letter_one_previews_is_the_letter_that_is_sent(suite, officer):
    code = submit(suite)
    move = progressed(code, "REFUSE", note="Không thuộc thẩm quyền của phường")
    letter = preview(suite, officer, code, move)["letters"][0]
    assert "Không thuộc thẩm quyền" in letter["body"] and letter["messages"][0]["channel"] == "email"
    assert mails(suite, code) == []
    with Bus(suite, "verification") as bus:
        bus.say("notification", move, code, 1)
    shown = lambda: call("GET", suite.url("/api/notification/dossiers/%s/messages" % code), token=officer)["messages"]
    sent = wait_for(lambda: next((m for m in shown() if m["template"] == "refused"), None), what="the letter")
    assert (sent["subject"], sent["body"]) == (letter["subject"], letter["body"])
    assert sent["address"] == letter["messages"][0]["address"]


def test_a_move_nobody_is_told_of_says_why(suite, officer):
    code = submit(suite)
    letters = preview(suite, officer, code, progressed(code, "SETTLE_PAYMENT"), progressed(code, "ACCEPT"))["letters"]
    assert letters[0]["none"] and letters[0]["messages"] == [] and not letters[1]["none"] and letters[1]["subject"]


def test_what_is_no_draft_about_the_dossier_is_refused(suite, officer):
    code = submit(suite)
    other = preview(suite, officer, code, progressed(new_code(), "ACCEPT", at_ms=FRIDAY))
    assert other.status == 422 and other["errors"][0]["field"] == "moves"
    rubbish = call("POST", suite.url("/api/notification/dossiers/%s/preview" % code), {"moves": [{"draft": "!"}]}, token=officer)
    assert rubbish.status == 422
    elsewhere = staff(suite, [("officer", "000.00.09.H07")])
    assert preview(suite, elsewhere, code, progressed(code, "ACCEPT")).status == 404
