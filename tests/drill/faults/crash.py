"""crash — F3: every program dies at its n-th step of a kind (a message to the store, to the bus, to a client, a write of a paper),
before it, in the middle of it or after it (tools/crash_at.c), under load; sometimes again while it gets up. The short drill
takes a sample of the points, DRILL_FULL=1 all of them."""
import collections
import itertools
import os

from ground import PROGRAMS, wait_for
from shared_page import AFTER, BEFORE, HALF, KINDS, crash_page, preload

from . import Fault, register

STEPS = range(1, 13)
SAMPLE = 40
PATIENCE_S = 5        # until a step of that kind has come so often
AGAIN, UP_STEPS = 0.25, 40  # the share that dies again on its way up, and within how many steps
WHEN = [BEFORE, HALF, AFTER]
SEEN_BY = {"broker": ["bus"], "intake": ["store", "bus", "web", "files"], "verification": ["store", "bus", "web"],
           "payment": ["store", "bus", "web"], "notification": ["store", "bus", "web"], "status-sync": ["store", "bus", "web"],
           "feedback": ["store", "bus"],
           "identity": ["store", "web"]}


def all_points():
    return [(program, kind, n, when) for program, kinds in SEEN_BY.items()
            for kind, n, when in itertools.product(kinds, STEPS, WHEN)]


@register
class CrashPoints(Fault):
    id, name, seconds, alone, restarts = "F3", "crash-points", 0, True, tuple(PROGRAMS)

    def __init__(self):
        self.pages, self.died, self.again, self.missed = {}, [], 0, []

    def why_not(self, ground):
        library = os.path.join(ground.suite.build, "drill", "crash_at.so")
        return None if os.path.exists(library) else "%s is not built: make drill-tools" % library

    def prepare(self, ground):
        for program in PROGRAMS:
            page = self.pages[program] = crash_page(ground.suite.build, ground.suite.path(program + ".page"))
            page["bus_port"] = ground.suite.ports["BROKER_BUS"]
            preload(ground.suite.environment, program, page)

    def inject(self, ground, rng):
        points = all_points()
        for point in rng.sample(points, len(points) if os.environ.get("DRILL_FULL") else SAMPLE):
            self.die_at(ground, rng, *point)

    def die_at(self, ground, rng, program, kind, n, when):
        page = self.pages[program]
        ground.wait_ready(program)
        if not self.bomb(page, 1 << KINDS.index(kind), n, when):
            self.missed.append("%s: %d %s" % (program, n, kind))
            return
        self.died.append((program, kind))
        if rng.random() < AGAIN:
            self.again += self.bomb(page, 0, rng.randint(1, UP_STEPS), when)

    @staticmethod
    def bomb(page, kinds, n, when):
        """Whether it went off."""
        before = page["deaths"]
        page["kinds"], page["when"], page["seen"] = kinds, when, 0
        page["at"] = n
        try:
            wait_for(lambda: page["deaths"] > before, PATIENCE_S, "the step")
        except AssertionError:
            page["at"] = 0
        return page["deaths"] > before

    def heal(self, ground):
        for page in self.pages.values():
            page["at"] = 0

    def proof(self):
        if not self.died:
            return ""
        counts = ", ".join("%s at %s %d" % (*what, n) for what, n in sorted(collections.Counter(self.died).items()))
        return "%d deaths at a step (%s), %d more on the way up; %d points that nobody came to%s" % (
            len(self.died), counts, self.again, len(self.missed), ": " + ", ".join(self.missed) if self.missed else "")
