"""partition — F8: packets between one service and the broker, or its store, are dropped, in both directions or in one. Nobody is
told: no reset, no end of a connection. The whole suite runs in a network of its own, where each service reaches its store and
the broker under an address of its own, so that one link can be cut without the others, and nothing of the machine is touched."""
import ctypes
import os
import shutil
import subprocess
import time

from embedded.layout import SERVICES, database_of, env_name

from . import Fault, register

CLONE_NEWNET = 0x40000000
STORE_PORT = 5432
HOLD_S = 15  # longer than any patience of ours with a silent peer
DIRECTIONS = {"both": ("-d", "-s"), "there": ("-d",), "back": ("-s",)}
HBA = "local all all peer map=motcua\nhost all all 127.0.0.0/8 trust\n"


def address_of(service):
    return "127.0.0.%d" % (11 + SERVICES.index(service))


class OwnNetwork:
    """This thread and what it starts from now on, until leave()."""

    def __init__(self):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self.check(self.libc.unshare(CLONE_NEWNET))
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)

    def leave(self):
        self.check(self.libc.setns(self.before, CLONE_NEWNET))
        os.close(self.before)

    @staticmethod
    def check(rc):
        if rc != 0:
            raise RuntimeError("network namespace: %s" % os.strerror(ctypes.get_errno()))


def iptables(*words):
    return subprocess.run(["iptables", "-w", *words], check=True, capture_output=True, text=True).stdout


class Cut:
    """Of one link: `service` and what listens at `port`."""

    def __init__(self, service, port, direction):
        self.rules = [["INPUT", "-i", "lo", "-p", "tcp", end, address_of(service), "--dport" if end == "-d" else "--sport",
                       str(port), "-j", "DROP"] for end in DIRECTIONS[direction]]
        for rule in self.rules:
            iptables("-A", *rule)

    def mend(self):
        """How many packets it has dropped."""
        dropped = sum(int(line.split()[0]) for line in iptables("-L", "INPUT", "-v", "-x", "-n").splitlines()[2:])
        for rule in self.rules:
            iptables("-D", *rule)
        return dropped


@register
class Partition(Fault):
    """Each kind of link, each direction, one service after the other; the longest-lived trouble is seen by the judges."""
    id, name, seconds, alone, restarts = "F8", "partition", 0, True, ("notification",)

    def __init__(self):
        self.network, self.cut, self.dropped = None, None, []

    def why_not(self, ground):
        missing = [p for p in ("ip", "iptables") if not shutil.which(p)]
        if missing:
            return "not installed: %s" % ", ".join(missing)
        return None if os.geteuid() == 0 else "only root may make a network of its own: run the drill as root"

    def prepare(self, ground):
        if self.why_not(ground):
            return
        self.network = OwnNetwork()
        self.bus = ground.suite.ports["BROKER_BUS"]
        self.open_store(ground.suite)
        environment = ground.suite.environment
        environment.setdefault("broker", {})["MOTCUA_BROKER_BIND"] = "tcp://0.0.0.0:%d" % self.bus
        for service in SERVICES:
            at, name = address_of(service), "MOTCUA_" + env_name(service)
            environment.setdefault(service, {}).update({
                name + "_DATABASE": "host=%s port=%d dbname=%s user=%s" % (at, STORE_PORT, *[database_of(service)] * 2),
                name + "_BROKERS": "tcp://%s:%d" % (at, self.bus)})

    @staticmethod
    def open_store(suite):
        """To this network, besides the unix socket."""
        path, argv = suite.path("conf", "hba.conf"), suite.postgres.argv
        with open(path, "w", encoding="utf-8") as f:
            f.write(HBA)
        suite.postgres.argv = lambda: argv() + ["-c", "listen_addresses=*", "-c", "hba_file=" + path]

    def inject(self, ground, rng):
        for link, port in (("broker", self.bus), ("store", STORE_PORT)):
            for direction in DIRECTIONS:
                self.one(ground, rng.choice(SERVICES), link, port, direction)

    def one(self, ground, service, link, port, direction):
        self.cut = Cut(service, port, direction)
        time.sleep(HOLD_S)
        self.heal(ground)
        self.dropped.append((self.packets, "%s-%s %s" % (service, link, direction)))
        ground.wait_ready()

    def heal(self, ground):
        if self.cut:
            self.packets = self.cut.mend()
            self.cut = None

    def proof(self):
        if not self.dropped or not all(packets for packets, _ in self.dropped):
            return ""
        return "packets dropped: %s" % ", ".join("%s %d" % (what, packets) for packets, what in self.dropped)

    def clean(self, ground):
        if self.network:
            self.network.leave()
