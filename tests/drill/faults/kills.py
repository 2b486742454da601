"""kills — F1 and F2: SIGKILL, to one process after the other, to everything at once, to any one at random, and to listeners
that have events in hand and cannot commit them."""
import os
import signal
import time

from embedded.layout import SERVICES, database_of
from ground import PROGRAMS, wait_for

from . import Fault, register

INSIDE = ["postgres", "redis", "nginx"] + PROGRAMS  # the bank, the portal and the mail server are somebody else's


class Kill(Fault):
    """seconds: 0; a killed process comes back by itself."""
    seconds = 0

    def __init__(self):
        self.victims = []  # (name, the pid that died)
        self.back_s = []

    def kill(self, ground, names):
        self.victims += [(name, pid) for name, pid in ground.kill(*names).items()]
        self.deaths = [d for d in ground.deaths if d[:2] in self.victims]

    def kill_alone(self, ground, name):
        """With everything else there: how long a service takes from its start until it answers 200."""
        self.kill(ground, [name])
        if name in SERVICES:
            wait_for(lambda: ground.pid(name) != self.victims[-1][1], 20, name + " again", pause=0.005)
            self.back_s.append(ground.wait_ready(name))

    def proof(self):
        signalled = [d for d in self.deaths if d[2] == -9]
        if len(signalled) < len(self.victims):
            return ""
        return "SIGKILL ended %s" % ", ".join("%s %d" % victim for victim in self.victims)


@register
class KillEach(Kill):
    id, name, restarts, quick = "F1", "kill-each", tuple(INSIDE), False

    def inject(self, ground, rng):
        for name in rng.sample(INSIDE, len(INSIDE)):
            self.kill_alone(ground, name)
            ground.wait_ready()
            time.sleep(rng.uniform(0, 0.5))


@register
class KillOne(Kill):
    """What a long drill repeats."""
    id, name, often = "F1", "kill-one", True

    def inject(self, ground, rng):
        time.sleep(rng.uniform(0, 1))
        self.restarts = (rng.choice(INSIDE),)
        self.kill_alone(ground, *self.restarts)


@register
class KillAll(Kill):
    id, name, restarts, quick = "F2", "kill-all", tuple(INSIDE), True

    def inject(self, ground, rng):
        self.kill(ground, INSIDE)


@register
class KillHandsFull(Kill):
    """A listener's sessions of the store stand still while events come; then it dies. Whoever acknowledges before the commit
    loses all it had in hand: this is what shows a lossy build (lossy.c)."""
    id, name, restarts, quick = "F1", "kill-hands-full", ("notification",), True
    listeners, full_s = ["verification", "status-sync"], 2.0

    def inject(self, ground, rng):
        self.stopped = []
        for name in rng.sample(self.listeners, len(self.listeners)):
            stopped = self.stop_sessions(ground, name)
            time.sleep(self.full_s)
            self.kill(ground, [name])
            self.let_go(stopped)
            ground.wait_ready(name)

    def stop_sessions(self, ground, name):
        found = ground.suite.psql("SELECT pid FROM pg_stat_activity WHERE datname = '%s'" % database_of(name))
        self.stopped = [int(pid) for pid in found.split()]
        for pid in self.stopped:
            os.kill(pid, signal.SIGSTOP)
        return self.stopped

    @staticmethod
    def let_go(pids):
        for pid in pids:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass

    def heal(self, ground):
        self.let_go(self.stopped)

    def proof(self):
        return "%s, whose store stood still" % super().proof() if super().proof() else ""
