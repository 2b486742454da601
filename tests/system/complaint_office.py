"""complaint_office — feedback's office with working time, people who complain and people who work complaints."""
import uuid

import pytest

from bus import verification_pb2
from feedback_office import OTHER_UNIT, PROVINCE, UNIT, make_office
from lib import call, wait_for

WEEK = ["07:30-11:30,13:30-17:30"] * 5 + ["", ""]
CONTACT = {"name": "Lê Thị Ẩn Danh", "address": "7 Đường Không Tên", "phone": "0933445566", "email": "an.danh@example.vn"}


class Complaints:
    """One feedback; staff by (role, unit), made once each."""

    def __init__(self, office):
        self.office, self.suite, self.tokens = office, office.suite, {}
        calendar = verification_pb2.WorkingCalendar(code="chung", name="Chung", week=WEEK, units=["*"])
        office.say("verification", verification_pb2.CalendarsChanged(calendars=[calendar]), "calendars")

    def ask(self, method, path, body=None, **more):
        return call(method, self.suite.url("/api/feedback" + path), body, **more)

    def sql(self, text):
        return self.office.sql(text)

    def row(self, code, columns):
        return self.sql("SELECT %s FROM complaint WHERE code = '%s'" % (columns, code))

    def token(self, role, unit):
        if (role, unit) not in self.tokens:
            self.tokens[role, unit] = self.office.staff((role, unit))
        return self.tokens[role, unit]

    # ---- whoever complains ----

    def filing(self, **changes):
        body = {"class": "petition", "category": "late", "title": "Trễ hẹn", "content": "Hồ sơ trễ hẹn một tuần.", "unit": UNIT,
                "contact": CONTACT, **changes}
        return {name: value for name, value in body.items() if value is not None}

    def send(self, token=None, **changes):
        return self.ask("POST", "/complaints", self.filing(**changes), token=token, key=True)

    def complain(self, token=None, **changes):
        sent = self.send(token, **changes)
        assert sent.status == 201, sent
        return sent

    def look_up(self, sent):
        return self.ask("POST", "/complaints/look-up", {"code": sent["code"], "secret": sent["secret"]})

    def act(self, sent, act, words=None):
        body = {"act": act, "secret": sent["secret"], **({"words": words} if words else {})}
        return self.ask("POST", "/complaints/%s/acts" % sent["code"], body, key=True)

    # ---- whoever works them ----

    def desk(self, code, role, unit=UNIT):
        return self.ask("GET", "/desk/complaints/" + code, token=self.token(role, unit))

    def listed(self, role, unit=UNIT, token=None, **query):
        more = "".join("&%s=%s" % pair for pair in query.items())
        answer = self.ask("GET", "/desk/complaints?limit=200&unit=%s%s" % (unit, more), token=token or self.token(role, unit))
        assert answer.status == 200, answer
        return [row["code"] for row in answer["complaints"]]

    def decide(self, code, act, role, unit=UNIT, **more):
        token = self.token(role, unit)
        version = self.row(code, "version")
        return self.ask("POST", "/desk/complaints/%s/acts" % code, {"act": act, **more}, token=token, key=True,
                        headers={"If-Match": '"%s"' % version})

    def done(self, code, act, role, unit=UNIT, **more):
        answer = self.decide(code, act, role, unit, **more)
        assert answer.status == 200, answer
        return answer

    def answered(self, outcome="upheld", **changes):
        """One that was answered."""
        sent = self.complain(**changes)
        role = "officer" if sent["class"] == "petition" else "leader"
        self.done(sent["code"], "accept", role)
        self.done(sent["code"], "answer", role, words="Đã kiểm tra và chấn chỉnh.", outcome=outcome)
        return sent

    def is_overdue(self, code):
        """Its next limit has passed, and the office's timer has noticed."""
        self.sql("UPDATE complaint SET clock_at = now() - interval '40 days', step_due_at = now() - interval '30 days' WHERE code = '%s'"
                 % code)
        self.sql("UPDATE job SET run_at = now(), generation = generation + 1 WHERE kind = 'complaint_due' AND key = '%s'" % code)
        wait_for(lambda: self.row(code, "escalated_at IS NOT NULL") == "t", what="escalation")


@pytest.fixture(scope="module")
def complaints(new_suite):
    return Complaints(make_office(new_suite, complaints_an_hour="1000", complaint_looks_an_hour="1000"))


def official():
    """An account id of somebody."""
    return str(uuid.uuid4())


__all__ = ["CONTACT", "OTHER_UNIT", "PROVINCE", "UNIT", "complaints", "official"]
