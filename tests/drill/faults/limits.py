"""limits — F22 and F26: no more files, no more sessions of the store; a commit that comes after whoever asked for it has died."""
import os
import resource
import signal
import socket
import subprocess
import time

from embedded.layout import database_of
from ground import wait_for

from . import Fault, register


@register
class NoMoreFiles(Fault):
    """intake may open no further file; people knock all the same."""
    id, name, seconds, knocks = "F22", "no-more-files", 8.0, 300

    def inject(self, ground, rng):
        self.sockets, self.pid = [], ground.pid("intake")
        self.before = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        self.open = len(os.listdir("/proc/%d/fd" % self.pid))
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (self.open + 8, self.before[1]))
        for _ in range(self.knocks):
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex(("127.0.0.1", ground.port("intake")))
            self.sockets.append(s)
        wait_for(lambda: len(os.listdir("/proc/%d/fd" % self.pid)) >= self.open + 7, 5, "the last file")

    def heal(self, ground):
        for s in self.sockets:
            s.close()
        try:
            resource.prlimit(self.pid, resource.RLIMIT_NOFILE, self.before)
        except ProcessLookupError:
            self.died = True

    def proof(self):
        return "intake had %d files open and could have 8 more; %d knocked" % (self.open, self.knocks)


@register
class NoMoreSessions(Fault):
    """Strangers take every session the store has, then ours are ended."""
    id, name, seconds, restarts = "F22", "no-more-sessions", 8.0, ("postgres", "notification")
    most = 260

    def inject(self, ground, rng):
        argv = ["psql", "-h", ground.suite.sockets, "-U", "motcua_intake", "-d", "motcua_intake", "-qAt", "-c",
                "SELECT pg_sleep(600)"]
        self.strangers = [subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(self.most)]
        wait_for(lambda: sum(p.poll() is not None for p in self.strangers) > 10, 20, "a session that is refused")
        self.taken = self.sessions(ground, "query ~ 'pg_sleep.600'")
        self.ended = self.sessions(ground, "usename LIKE 'motcua_%' AND query !~ 'pg_sleep' AND pg_terminate_backend(pid)")
        self.strangers += [subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(30)]

    @staticmethod
    def sessions(ground, which):
        """As superuser: three sessions are kept for it."""
        return int(ground.suite.psql("SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND " + which))

    def heal(self, ground):
        for stranger in self.strangers:
            stranger.kill()
        for stranger in self.strangers:
            stranger.wait()
        ground.suite.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_sleep.600' AND pid <> "
                          "pg_backend_pid()")

    def proof(self):
        return "strangers had %d sessions, %d of ours were ended" % (self.taken, self.ended) if self.ended else ""


@register
class LateCommit(Fault):
    """intake dies while its session stands still with what it was told to commit; the next intake is at work when that commits.
    Whoever sends what lies behind the last number it has seen skips these."""
    id, name, seconds, restarts = "F26", "late-commit", 0, ("intake",)

    def inject(self, ground, rng):
        found = ground.suite.psql("SELECT pid FROM pg_stat_activity WHERE datname = '%s'" % database_of("intake"))
        self.stopped, self.late = [int(pid) for pid in found.split()], 0
        for pid in self.stopped:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(1.5)
        old = ground.kill("intake")["intake"]
        died_ms = int(time.time() * 1000)
        wait_for(lambda: ground.pid("intake") != old, 30, "another intake")
        ground.wait_ready("intake")
        time.sleep(1.0)
        filed_before = "SELECT count(*) FROM dossier WHERE filed_at < at_ms(%d)" % died_ms
        seen = ground.count("intake", filed_before)
        self.heal(ground)
        self.after_s = time.time() - died_ms / 1000
        wait_for(lambda: ground.count("intake", filed_before) > seen, 10, "a late commit")
        self.late = ground.count("intake", filed_before) - seen

    def heal(self, ground):
        for pid in self.stopped:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass

    def proof(self):
        return "%d dossiers were committed %.1f s after the intake that took them had died" % (self.late, self.after_s) if (
            self.late) else ""
