"""kills — F1 and F2: SIGKILL, to one process after the other, to everything at once, to any one at random."""
import time

from ground import PROGRAMS

from . import Fault, register

INSIDE = ["postgres", "redis", "nginx"] + PROGRAMS  # the bank, the portal and the mail server are somebody else's


class Kill(Fault):
    """seconds: 0; a killed process comes back by itself."""
    seconds = 0

    def __init__(self):
        self.victims = []  # (name, the pid that died)

    def kill(self, ground, names):
        self.victims += [(name, pid) for name, pid in ground.kill(*names).items()]
        self.deaths = [d for d in ground.deaths if d[:2] in self.victims]

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
            self.kill(ground, [name])
            ground.wait_ready()
            time.sleep(rng.uniform(0, 0.5))


@register
class KillOne(Kill):
    """What a long drill repeats."""
    id, name, restarts, often = "F1", "kill-one", ("notification",), True

    def inject(self, ground, rng):
        time.sleep(rng.uniform(0, 1))
        self.kill(ground, [rng.choice(INSIDE)])


@register
class KillAll(Kill):
    id, name, restarts, quick = "F2", "kill-all", tuple(INSIDE), True

    def inject(self, ground, rng):
        self.kill(ground, INSIDE)
