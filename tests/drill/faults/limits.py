"""limits — F22: no more files, no more memory, hardly any of the processors, no more sessions of the store."""
import contextlib
import ctypes
import http.client
import os
import resource
import socket
import uuid

from cpu_share import CpuShare, why_no_cpu_share
from embedded.sample import demo_accounts
from embedded.web import Person
from ground import PROGRAMS, wait_for

from . import Fault, register


def knock(port, times):
    """Connections that ask nothing."""
    knocking = []
    for _ in range(times):
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex(("127.0.0.1", port))
        knocking.append(s)
    return knocking


class Uploader:
    """A citizen whose line to intake is open already. Each piece of a file needs a file of intake's for a moment."""

    def __init__(self, ground):
        account = demo_accounts(ground.suite)["citizens"][0]
        token = Person(ground.suite.url(), account["email"], account["password"]).log_in()
        self.headers = {"Authorization": "Bearer %s" % token, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        self.line = http.client.HTTPConnection("127.0.0.1", ground.port("intake"), timeout=10)
        self.ask("GET", "/api/intake/receipt-keys")

    def ask(self, method, path, body=None):
        """(status, Retry-After)"""
        self.line.request(method, path, body, self.headers)
        answer = self.line.getresponse()
        answer.read()
        return answer.status, answer.getheader("Retry-After")

    def send(self):
        return self.ask("PATCH", "/api/intake/uploads/%s" % uuid.uuid4(), b"abc")


@register
class NoMoreFiles(Fault):
    """intake may open no further file; people knock all the same, and one sends a file."""
    id, name, seconds, knocks = "F22", "no-more-files", 8.0, 300

    def inject(self, ground, rng):
        self.pid, uploader = ground.pid("intake"), Uploader(ground)
        self.before = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        self.open = len(os.listdir("/proc/%d/fd" % self.pid))
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (self.open + 8, self.before[1]))
        self.sockets = knock(ground.port("intake"), self.knocks)
        self.retry_after = wait_for(lambda: (heard := uploader.send())[0] == 503 and heard[1], 10, "the last file")

    def heal(self, ground):
        for s in self.sockets:
            s.close()
        try:
            resource.prlimit(self.pid, resource.RLIMIT_NOFILE, self.before)
        except ProcessLookupError:
            self.died = True

    def proof(self):
        return "intake had %d files open and could have 8 more; %d knocked, and a file was refused with 503 for %s s" % (
            self.open, self.knocks, self.retry_after) if self.retry_after else ""


@register
class NoMoreMemory(Fault):
    """What it has is all there is, as at the limit of a container. Who is killed by such a limit dies as in F1: here every
    allocation fails instead, wherever it is. It may die of it, and must not lose anything."""
    id, name, seconds, knocks, restarts = "F22", "no-more-memory", 8.0, 300, ("notification",)
    victims = ("intake", "verification", "notification")

    def inject(self, ground, rng):
        self.pids, self.had_kib = {name: ground.pid(name) for name in self.victims}, {}
        for name, pid in self.pids.items():
            self.had_kib[name] = data_kib(pid)
            resource.prlimit(pid, resource.RLIMIT_DATA, (self.had_kib[name] * 1024, resource.RLIM_INFINITY))
        self.sockets = [s for name in self.victims for s in knock(ground.port(name), self.knocks)]

    def heal(self, ground):
        for s in self.sockets:
            s.close()
        self.died = [name for name, pid in self.pids.items() if ground.pid(name) != pid]
        for name, pid in self.pids.items():
            if name not in self.died:
                self.kept(pid)

    @staticmethod
    def kept(pid):
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_DATA, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def proof(self):
        return "no page more than they had: %s; died of it and came back: %s" % (
            ", ".join("%s %d KiB" % item for item in self.had_kib.items()), ", ".join(self.died) or "nobody")


def data_kib(pid):
    with open("/proc/%d/status" % pid, encoding="utf-8") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmData:"))


@register
class LittleCpu(Fault):
    """All of ours together have a fifth of one core."""
    id, name, seconds, share = "F22", "a-fifth-of-a-core", 6.0, 0.2

    def why_not(self, ground):
        return why_no_cpu_share()

    def inject(self, ground, rng):
        self.group = CpuShare(self.share)
        for name in PROGRAMS:
            self.group.take(ground.pid(name))

    def heal(self, ground):
        self.throttled = self.group.throttled()
        self.group.end()

    def proof(self):
        return "%d times in %.0f s they had to wait for the next tenth of a second" % (self.throttled, self.seconds) if (
            self.throttled) else ""


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
