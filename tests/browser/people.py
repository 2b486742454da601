"""people — who uses the pages in the tests: new citizens, and the staff of one unit who act by HTTP meanwhile."""
import os

from embedded import filing
from embedded.journey import Dossier, Office
from embedded.sample import UNIT
from embedded.web import Person, send, wait_for

WITH_FEE, FREE = "2.000635", "2.000908"  # an extract of the civil register; a copy from a register


class People:
    def __init__(self, suite):
        self.suite = suite
        self.office = Office(suite)

    def new_citizen(self):
        unique = int.from_bytes(os.urandom(4), "big") % 10 ** 6
        person = {"kind": "citizen", "name": "Trần Thị Thử Nghiệm", "id_number": "083300%06d" % unique, "phone": "0912%06d" % unique,
                  "email": "nguoi%d@example.vn" % unique, "password": "một câu dài %d" % unique}
        made = wait_for(lambda: self._sign_up(person), 60, "an account")
        assert made.status == 201, made
        return person

    def _sign_up(self, person):
        """None while a busy machine says 503: it is asked again, with the same key."""
        answer = send("POST", self.suite.url("/api/identity/accounts"), person, key=person["email"])
        return answer if answer.status != 503 else None

    def file(self, person, procedure):
        """A dossier that the person filed before the test begins."""
        ask = Person(self.suite.url(), person["id_number"], person["password"]).ask
        applicant = {k: person[k] for k in ("kind", "name", "id_number", "phone", "email")}
        code = filing.file_dossier(ask, procedure, UNIT, applicant={**applicant, "address": "12 Đường Thử, Bến Tre"})
        return self.of(code)

    def of(self, code):
        """What the staff do with a dossier; the first thing waits until it has come to them."""
        dossier = Dossier(self.office, code)
        wait_for(dossier.case, 30, "the case of " + code)
        return dossier

    # ---- what the person sees by HTTP ----

    def get(self, person, path):
        answer = Person(self.suite.url(), person["id_number"], person["password"]).ask("GET", path)
        assert answer.status == 200, answer
        return answer.json

    def dossiers(self, person):
        return self.get(person, "/api/intake/dossiers")["dossiers"]

    def view(self, person):
        """The one dossier that the person has."""
        [only] = self.dossiers(person)
        return self.get(person, "/api/intake/dossiers/" + only["code"])

    def receipt(self, person, code):
        return self.get(person, "/api/intake/dossiers/%s/receipt" % code)["receipt"]

    def attempts(self, person, code):
        """How it was tried to be paid, the newest first."""
        return self.get(person, "/api/payment/invoices/" + code)["invoices"][0]["attempts"]

    # ---- what the person does before the test begins ----

    def post(self, person, path, body):
        answer = Person(self.suite.url(), person["id_number"], person["password"]).ask("POST", path, body, key=True)
        assert answer.status in (200, 201, 202), answer
        return answer.json

    def begin_to_pay(self, person, dossier, method):
        path = "/api/payment/invoices/" + dossier.code
        wait_for(lambda: Person(self.suite.url(), person["id_number"], person["password"]).ask("GET", path).status == 200, 30, "the invoice")
        return self.post(person, path + "/attempts", {"method": method})

    def pay(self, person, dossier):
        attempt = self.begin_to_pay(person, dossier, "gateway")
        assert send("GET", attempt["pay_url"]).status == 200
        send("POST", self.suite.local("GATEWAY_SIM") + "/sim/pay", {"txn_ref": attempt["txn_ref"], "outcome": "success"})
        wait_for(lambda: self.attempts(person, dossier.code)[0]["state"] == "succeeded", 30, "the payment")

    def fail_to_pay(self, person, dossier):
        attempt = self.begin_to_pay(person, dossier, "gateway")
        assert send("GET", attempt["pay_url"]).status == 200
        send("POST", self.suite.local("GATEWAY_SIM") + "/sim/pay", {"txn_ref": attempt["txn_ref"], "outcome": "cancelled"})
        wait_for(lambda: self.attempts(person, dossier.code)[0]["state"] == "failed", 30, "the failure")

    def refund(self, person, dossier, by_gateway):
        """Paid, and withdrawn: what went through the gateway goes back at once, cash when somebody comes for it."""
        if by_gateway:
            self.pay(person, dossier)
        else:
            path = "/api/payment/invoices/" + dossier.code
            wait_for(lambda: Person(self.suite.url(), person["id_number"], person["password"]).ask("GET", path).status == 200, 30, "the invoice")
            paid = self.office.staff["clerk"].ask("POST", path + "/attempts", {"method": "cash"}, key=True)
            assert paid.status == 201, paid
        wait_for(lambda: dossier.case()["paid_dong"], 60, "the payment to be known")
        self.withdraw(person, dossier)
        wait_for(lambda: dossier.case()["status"] == 7, 60, "the wish to withdraw")
        dossier.decide("clerk", "CONFIRM_WITHDRAWAL", refund=True)
        status = "refunded" if by_gateway else "refunding"
        wait_for(lambda: self.get(person, "/api/payment/invoices/" + dossier.code)["invoices"][0]["status"] == status, 60, status)

    def withdraw(self, person, dossier):
        self.post(person, "/api/intake/dossiers/%s/withdrawal" % dossier.code, {"reason": "Tôi nộp nhầm thủ tục."})
