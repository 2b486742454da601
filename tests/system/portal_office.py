"""status-sync — what its tests share: the simulated national portal, whose ledger is the judge, and an office that speaks for the
other services over the bus."""
import os

import pytest

from bus import Bus, common_pb2, identity_pb2, intake_pb2, verification_pb2
from embedded.layout import variables
from lib import call, operator, wait_for

UNIT, OTHER_UNIT, PROCEDURE = "000.00.01.H07", "000.00.02.H07", "2.001955"
START_MS = 1587436200000  # 21/04/2020 09:30 in Việt Nam
MINUTE = 60000
S, T = common_pb2.Status, common_pb2.Transition
LIFE = [("SUBMIT", 1), ("ACCEPT", 2), ("FORWARD", 4), ("STEP", 4), ("SIGN_RESULT", 9), ("HAND_OVER", 10)]
PROCESSES = ["postgres", "redis", "broker", "portal-sim", "identity", "status-sync"]


class Portal:
    """The simulator: what it knows, its ledger, its dials."""

    def __init__(self, suite):
        self.url = "http://127.0.0.1:%d" % suite.ports["PORTAL_SIM"]

    def dial(self, **values):
        assert call("POST", self.url + "/dials", values).status == 200

    def dossier(self, code):
        answer = call("GET", self.url + "/dossiers/" + code)
        return answer.json if answer.status == 200 else None

    def ledger(self, **query):
        text = "&".join("%s=%s" % item for item in query.items())
        return call("GET", self.url + "/ledger?" + text)["entries"]

    def statuses(self, code):
        known = self.dossier(code)
        return [line["TrangThai"] for line in known["progress"]] if known else []

    def push(self, url, data):
        return call("POST", self.url + "/push", {"url": url, "data": data})


class Office:
    """Speaks as the services that status-sync hears, and asks it over HTTP."""

    def __init__(self, suite):
        self.suite, self.portal, self.count, self.tokens = suite, Portal(suite), 0, {}
        self.http = "http://127.0.0.1:%d/api/status-sync" % suite.ports["STATUS_SYNC_HTTP"]
        self.bus = {name: Bus(suite, name) for name in ("intake", "verification", "payment", "identity")}

    def say(self, source, message, key, version=1, **more):
        return self.bus[source].say("status-sync", message, key, version, **more)

    def new_code(self):
        self.count += 1
        return "%s-200421-%04d" % (UNIT, self.count)

    def submit(self, code=None, **changes):
        code = code or self.new_code()
        applicant = common_pb2.Applicant(kind="BUSINESS", name="Công ty TNHH Dừa Xanh", tax_code="0100109106",
                                         phone="0912345678", email="a@example.vn", address="12 Đường Thử")
        fields = {"code": code, "procedure_code": PROCEDURE, "procedure_version": 1, "unit_code": UNIT, "channel": "ONLINE",
                  "applicant": applicant, "summary": "Đăng ký nội quy", "filed_at_ms": START_MS, "language": "vi", **changes}
        self.say("intake", intake_pb2.DossierSubmitted(**fields), code)
        return code

    def moved(self, code, version, transition, status, **changes):
        """The message of a move; moves are ten minutes apart."""
        accepted = status not in (1, 3)
        fields = {"code": code, "status": status, "transition": transition, "at_ms": START_MS + version * 10 * MINUTE,
                  "unit_code": UNIT, "unit_name": "Trung tâm", "handling_unit_code": UNIT, "handling_unit_name": "Sở Lao động",
                  "procedure_code": PROCEDURE, "procedure_name": "Đăng ký nội quy lao động",
                  "accepted_at_ms": START_MS + 20 * MINUTE if accepted else 0,
                  "due_at_ms": START_MS + 8 * 1440 * MINUTE if accepted else 0,
                  "by": common_pb2.Official(account_id="1", name="Nguyễn Văn An", title="Chuyên viên", department="Phòng TN"),
                  **changes}
        return verification_pb2.DossierProgressed(**fields)

    def move(self, code, version, transition, status, **changes):
        self.say("verification", self.moved(code, version, transition, status, **changes), code, version)

    def live(self, code, moves=None):
        for version, (transition, status) in enumerate(moves or LIFE, 1):
            self.move(code, version, transition, status)

    def token(self, *grants):
        """Of a new member of staff with these (role, unit)."""
        if grants not in self.tokens:
            user = {"login": "cb" + os.urandom(5).hex(), "name": "Cán Bộ Thử", "title": "Chuyên viên", "department": "Phòng",
                    "grants": [{"role": role, "unit": unit} for role, unit in grants]}
            made = call("POST", self.suite.admin_url("identity") + "/admin/users", user, token=operator(self.suite))
            answer = call("POST", "http://127.0.0.1:%d/api/identity/sessions" % self.suite.ports["IDENTITY_HTTP"],
                          {"login": user["login"], "password": made["password"]})
            assert answer.status == 200, answer
            self.tokens[grants] = answer["access_token"]
        return self.tokens[grants]

    def get(self, path, *grants):
        return call("GET", self.http + path, token=self.token(*grants or [("auditor", "*")]))

    def resync(self, code, *grants):
        return call("POST", self.http + "/dossiers/%s/resync" % code, {}, key=True, token=self.token(*grants))

    def is_settled(self, code):
        known = self.get("/dossiers/" + code)
        return known.status == 200 and known["owed"]["since_ms"] is None and known.json

    def settled(self, code, seconds=20):
        return wait_for(lambda: self.is_settled(code), seconds, "the portal knows everything of " + code)

    def arrives(self, code, statuses, seconds=20):
        wait_for(lambda: self.portal.statuses(code) == statuses, seconds, "%s with lines %s" % (code, statuses))
        return self.portal.dossier(code)


def make_office(new_suite, **settings):
    office = Office(new_suite(PROCESSES, {"status-sync": variables("status-sync", **settings)}))
    for code, name, gso in ((UNIT, "Trung tâm Phục vụ hành chính công", ""), ("000.00.00.H07", "Tỉnh Bến Tre", "83"),
                            ("000.01.21.H07", "Phường Phú Khương", "28756")):
        office.say("identity", identity_pb2.UnitChanged(code=code, name=name, gso_code=gso, level="DEPARTMENT"), code)
    office.say("intake", intake_pb2.ProcedurePublished(code=PROCEDURE, version=1, name="Đăng ký nội quy lao động",
                                                       field_code="G07-LĐ07", field_name="Lao động"), PROCEDURE)
    return office


@pytest.fixture(scope="module")
def the_office(new_suite):
    return make_office(new_suite, timeout_ms="1000")


@pytest.fixture
def office(the_office):
    yield the_office
    call("POST", the_office.portal.url + "/dials/reset", {})
