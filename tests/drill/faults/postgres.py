"""postgres — F5: the store restarts fast or at once, or loses single sessions."""
import os
import signal
import time

from ground import wait_for

from . import Fault, StoreTrouble, register


class Restart(Fault):
    """pg_ctl's fast is SIGINT, its immediate is SIGQUIT: to the postmaster, which tells its children."""
    id, restarts, number, seconds = "F5", ("postgres", "notification"), signal.SIGINT, 0

    def inject(self, ground, rng):
        time.sleep(rng.uniform(0, 1))
        self.before = started_at(ground)
        old = ground.suite.children["postgres"][1]
        old.send_signal(self.number)
        old.wait(60)
        wait_for(lambda: ground.pid("postgres") != old.pid, 60, "PostgreSQL again")
        ground.wait_ready("postgres")
        self.after = started_at(ground)

    def proof(self):
        return "pg_postmaster_start_time was %s, is %s" % (self.before, self.after) if self.after != self.before else ""


def started_at(ground):
    return ground.suite.psql("SELECT to_char(pg_postmaster_start_time(), 'HH24:MI:SS.MS')")


@register
class Fast(Restart):
    name = "postgres-fast"


@register
class Immediate(Restart):
    name, number, quick = "postgres-immediate", signal.SIGQUIT, True


class Sessions(Fault):
    id, restarts, seconds = "F5", ("postgres", "notification"), 0

    def pids(self, ground):
        sql = "SELECT pid FROM pg_stat_activity WHERE datname LIKE 'motcua_%' ORDER BY pid"
        return [int(pid) for pid in ground.suite.psql(sql).split()]

    def proof(self):
        return "sessions ended: %s" % ", ".join(map(str, self.gone)) if self.gone else ""


@register
class BackendKill(Sessions):
    """SIGKILL of one backend: the postmaster ends all of them and recovers."""
    name = "postgres-backend-kill"

    def inject(self, ground, rng):
        before = self.pids(ground)
        one = rng.choice(before)
        os.kill(one, signal.SIGKILL)
        wait_for(lambda: ground.process("postgres").ready() and self.pids_now(ground) and not set(before) & self.pids_now(ground), 60, "recovery")
        self.gone = [one]

    def pids_now(self, ground):
        try:
            return set(self.pids(ground))
        except RuntimeError:  # it recovers
            return set()


@register
class Terminate(Sessions):
    """An administrator ends every session of ours, one after the other, five times."""
    name = "postgres-terminate"

    def inject(self, ground, rng):
        self.gone = []
        for _ in range(5):
            self.gone += [pid for pid in self.pids(ground)
                          if ground.suite.psql("SELECT pg_terminate_backend(%d)" % pid) == "t"]
            time.sleep(rng.uniform(0.2, 1.0))


@register
class Gone(Fault):
    """For a while there is no store at all: nobody may be promised anything."""
    id, name, restarts, seconds = "F5", "postgres-gone", ("postgres", "notification"), 10.0

    def inject(self, ground, rng):
        self.pid = ground.hold("postgres")["postgres"]
        self.since = time.time()

    def heal(self, ground):
        until = time.time()
        ground.release("postgres")
        ground.wait_ready("postgres")
        self.store_trouble = StoreTrouble(self.name, self.since, until, True, time.time())

    def proof(self):
        return "SIGKILL ended %d, nobody started it again for %.1f s" % (
            self.pid, self.store_trouble.until - self.store_trouble.since)
