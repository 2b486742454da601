"""journey — what the people around one dossier do, by HTTP, as the demo and the tests of the whole way share it."""
import hashlib

from . import filing
from .sample import STAFF, UNIT, demo_accounts
from .web import Person, send, wait_for


class Office:
    """A running suite with its demo accounts: the applicant, and the staff of the sample's office. patience_s: how long they
    wait for what others have to do first."""

    def __init__(self, suite, patience_s=60):
        self.suite, self.unit, self.patience_s = suite, UNIT, patience_s
        accounts = demo_accounts(suite)
        self.passwords = {a.get("login", a.get("email")): a["password"] for a in accounts["staff"] + accounts["citizens"]}
        self.owner = next(a for a in accounts["citizens"] if a["kind"] == "citizen")
        self.citizen = self.person(self.owner["email"])
        self.staff = {"clerk": self.person(STAFF + ".motcua"), "officer": self.person(STAFF + ".chuyenvien"),
                      "leader": self.person(STAFF + ".lanhdao")}

    def person(self, login):
        return Person(self.suite.url(), login, self.passwords[login])

    def file(self, procedure, **changes):
        """changes: of what is filed, and the key."""
        applicant = {k: self.owner[k] for k in ("kind", "name", "id_number", "phone", "email")}
        code = filing.file_dossier(self.citizen.ask, procedure, self.unit,
                                   applicant={**applicant, "address": "12 Đường Đồng Khởi, Bến Tre"}, **changes)
        return Dossier(self, code)


def expect(answer, status):
    if answer.status != status:
        raise AssertionError(answer)
    return answer


class Dossier:
    """One dossier on its way. Every act is repeated with its key until it is answered."""

    def __init__(self, office, code):
        self.office, self.code = office, code

    # ---- the authority ----

    def case(self):
        """What the clerk sees, or None while verification has not heard of it."""
        answer = self.office.staff["clerk"].ask("GET", "/api/verification/cases/" + self.code)
        return answer if answer.status == 200 else None

    def decide(self, role, action, **more):
        """One decision on the version that is current now."""
        case = wait_for(self.case, self.office.patience_s, "the case of " + self.code)
        return expect(self.office.staff[role].ask(
            "POST", "/api/verification/cases/%s/decisions" % self.code, {"action": action, **more}, key=True,
            headers={"If-Match": case.headers["ETag"]}), 200)

    def step(self):
        """The next step, by whom it belongs to; False at the last one."""
        steps = self.case()["steps"]
        current = next(i for i, s in enumerate(steps) if s["is_current"])
        if current + 1 == len(steps):
            return False
        self.decide(steps[current]["role"], "STEP")
        return True

    def sign(self, number, name):
        """The leader signs; the result's file goes with it."""
        filing.upload(self.office.staff["leader"].ask, name="ket-qua.pdf")
        file = {"sha256": hashlib.sha256(filing.PDF).hexdigest(), "name": "ket-qua.pdf", "type": "application/pdf"}
        return self.decide("leader", "SIGN_RESULT", result={"number": number, "name": name, "file": file})

    # ---- the applicant ----

    def view(self):
        return expect(self.office.citizen.ask("GET", "/api/intake/dossiers/" + self.code), 200).json

    def supply(self, component):
        paper = filing.upload(self.office.citizen.ask, name="bổ sung.pdf")
        body = {"papers": [{"component": component, "upload": paper}]}
        return expect(self.office.citizen.ask("POST", "/api/intake/dossiers/%s/supplements" % self.code, body, key=True), 202)

    def ask_withdrawal(self, reason):
        return expect(self.office.citizen.ask("POST", "/api/intake/dossiers/%s/withdrawal" % self.code, {"reason": reason},
                                              key=True), 202)

    def invoice(self):
        answer = self.office.citizen.ask("GET", "/api/payment/invoices/" + self.code)
        return answer.json if answer.status == 200 else None

    def pay_online(self, ipn="normal"):
        """The gateway's way: an attempt, its page, the payer's decision there; another one if the bank's page will not have it.
        What is heard of it is the IPN's matter; ipn: how the simulator calls."""
        wait_for(self.invoice, self.office.patience_s, "the invoice of " + self.code)
        wait_for(lambda: self._paid_at_the_bank(ipn), self.office.patience_s, "the bank", pause=0.2)

    def _paid_at_the_bank(self, ipn):
        book = self.book_of_bank()
        if book is None or book["captures"]:
            return book
        attempt = self._attempt()
        try:
            if send("GET", attempt["pay_url"]).status == 200:
                send("POST", self.office.suite.local("GATEWAY_SIM") + "/sim/pay",
                     {"txn_ref": attempt["txn_ref"], "outcome": "success", "ipn": ipn})
        except OSError:
            pass  # nobody answers there; its book tells what it heard
        book = self.book_of_bank()
        return book and book["captures"]

    def _attempt(self):
        """A new one, or the one that is on its way."""
        answer = self.office.citizen.ask("POST", "/api/payment/invoices/%s/attempts" % self.code, {"method": "gateway"}, key=True)
        return answer.json if answer.status == 201 else expect(answer, 409)["attempt"]

    # ---- the outside world, by its own books ----

    def _book(self, place, path):
        try:
            answer = send("GET", self.office.suite.local(place) + path)
            return answer.json if answer.status == 200 else None
        except OSError:
            return None

    def book_of_bank(self):
        """What the bank took for this dossier: {"captures": […]}; None while it does not answer, as the others."""
        book = self._book("GATEWAY_SIM", "/captures")
        return book and {"captures": [c for c in book["captures"] if c["key"].startswith(self.code + ".")]}

    def mails(self):
        """Subjects of the mails about it, each Message-ID once, in order of arrival."""
        book = self._book("MAIL_SIM", "/mails?code=" + self.code)
        if not book:
            return None
        first = {}
        for mail in sorted(book["mails"], key=lambda m: m["n"]):
            first.setdefault(mail["message_id"], mail["subject"])
        return list(first.values())

    def at_the_portal(self):
        return self._book("PORTAL_SIM", "/dossiers/" + self.code)
