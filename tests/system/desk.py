"""desk — verification as the tests of it see it: intake, payment and identity are spoken for over the bus, people use HTTP.
What verification says is heard as intake (DossierProgressed) and as payment (FeeDue, RefundDue)."""
import time

from bus import MESSAGES, Bus, common_pb2, identity_pb2, intake_pb2, payment_pb2
from embedded.layout import variables
from lib import call, operator, staff, wait_for

COUNTER, OFFICE, ELSEWHERE = "000.00.01.H07", "000.00.02.H07", "000.00.03.H07"
PROCESSES = ["postgres", "redis", "broker", "identity", "verification", "nginx"]
REPLICA = "one"
WEEK = ["07:00-11:30,13:30-17:00"] * 5 + ["", ""]
STEPS = [("Thẩm định", "officer", 480), ("Ký", "leader", 240)]
MONEY = {"before": common_pb2.FeeLine(kind="PHI", code="P1", name="Phí thẩm định", amount_dong=30000, when="BEFORE"),
         "after": common_pb2.FeeLine(kind="LE_PHI", code="L1", name="Lệ phí cấp phép", amount_dong=10000, when="AFTER")}
RESULT = {"number": "12/GP", "name": "Giấy phép"}


def now_ms():
    return int(time.time() * 1000)


def make_desk(new_suite):
    return Desk(new_suite(PROCESSES, {"verification": variables("verification", replica=REPLICA)}))


