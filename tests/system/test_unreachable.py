"""unreachable — a dossier of the counter whose applicant has neither e-mail nor account: nothing is sent, and the staff who may
telephone see what he was not told, and why."""
import time

import pytest

from bus import Bus, common_pb2, intake_pb2, verification_pb2
from lib import call, staff

UNIT, CODE = "000.00.01.H07", "000.00.01.H07-261123-3000001"


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity", "notification", "mail-sim", "nginx"])


def receive(suite):
    with Bus(suite, "intake") as bus:
        bus.say("notification", intake_pb2.DossierSubmitted(
            code=CODE, unit_code=UNIT, channel="COUNTER", language="vi",
            applicant=common_pb2.Applicant(name="Lê Văn Không", phone="0912345678")), key=CODE)


def move(suite, version, transition, **fields):
    with Bus(suite, "verification") as bus:
        bus.say("notification", verification_pb2.DossierProgressed(
            code=CODE, transition=transition, at_ms=int(time.time() * 1000) + version, unit_code=UNIT, **fields),
            key=CODE, version=version)


def test_what_could_not_be_told_is_shown_to_the_staff_with_the_reason(suite):
    receive(suite)
    move(suite, 1, "RECEIVE")
    move(suite, 2, "ASK_SUPPLEMENT", note="Thiếu bản vẽ")
    url = suite.url("/api/notification/dossiers/%s/messages" % CODE)
    shown = call("GET", url, token=staff(suite, [("clerk", UNIT)]))["messages"]
    assert {(m["template"], m["state"], m["why"]) for m in shown} == {
        ("received", "none", "no_address"), ("supplement_asked", "none", "no_address")}
    assert all(m["attempts"] == [] for m in shown)
    sent = call("GET", "http://127.0.0.1:%d/mails?code=%s" % (suite.ports["MAIL_SIM"], CODE))["mails"]
    assert sent == []
