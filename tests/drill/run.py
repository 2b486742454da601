"""run — one suite of its own from its start to the verdict: load on, faults one after the other, healing, quiet, judges."""
import random
import time

from embedded.layout import SERVICES
from evidence import Evidence
from filers import Filers
from ground import Ground, wait_for
from judges import all_findings
from walkers import Walkers
from watch import Watch

QUIET_S, PORTAL_LIMIT_S, HAPPENS_S = 300, 30, 60
PORTAL_TAKES = 100  # pushes a second that the portal's simulator takes beside a suite on two cores, at the least
SEND_S = 15  # from the moment a mail server has a mail until notification has written that down, at most: job_send.c
CUTS_MAIL = {"notification", "postgres"}
WAITING = {"notification": "SELECT count(*) FROM message WHERE state IN ('queued', 'sending')",
           "status-sync": "SELECT (SELECT count(*) FROM dossier WHERE owed_since IS NOT NULL) + "
                          "(SELECT count(*) FROM line WHERE pushed_at IS NULL)",
           "feedback": "SELECT count(*) FROM job WHERE kind IN ('open_rating', 'mix')"}


class Schedule:
    """Which faults, in which order: each once, shuffled; then, while there is time, those that are repeated often."""

    def __init__(self, faults, rng, seconds):
        self.rng, self.seconds = rng, seconds
        self.first = [f for f in faults if not f.often]
        self.often = [f for f in faults if f.often]
        rng.shuffle(self.first)

    def __iter__(self):
        until = time.monotonic() + (self.seconds or 0)
        yield from (kind() for kind in self.first)
        while self.often and time.monotonic() < until:
            yield self.rng.choice(self.often)()


class Run:
    """What happened, as the judges and the certificate need it."""

    def __init__(self, options, faults, say):
        self.options, self.faults, self.say = options, faults, say
        self.rng = random.Random("%d %s" % (options.seed, " ".join(f.name for f in faults)))
        self.injected, self.not_here, self.troubles, self.store_troubles = [], [], [], []
        self.poison, self.back_s = set(), []
        self.mail_cuts, self.portal_s, self.portal_limit_s = [], 0.0, PORTAL_LIMIT_S

    def go(self):
        """The findings."""
        one_each = [kind() for kind in self.faults]
        with Ground(one_each) as ground:
            self.watch = Watch(ground)
            try:
                self.under_load(ground, {type(f): f for f in one_each})
            finally:
                self.watch.end()
            self.say("all is quiet; the judges look")
            return all_findings(Evidence(ground, self))

    def under_load(self, ground, prepared):
        walkers = Walkers(ground, self.options)
        filers = Filers(ground, walkers.office, self.options)
        for clients in (walkers, filers):
            clients.start()
        try:
            time.sleep(self.options.warm)
            for fault in Schedule(self.faults, self.rng, self.options.seconds):
                self.one_fault(ground, prepared.get(type(fault)) if not fault.often else fault)
                time.sleep(self.rng.uniform(0.2, 1.0))
        finally:
            self.watch.going_on = "end"
            healed = time.monotonic()
            for clients in (filers, walkers):
                clients.finish()
                self.troubles += clients.troubles
        self.walked, self.load = walkers.walked, filers.summary()
        self.wait_quiet(ground, healed)

    # ---- one fault ----

    def one_fault(self, ground, fault):
        why_not = fault.why_not(ground)
        if why_not:
            self.not_here.append({"id": fault.id, "name": fault.name, "why_not": why_not})
            self.say("%-4s %-34s cannot be injected here: %s" % (fault.id, fault.name, why_not))
            return
        began, self.watch.going_on = time.time(), fault.name
        trouble = ""
        try:
            fault.inject(ground, self.rng)
            time.sleep(self.options.hold if self.options.hold is not None and fault.seconds else fault.seconds)
            wait_for(lambda: fault.has_happened(ground), HAPPENS_S, "the fault's first effect", pause=0.2)
        except Exception as error:  # the fault did not come about; the drill goes on, and does not call this good
            trouble = "%s: %s" % (type(error).__name__, error)
        healing = time.time()
        fault.heal(ground)
        ground.wait_ready("postgres")  # its recovery is not ours to shorten
        ready_s = ground.wait_ready()
        self.note(fault, began, healing, ready_s, trouble)

    def note(self, fault, began, healing, ready_s, trouble):
        if CUTS_MAIL & set(fault.restarts):
            self.mail_cuts.append((began, time.time()))
        if fault.store_trouble:
            self.store_troubles.append(fault.store_trouble)
        self.poison |= set(fault.poison)
        self.back_s += fault.back_s
        self.portal_limit_s = max(self.portal_limit_s, fault.portal_limit_s)
        proof = "" if trouble else fault.proof()
        self.injected.append({"id": fault.id, "name": fault.name, "at": began, "held_s": round(healing - began, 1),
                              "ready_s": round(ready_s, 2), "proof": proof, "trouble": trouble,
                              "figures": fault.figures})
        self.say("%-4s %-34s %5.1f s, ready again after %.1f s: %s" % (
            fault.id, fault.name, healing - began, ready_s, proof or "NOT INJECTED " + trouble))

    def may_cut_a_mail(self, taken_at):
        """Was notification, or its store, hurt before it can have known that this mail was taken?"""
        return any(began - SEND_S < taken_at < healed for began, healed in self.mail_cuts)

    # ---- quiet ----

    def wait_quiet(self, ground, healed):
        """Outboxes, mails and the portal's debts empty; what does not become so is for the judges."""
        owes = lambda: ground.count("status-sync", WAITING["status-sync"]) + self.outboxes(ground)
        self.portal_limit_s = max(self.portal_limit_s, self.portal_debts(ground) / PORTAL_TAKES)
        is_quiet = self.work_off(owes)
        self.portal_s = time.monotonic() - healed
        if not (is_quiet and self.work_off(lambda: sum(self.what_waits(ground).values()))):
            self.troubles.append("nothing moved for %d s, and there waits still: %s" % (QUIET_S, self.what_waits(ground)))

    def work_off(self, count):
        """Is there nothing left? As long as it becomes less it may take its time: a fault held long leaves much behind."""
        least, since = count(), time.monotonic()
        while least and time.monotonic() - since < QUIET_S:
            time.sleep(0.2)
            left = count()
            if left < least:
                least, since = left, time.monotonic()
        return not least

    def portal_debts(self, ground):
        """What the portal has not heard yet, and what status-sync has not."""
        return ground.count("status-sync", WAITING["status-sync"]) + ground.count(
            "intake", "SELECT count(*) FROM outbox WHERE destination = 'status-sync'")

    def outboxes(self, ground):
        return sum(ground.count(s, "SELECT count(*) FROM outbox") for s in SERVICES)

    def what_waits(self, ground):
        what = {"outboxes": self.outboxes(ground)}
        what.update({"%s's own work" % s: ground.count(s, sql) for s, sql in WAITING.items()})
        return {name: n for name, n in what.items() if n}
