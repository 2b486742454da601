"""decoupled — F7 at its hardest: broker, Redis and all that listens are dead, and intake takes dossiers as before; then all come
back and work the backlog off. The dossiers come in at the counter for people without an e-mail address, and the national portal
is down until the backlog is gone: simulators in Python would be what is measured."""
import os
import statistics
import time

from embedded.sample import STAFF, demo_accounts
from embedded.web import Person
from filings import FILING, filing_request, load
from ground import wait_for

from . import Fault, register

DOWNSTREAM = ["broker", "redis", "verification", "payment", "notification", "status-sync", "feedback"]
CLERK = STAFF + ".motcua"
WITHOUT_MAIL = {**FILING, "applicant": {**FILING["applicant"], "email": ""}}


@register
class Decoupled(Fault):
    id, name, seconds, alone, restarts = "F7", "all-downstream-dead", 0, True, ("notification",)
    turns, load_s, connections, portal_limit_s = 3, 1, 16, 300

    def inject(self, ground, rng):
        self.figures, self.rounds, self.drains = {}, 0, []
        alive, dead = [], []
        ground.outside["portal"].dial(down=True)
        self.one_load(ground)  # what is read for the first time
        for _ in range(self.turns):
            wait_for(lambda: self.backlog(ground) < 100, 120, "an outbox with the even load's messages only")
            alive.append(self.one_load(ground))
            ground.hold(*DOWNSTREAM)
            dead.append(self.one_load(ground))
            self.work_off(ground, dead[-1] * self.load_s)
        ground.outside["portal"].dial(down=False)
        self.figures = {"alive_per_s": round(statistics.median(alive)), "dead_per_s": round(statistics.median(dead)),
                        "ratio": round(statistics.median(d / a for a, d in zip(alive, dead)), 2),
                        "messages_each": self.messages_each, "drained_messages_per_s": round(statistics.median(self.drains)),
                        "drained_ratio": round(statistics.median(self.drains) / statistics.median(alive), 2)}

    def work_off(self, ground, accepted):
        """From when all are started again until intake has said what it had to say then; people go on filing meanwhile."""
        ends = ground.psql("intake", "SELECT 'lane = ' || lane || ' AND seq <= ' || max(seq) FROM outbox GROUP BY lane").split("\n")
        n, began = self.backlog(ground, " OR ".join(ends)), time.monotonic()
        self.messages_each = n / accepted
        ground.release(*DOWNSTREAM)
        wait_for(lambda: self.backlog(ground, " OR ".join(ends)) == 0, 120, "what there was to be said")
        self.drains.append(n / (time.monotonic() - began))
        ground.wait_ready(*DOWNSTREAM)

    @staticmethod
    def backlog(ground, which="true"):
        return ground.count("intake", "SELECT count(*) FROM outbox WHERE " + which)

    def one_load(self, ground):
        """Dossiers accepted a second, as fast as intake can."""
        request = filing_request(os.path.join(ground.folder, "counter"), {"Authorization": "Bearer " + self.token(ground)}, WITHOUT_MAIL)
        self.rounds += 1
        return load(ground.port("intake"), request, self.connections, self.load_s, patience=60,
                    journal=os.path.join(ground.journals, "load-counter-%d" % self.rounds))["accepted"] / self.load_s

    def token(self, ground):
        if not hasattr(self, "kept"):
            password = next(a["password"] for a in demo_accounts(ground.suite)["staff"] if a["login"] == CLERK)
            self.kept = Person(ground.suite.url(), CLERK, password).log_in()
        return self.kept

    def heal(self, ground):
        ground.outside["portal"].dial(down=False)
        ground.release(*DOWNSTREAM)

    def proof(self):
        return "accepted a second: %(alive_per_s)d, with all downstream dead %(dead_per_s)d (× %(ratio).2f); then %(drained_messages_per_s)d " \
               "messages a second worked off (× %(drained_ratio).2f of the dossiers accepted)" % self.figures if self.figures else ""
