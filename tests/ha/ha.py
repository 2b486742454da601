#!/usr/bin/python3
"""ha — the store's machine dies under load: the drill's people, journals and judges on a suite whose store is two PostgreSQL
nodes led by Patroni. Dossiers must be accepted again within 30 s, nothing lost and nothing doubled. The dead one comes back, as a
standby; then the other one stands still instead of dying: it accepts connections and says nothing.

    ha.py [--seed N] [--rate N] [--fault leader-killed | leader-stands-still]     prints the drill's certificate; exit 0: it holds
"""
import os
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "drill"))
import certificate  # noqa: E402
import drill  # noqa: E402
import run  # noqa: E402
from faults import Fault  # noqa: E402
from ground import wait_for  # noqa: E402
from judges import judge  # noqa: E402
from nodes import FORM_S, HaGround  # noqa: E402

AGAIN_S = 30
HURT = []  # (fault, when) of this drill
TAKEN_BACK = []  # who took the lead from whom when he was there again


class NodeGone(Fault):
    """The leader's machine."""
    restarts, seconds, portal_limit_s = ("postgres", "notification"), 0, 120

    def inject(self, ground, rng):
        wait_for(ground.suite.postgres.formed, FORM_S, "both nodes", pause=0.2)
        time.sleep(rng.uniform(0, 1))
        self.cluster, self.old = ground.suite.postgres, ground.suite.postgres.leader()
        since = time.time()
        HURT.append((self.name, since))
        self.hurt(ground)
        wait_for(lambda: self.cluster.leader() not in (None, self.old), 60, "another leader", pause=0.1)
        self.new, self.led_s = self.cluster.leader(), time.time() - since
        time.sleep(AGAIN_S)  # load goes on upon one node

    def heal(self, ground):
        """A lead that was taken back would lose what the new leader has answered."""
        self.mend(ground)
        wait_for(lambda: self.cluster.formed() or self.cluster.leader() == self.old, FORM_S, "the old leader's return", pause=0.2)
        if self.cluster.leader() == self.old:
            TAKEN_BACK.append("%s from %s" % (self.old, self.new))

    def proof(self):
        return "%s led, %s; %s leads after %.1f s" % (self.old, self.how, self.new, self.led_s)


class Killed(NodeGone):
    id, name = "H1", "leader-killed"

    def hurt(self, ground):
        self.how = "SIGKILL of Patroni and %d processes of its server" % len(ground.kill_node(self.old))

    def mend(self, ground):
        ground.release(self.old)


class Still(NodeGone):
    """Neither dead nor alive: the kernel takes connections, nobody answers; when it wakes, another one leads."""
    id, name = "H2", "leader-stands-still"

    def hurt(self, ground):
        ground.freeze(self.old)
        self.frozen = ground.freeze_server(self.old)
        self.how = "SIGSTOP of Patroni and %d processes of its server" % len(self.frozen)

    def mend(self, ground):
        ground.thaw(self.old)
        ground.thaw_server(self.frozen)


@judge("H", "a dossier is accepted again within %d s of the leader's end" % AGAIN_S)
def again(e):
    waits = []
    for name, since in HURT:
        firsts = [x.at for x in e.load if x.status == 201 and x.asked > since + 0.5]
        waits.append((name, min(firsts, default=float("inf")) - since))
    return len(waits), ["%s: %.1f s" % w for w in waits if w[1] > AGAIN_S], ", ".join("%s: %.1f s" % w for w in waits)


@judge("L", "who was gone does not take the lead back")
def back(_):
    return len(HURT), list(TAKEN_BACK), ""


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # its suite ends with it
    _, options = drill.parse()
    run.Ground = HaGround
    kinds = [kind for kind in (Killed, Still) if not options.fault or kind.name in options.fault]
    began = time.monotonic()
    ha = run.Run(options, kinds, drill.say)
    findings = ha.go()
    found = certificate.gather(options, [(ha, findings)], time.monotonic() - began)
    print("\n" + certificate.as_text(found) + certificate.write(found, options.out))
    return 0 if found["verdict"] == "holds" else 1


if __name__ == "__main__":
    sys.exit(main())