class Desk:
    """One verification with three units, a working calendar for all of them, and whatever procedures a test asks for."""

    def __init__(self, suite):
        self.suite, self.count, self.tokens, self.heard, self.seen = suite, 0, {}, [], set()
        self.bus = {name: Bus(suite, name) for name in ("intake", "payment", "identity", "notification")}
        for code, name in ((COUNTER, "Trung tâm"), (OFFICE, "Sở Nội vụ"), (ELSEWHERE, "Sở Tư pháp")):
            self.say("identity", identity_pb2.UnitChanged(code=code, name=name, level="DEPARTMENT", address="Số 1 đường %s" % name,
                                                            phone="1022"), code)
        self.load_calendar("chung", WEEK, "*")

    # ---- other services ----

    def say(self, source, message, key, version=1, **more):
        return self.bus[source].say("verification", message, key, version, **more)

    def pump(self):
        """Take what verification said and acknowledge it; what was heard twice counts once."""
        for bus in self.bus.values():
            bus.pump(0.005)
            for envelope in bus.heard:
                bus.ack(envelope, "verification/" + REPLICA)
                if bytes(envelope.id) not in self.seen and envelope.destination != "notification":
                    self.seen.add(bytes(envelope.id))
                    self.heard.append((envelope, MESSAGES[envelope.type].FromString(envelope.payload)))
            bus.heard.clear()

    def told(self, code, name):
        """The messages of a type about the dossier so far, by version."""
        self.pump()
        mine = [(e.version, m) for e, m in self.heard if e.key == code and e.type == "motcua." + name]
        return [m for _, m in sorted(mine, key=lambda pair: pair[0])]

    def hears(self, code, name, how_many=1):
        """Wait until so many have come, and no more."""
        wait_for(lambda: len(self.told(code, name)) >= how_many, what="%d %s of %s" % (how_many, name, code))
        assert len(self.told(code, name)) == how_many
        return self.told(code, name)

    def procedure(self, fees=(), lines=(), **changes):
        """A new procedure; its code."""
        self.count += 1
        code = "1.%06d" % self.count
        fields = {"code": code, "version": 1, "name": "Cấp giấy phép thử", "limit": 5, "limit_unit": "WORKING_DAYS",
                  "supplement_days": 10, "payment_days": 3, "fees": [MONEY[fee] for fee in fees] + list(lines),
                  "steps": [intake_pb2.Step(name=n, role=r, minutes=m) for n, r, m in STEPS],
                  "components": [intake_pb2.Component(code="TP1", name="Đơn đề nghị", is_required=True)], **changes}
        self.say("intake", intake_pb2.ProcedurePublished(**fields), code)
        return code

    def file(self, procedure, received_by="", owner=None, code=None, papers=("TP1",), **changes):
        """intake says that a dossier was filed: online, or received at the counter by somebody. Its code."""
        self.count += 1
        code = code or "%s-261123-%04d" % (changes.get("unit_code", COUNTER), self.count)
        person = {"kind": "CITIZEN", "name": "Trần Thị Mẫu", "id_number": "083185%06d" % self.count, "phone": "0912345678",
                  "email": "mau@example.vn", **(owner or {})}
        fields = {"code": code, "procedure_code": procedure, "procedure_version": 1, "unit_code": COUNTER, "channel": "ONLINE",
                  "applicant": common_pb2.Applicant(**person), "summary": "Xin cấp phép", "filed_at_ms": now_ms(),
                  "papers": [p if isinstance(p, common_pb2.Paper) else
                             common_pb2.Paper(component_code=p, name="Giấy tờ", sha256=b"\1" * 32) for p in papers],
                  "language": "vi", **changes}
        if received_by:
            fields.update(channel="COUNTER", received_by=common_pb2.Official(account_id="x", name=received_by))
        self.say("intake", intake_pb2.DossierSubmitted(**fields), code)
        return code

    def supply(self, code, version=2):
        paper = common_pb2.Paper(component_code="TP1", name="Giấy tờ bổ sung", sha256=b"\2" * 32)
        return self.say("intake", intake_pb2.DossierSupplemented(code=code, papers=[paper], note="Đã bổ sung",
                                                                 supplied_at_ms=now_ms()), code, version)

    def withdraw(self, code, version=2):
        return self.say("intake", intake_pb2.WithdrawalRequested(code=code, reason="Đổi ý", requested_at_ms=now_ms()), code,
                        version)

    def pay(self, code, no=1, amount=30000, **more):
        return self.say("payment", payment_pb2.PaymentSettled(code=code, request_no=no, amount_dong=amount, method="CASH"), code,
                        no, **more)

    # ---- the operator ----

    def admin(self, path, text):
        answer = call("POST", self.suite.admin_url("verification") + path, raw=text.encode(), token=operator(self.suite),
                      headers={"Content-Type": "text/csv"})
        assert answer.status == 200 and not answer["refused"], answer

    def load_calendar(self, code, week, units):
        days = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
        self.admin("/admin/calendars", "code,name,%s,units\n%s,%s,%s,%s\n" % (
            days, code, code, ",".join('"%s"' % day for day in week), units))

    def load_special_days(self, *days):
        """(date, kind, name) each."""
        self.admin("/admin/special-days", "date,kind,name\n" + "".join("%s,%s,%s\n" % day for day in days))

    def sql(self, text):
        return self.suite.psql(text, database="motcua_verification")

    # ---- people ----

    def token(self, role, at=COUNTER):
        if (role, at) not in self.tokens:
            self.tokens[role, at] = staff(self.suite, [(role, at)])
        return self.tokens[role, at]

    def url(self, path):
        return "http://127.0.0.1:%d/api/verification%s" % (self.suite.ports["VERIFICATION_HTTP"], path)

    def get(self, path, role="clerk", at=COUNTER, **more):
        return call("GET", self.url(path), token=self.token(role, at), **more)

    def case(self, code, role="clerk", at=COUNTER):
        answer = self.get("/cases/" + code, role, at)
        assert answer.status == 200, answer
        return answer

    def status(self, code):
        return int(self.sql("SELECT status FROM case_file WHERE code = '%s'" % code))

    def version(self, code):
        return int(self.sql("SELECT version FROM case_file WHERE code = '%s'" % code))

    def decide(self, code, action, role="clerk", at=COUNTER, version=None, key=True, **brings):
        """One decision, on the version as it is unless another is named."""
        headers = {"If-Match": '"%d"' % (self.version(code) if version is None else version)}
        return call("POST", self.url("/cases/%s/decisions" % code), {"action": action, **brings}, key=key, headers=headers,
                    token=self.token(role, at))

    def do(self, code, action, role="clerk", at=COUNTER, **brings):
        """A decision that is taken; the status it leads to."""
        answer = self.decide(code, action, role, at, **brings)
        assert answer.status == 200, answer
        return answer["status"]
