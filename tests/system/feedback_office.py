"""feedback — what its tests share: an office that speaks for the other services over the bus, and asks feedback over HTTP."""
import time

import pytest

from bus import Bus, common_pb2, identity_pb2, intake_pb2, payment_pb2, verification_pb2
from embedded.layout import variables
from lib import call, sign_up, staff

PROVINCE, UNIT, OTHER_UNIT = "000.00.00.H07", "000.00.01.H07", "000.00.02.H07"
PROCEDURE, FIELD = "2.001955", "G07-LĐ07"
DAY = 86400000
S, T = common_pb2.Status, common_pb2.Transition
FINISHED = [("SUBMIT", 1), ("ACCEPT", 2), ("FORWARD", 4), ("SIGN_RESULT", 9)]
PROCESSES = ["postgres", "redis", "broker", "identity", "feedback", "nginx"]
OFFICER = {"account_id": "0190f5d2-0000-7000-8000-000000000001", "name": "Nguyễn Văn An", "title": "Chuyên viên", "department": "Phòng"}


class Office:
    """now_ms: when what it tells happened."""

    def __init__(self, suite):
        self.suite, self.count, self.bus = suite, 0, {name: Bus(suite, name) for name in ("intake", "verification", "payment", "identity")}
        self.now_ms = int(time.time() * 1000)

    # ---- what the other services say ----

    def say(self, source, message, key, version=1, **more):
        return self.bus[source].say("feedback", message, key, version, **more)

    def new_code(self, unit=UNIT):
        self.count += 1
        return "%s-%s-%04d" % (unit, time.strftime("%y%m%d", time.gmtime(self.now_ms / 1000 + 7 * 3600)), self.count)

    def submit(self, code=None, **changes):
        code = code or self.new_code(changes.get("unit_code", UNIT))
        applicant = common_pb2.Applicant(kind="CITIZEN", name="Trần Thị Kín", id_number="083300000017", phone="0912345678",
                                         email="kin@example.vn", address="12 Đường Thử")
        fields = {"code": code, "procedure_code": PROCEDURE, "procedure_version": 1, "unit_code": UNIT, "channel": "ONLINE",
                  "applicant": applicant, "filed_at_ms": self.now_ms - 5 * DAY, "language": "vi", **changes}
        self.say("intake", intake_pb2.DossierSubmitted(**fields), code)
        return code

    def moved(self, code, version, transition, status, **changes):
        has_ended = status in (9, 10)
        fields = {"code": code, "status": status, "transition": transition, "at_ms": self.now_ms - 4 * DAY + version * 600000,
                  "unit_code": UNIT, "handling_unit_code": UNIT, "procedure_code": PROCEDURE,
                  "accepted_at_ms": self.now_ms - 4 * DAY if status not in (1, 3) else 0, "due_at_ms": self.now_ms + 3 * DAY,
                  "finished_at_ms": self.now_ms if has_ended else 0,
                  "by": common_pb2.Official(**OFFICER) if transition != "SUBMIT" else None, **changes}
        return verification_pb2.DossierProgressed(**fields)

    def move(self, code, version, transition, status, **changes):
        return self.say("verification", self.moved(code, version, transition, status, **changes), code, version)

    def live(self, code, moves=None, **changes):
        for version, (transition, status) in enumerate(moves or FINISHED, 1):
            self.move(code, version, transition, status, **changes)
        return code

    def finish(self, **changes):
        """The code of a dossier that has ended well; changes: of what was filed."""
        units = {k: changes[k] for k in ("unit_code",) if k in changes}
        handled = {"handling_unit_code": changes["unit_code"]} if units else {}
        return self.live(self.submit(**changes), **units, **handled)

    def publish(self, code=PROCEDURE, version=1, **changes):
        fields = {"name": "Đăng ký nội quy lao động", "field_code": FIELD, "field_name": "Lao động", "limit": 7, "limit_unit": "WORKING_DAYS",
                  "online_level": "full", **changes}
        self.say("intake", intake_pb2.ProcedurePublished(code=code, version=version, **fields), code, version)

    def unit(self, code, name, level="DEPARTMENT", parent=PROVINCE, version=1, **changes):
        message = identity_pb2.UnitChanged(code=code, name=name, level=level, parent_code=parent, **changes)
        self.say("identity", message, code, version)

    def pay(self, code, method="GATEWAY", request_no=1):
        message = payment_pb2.PaymentSettled(code=code, request_no=request_no, amount_dong=50000, method=method, settled_at_ms=self.now_ms)
        return self.say("payment", message, code, request_no)

    # ---- people ----

    def citizen(self):
        """A new one: (token, account id)."""
        token = sign_up(self.suite)
        return token, call("GET", self.suite.url("/api/identity/me"), token=token)["id"]

    def staff(self, *grants):
        return staff(self.suite, list(grants))

    def ask(self, method, path, body=None, **more):
        return call(method, self.suite.url("/api/feedback" + path), body, **more)

    def sql(self, text):
        return self.suite.psql(text, database="motcua_feedback")


def make_office(new_suite, **settings):
    office = Office(new_suite(PROCESSES, {"feedback": variables("feedback", **settings)}))
    office.unit(PROVINCE, "Tỉnh Bến Tre", "PROVINCE", "")
    for code, name in ((UNIT, "Trung tâm Phục vụ hành chính công"), (OTHER_UNIT, "Sở Lao động")):
        office.unit(code, name)
    office.publish()
    return office


@pytest.fixture(scope="module")
def office(new_suite):
    return make_office(new_suite)
