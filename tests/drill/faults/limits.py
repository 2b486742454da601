"""limits — F22: no more files, no more sessions of the store."""
import ctypes
import os
import resource
import socket

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


class Strangers:
    """Sessions of the store that do nothing, by libpq itself: programs would take a minute."""

    def __init__(self, ground):
        self.pq, self.open = ctypes.CDLL("libpq.so.5"), []
        self.pq.PQconnectdb.restype = ctypes.c_void_p
        self.conninfo = ("host=%s dbname=motcua_intake user=motcua_intake" % ground.suite.sockets).encode()

    def take_all(self):
        """As many as there are; how many that are."""
        while True:
            one = ctypes.c_void_p(self.pq.PQconnectdb(self.conninfo))
            if self.pq.PQstatus(one) != 0:
                self.pq.PQfinish(one)
                return len(self.open)
            self.open.append(one)

    def leave(self):
        while self.open:
            self.pq.PQfinish(self.open.pop())


@register
class NoMoreSessions(Fault):
    """Strangers take every session the store has; ours are ended, and strangers take these too."""
    id, name, seconds, restarts = "F22", "no-more-sessions", 8.0, ("postgres", "notification")

    def inject(self, ground, rng):
        self.strangers, self.ended = Strangers(ground), 0
        self.strangers.take_all()
        strangers = {self.strangers.pq.PQbackendPID(one) for one in self.strangers.open}
        for pid in self.pids(ground) - strangers:
            self.ended += ground.suite.psql("SELECT pg_terminate_backend(%d)" % pid) == "t"
            self.strangers.take_all()
        self.taken = len(self.strangers.open)

    @staticmethod
    def pids(ground):
        """Asked as superuser, for whom three sessions are kept."""
        return set(map(int, ground.suite.psql("SELECT pid FROM pg_stat_activity WHERE usename LIKE 'motcua_%'").split()))

    def heal(self, ground):
        self.strangers.leave()

    def proof(self):
        return "strangers had %d sessions, %d of ours were ended" % (self.taken, self.ended) if self.ended else ""
