"""clocks — a service's clock was wrong for a while: what it wrote meanwhile does not wait for that time to come."""
import os
import sys
import time

import pytest

from bus import Bus, common_pb2, intake_pb2, verification_pb2
from lib import ROOT, call, staff, wait_for
from programs import BUILD, beside, settings

sys.path.insert(0, os.path.join(ROOT, "tests", "drill"))
from shared_page import clock_page  # noqa: E402

UNIT = "000.00.01.H07"


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity", "notification", "mail-sim", "nginx"])


@pytest.fixture
def ahead(tmp_path):
    """An environment in which it is ten minutes later."""
    clock = clock_page(BUILD, str(tmp_path / "clock.page"))
    clock["shift_us"] = 600 * 10 ** 6
    return clock.env()


def sql(suite, service, text):
    return suite.psql(text, database="motcua_" + service)


def dial(suite, **values):
    url = "http://127.0.0.1:%d/dials" % suite.ports["MAIL_SIM"]
    call("POST", url + "/reset")
    assert call("POST", url, values).status == 200


def accept(suite, code):
    """A dossier is filed and accepted: a mail is due."""
    with Bus(suite, "intake") as bus:
        bus.say("notification", intake_pb2.DossierSubmitted(
            code=code, unit_code=UNIT, language="vi",
            applicant=common_pb2.Applicant(name="Nguyễn Thị Hồng", email="hong@example.vn")), key=code)
    with Bus(suite, "verification") as bus:
        bus.say("notification", verification_pb2.DossierProgressed(
            code=code, transition=common_pb2.Transition.Value("ACCEPT"), at_ms=int(time.time() * 1000), unit_code=UNIT), key=code)


def ask_fee(suite, code):
    with Bus(suite, "verification") as bus:
        bus.say("payment", verification_pb2.FeeDue(
            code=code, request_no=1, lines=[common_pb2.FeeLine(kind=2, code="F", name="Lệ phí", amount_dong=5000, when=1)],
            payer_name="Trần Thị Thử", unit_code=UNIT, unit_name="Trung tâm", procedure_code="1.004363",
            procedure_name="Thủ tục thử", channel=2), key=code)


def test_a_mail_put_off_until_next_year_by_a_wrong_clock_goes_now(suite):
    code = UNIT + "-261123-2000001"
    dial(suite, greylist_next=1)
    accept(suite, code)
    wait_for(lambda: sql(suite, "notification", "SELECT count(*) FROM message WHERE code = '%s' AND state = 'queued'"
                         " AND attempts = 1 AND channel = 'email'" % code) == "1", what="the first attempt")
    sql(suite, "notification", "UPDATE message SET next_at = now() + interval '1 year' WHERE code = '%s'" % code)
    sql(suite, "notification", "UPDATE job SET run_at = now() WHERE key = '%s'" % code)
    wait_for(lambda: sql(suite, "notification", "SELECT state FROM message WHERE code = '%s' AND channel = 'email'" % code)
             == "sent", 5, "the mail")


def test_the_gateway_is_asked_in_time_also_by_a_service_whose_clock_is_ahead(suite, tmp_path, ahead):
    code, clerk = UNIT + "-261123-2000002", staff(suite, [("clerk", UNIT)])
    with beside("payment", tmp_path, settings(suite, "payment"), env=ahead) as one:
        ask_fee(suite, code)
        offered = one.ask("POST", "/api/payment/invoices/%s/attempts" % code, body={"method": "gateway"}, token=clerk, key=True)
        assert offered.status == 201, offered
        ahead_s = "SELECT extract(epoch FROM created_at - now()) FROM attempt WHERE code = '%s'" % code
        assert float(sql(suite, "payment", ahead_s)) > 500
        wait_s = "SELECT extract(epoch FROM run_at - now()) FROM job WHERE kind = 'query' AND key = '%s'" % offered["id"]
        assert float(sql(suite, "payment", wait_s)) <= 30
