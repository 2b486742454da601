"""listener — F12: one of those who hear stands still, or takes long for each message (tools/slow_bus.c)."""
import os

from ground import wait_for
from shared_page import preload, slow_page

from . import Fault, register

LISTENERS = ["verification", "payment", "notification", "status-sync", "feedback"]


def state_of(pid):
    with open("/proc/%d/stat" % pid, encoding="utf-8") as f:
        return f.read().rpartition(")")[2].split()[0]


@register
class ListenerStopped(Fault):
    """SIGSTOP: it keeps its connections and answers nothing."""
    id, name, seconds = "F12", "listener-stopped", 15.0

    def inject(self, ground, rng):
        self.victim = rng.choice(LISTENERS)
        self.restarts = (self.victim,)
        ground.freeze(self.victim)
        self.state = wait_for(lambda: state_of(ground.pid(self.victim)) == "T" and "T", 5, "the stop")

    def heal(self, ground):
        ground.thaw(self.victim)

    def proof(self):
        return "%s was in state %s" % (self.victim, self.state) if self.state == "T" else ""


@register
class ListenerSlow(Fault):
    """Ten milliseconds for each message: a hundred a second, and what comes faster waits where it was said."""
    id, name, seconds, us_per_message = "F12", "listener-slow", 12.0, 10000

    def why_not(self, ground):
        library = os.path.join(ground.suite.build, "drill", "slow_bus.so")
        return None if os.path.exists(library) else "%s is not built: make drill-tools" % library

    def prepare(self, ground):
        self.pages = {name: slow_page(ground.suite.build, ground.suite.path(name + ".slow")) for name in LISTENERS}
        for name, page in self.pages.items():
            preload(ground.suite.environment, name, page)

    def inject(self, ground, rng):
        self.victim = rng.choice(["verification", "notification", "status-sync", "feedback"])  # who hears of every dossier
        self.heard = self.pages[self.victim]["heard"]
        self.pages[self.victim]["us_per_message"] = self.us_per_message

    def heal(self, ground):
        self.pages[self.victim]["us_per_message"] = 0
        self.heard = self.pages[self.victim]["heard"] - self.heard

    def proof(self):
        return "%s took %d ms for each of %d messages" % (self.victim, self.us_per_message / 1000, self.heard) if self.heard else ""
