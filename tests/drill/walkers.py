"""walkers — people who take dossiers the whole way, one after the other, whatever dies meanwhile: filed, accepted, paid, worked,
handed over; or refused; or withdrawn. What everybody else's books must say at the end each walker writes into its journal:
`walked`, with the states, the number of mails and the money. Whoever gets no result complains as well. Python is fast enough for people."""
import random
import threading
import time

from blind import Token
from embedded.journey import expect
from embedded.sample import FREE, UNIT, WITH_FEE
from embedded.web import wait_for
from journal import Journal, JournalledOffice

QUESTIONS = ("is_clear", "is_simple", "is_helpful", "is_in_time")
PATIENCE_S = 240  # besides the time for which a fault is held


class Walk:
    def __init__(self, office, journal, procedure, rng, ground):
        self.office, self.journal, self.dossier = office, journal, office.file(procedure)
        self.rng, self.ground = rng, ground
        self.states, self.mails, self.paid = [1], 1, 0
        journal.write("began", code=self.dossier.code)

    def moved(self, *states, mails=0):
        """These must follow; wait for the last."""
        self.states += states
        self.mails += mails
        wait_for(lambda: self.status() == states[-1], self.office.patience_s, "state %d of %s" % (states[-1], self.dossier.code), pause=0.1)

    def status(self):
        case = self.dossier.case()
        return case["status"] if case else None

    def decide(self, role, action, **more):
        """On the version that is current: somebody else's word may come between looking and deciding."""
        while True:
            try:
                return self.dossier.decide(role, action, **more)
            except AssertionError as refused:
                if getattr(refused.args[0], "status", None) != 412:
                    raise

    def pay(self):
        self.journal.write("paying", code=self.dossier.code)
        self.dossier.pay_online(self.rng.choice(self.ground.ipn_modes))
        self.moved(2, mails=1)
        self.paid = self.dossier.invoice()["invoices"][-1]["total_dong"]

    def rate(self):
        """Once, with a token that feedback signed without seeing it, until an answer is read."""
        citizen, path = self.office.citizen, "/api/feedback/dossiers/%s/rating" % self.dossier.code
        open_for = lambda: (shown := citizen.ask("GET", path)).status == 200 and shown["state"] == "open" and shown["cell"]
        cell = wait_for(open_for, self.office.patience_s, "the rating of " + self.dossier.code, pause=0.1)
        token = Token(citizen.ask("GET", "/api/feedback/rating-cells/%d" % cell).json)
        signed = expect(citizen.ask("POST", path + "-token", {"blinded": token.blinded}), 200)
        shown = {**token.unblind(signed["signature"]), **{q: self.rng.randint(1, 5) for q in QUESTIONS}}
        self.journal.write("rating", cell=cell)
        answer = citizen.ask("POST", "/api/feedback/ratings", shown)
        assert answer.status == 201 or answer["code"] == "rated_already", answer
        self.journal.write("rated", cell=cell)

    def complain(self):
        """A petition of its own, named by its title, until its code is read; an officer answers it."""
        title = "Phản ánh %015d" % self.rng.randrange(10 ** 15)
        contact = {"name": self.office.owner["name"], "address": "12 Đường Thử", "phone": self.office.owner["phone"],
                   "email": self.office.owner["email"]}
        body = {"class": "petition", "category": "late", "title": title, "content": "Phải chờ lâu.", "unit": UNIT, "contact": contact}
        self.journal.write("complaining", title=title)
        sent = expect(self.office.citizen.ask("POST", "/api/feedback/complaints", body, key=True), 201)
        self.journal.write("complained", title=title, code=sent["code"], due_ms=sent["due_at_ms"])
        self.handle(sent["code"], act="accept")
        self.handle(sent["code"], act="answer", words="Đã chấn chỉnh.", outcome="upheld")
        self.journal.write("heard", code=sent["code"])

    def handle(self, code, **act):
        officer, path = self.office.staff["officer"], "/api/feedback/desk/complaints/" + code
        version = {"If-Match": expect(officer.ask("GET", path), 200).headers["ETag"]}
        expect(officer.ask("POST", path + "/acts", act, key=True, headers=version), 200)

    def written_down(self):
        self.journal.write("walked", code=self.dossier.code, states=self.states, mails=self.mails, paid=self.paid)


def whole_way(w):
    w.decide("clerk", "ACCEPT")
    w.moved(2, 6, mails=2)
    w.pay()
    w.decide("clerk", "FORWARD", unit=UNIT)
    w.moved(4)
    w.dossier.step()
    w.moved(4)
    supplement(w)
    while w.dossier.step():
        w.states.append(4)
    w.dossier.sign("GP-0001", "Giấy phép xây dựng")
    w.moved(9, mails=2)  # the result, and the link to rate
    w.decide("clerk", "HAND_OVER", received_by=w.office.owner["name"])
    w.moved(10, mails=1)
    w.rate()


def supplement(w):
    w.decide("officer", "ASK_SUPPLEMENT", reason="Bản vẽ thiếu công trình liền kề.", papers=[{"component": "", "name": "Bản vẽ"}])
    w.moved(5, mails=1)
    wait_for(lambda: w.dossier.view()["status"] == 5, w.office.patience_s, "state 5 for the citizen", pause=0.1)
    w.dossier.supply(w.dossier.view()["papers"][-1]["component"])
    wait_for(lambda: w.dossier.case()["papers_supplied"], w.office.patience_s, "the papers", pause=0.1)
    w.decide("clerk", "ACCEPT_SUPPLEMENT")
    w.moved(5, 4, mails=1)


def refused(w):
    w.decide("clerk", "REFUSE", reason="Thửa đất không thuộc địa bàn thành phố.")
    w.moved(3, mails=2)
    w.rate()
    w.complain()


def withdrawn(w):
    w.decide("clerk", "ACCEPT")
    w.moved(2, mails=1)
    w.dossier.ask_withdrawal("Tôi đổi thiết kế.")
    w.moved(7, mails=1)
    w.decide("clerk", "CONFIRM_WITHDRAWAL")
    w.moved(8, mails=2)
    w.rate()
    w.complain()


WAYS = [(whole_way, WITH_FEE), (whole_way, WITH_FEE), (refused, FREE), (withdrawn, FREE)]


class Walkers:
    """So many at the same time, from start() until finish()."""

    def __init__(self, ground, options):
        self.ground = ground
        self.office = JournalledOffice(ground.suite, PATIENCE_S + (options.hold or 0), ground.journals)
        self.ends, self.troubles, self.walked = threading.Event(), [], 0
        self.threads = [threading.Thread(target=self._walk, args=(
            Journal(ground.journals, "walker-%d" % i), random.Random("%d walker %d" % (options.seed, i)))) for i in range(options.walkers)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def finish(self):
        """No new dossiers; those under way come to their end."""
        self.ends.set()
        for thread in self.threads:
            thread.join()

    def _walk(self, journal, rng):
        while not self.ends.is_set():
            way, procedure = rng.choice(WAYS)
            try:
                walk = Walk(self.office, journal, procedure, rng, self.ground)
                way(walk)
                walk.written_down()
                self.walked += 1
            except Exception as trouble:  # whatever it is: the way was not walked to its end
                self.troubles.append("%s: %s" % (type(trouble).__name__, trouble))
                journal.write("trouble", why=self.troubles[-1])
                time.sleep(1)
