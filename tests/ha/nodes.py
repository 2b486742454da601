"""nodes — a suite whose store is two PostgreSQL nodes led by Patroni, with etcd: processes on loopback, configured by
deploy/ha/patroni.yml as machines would be. To the drill they are three more processes; "postgres" and "postgres2" are the nodes."""
import os
import secrets
import signal
import string
import subprocess

from embedded.layout import ROOT, SERVICES, database_of, variables, write_private
from embedded.postgres import Postgres
from embedded.processes import PYTHON, Process, answers
from embedded.suite import Suite, family, is_running, send_kill
from embedded.web import send, wait_for
from ground import PATIENCE, Ground

NODES = {"postgres": 0, "postgres2": 1}
# Offsets from PORT, beside those of the suite.
ETCD_CLIENT, ETCD_PEER, REST, PG = 55, 56, 57, 59
FORM_S = 300  # until both nodes stand and the second is the synchronous one


def http_json(url):
    try:
        return send("GET", url, timeout=3).json
    except (OSError, ValueError):
        return None


class Cluster(Postgres):
    """What the suite calls its PostgreSQL; the statements go to whichever node writes."""

    def __init__(self, layout):
        super().__init__(layout)
        self.port = layout.port

    def prepare(self):
        if os.getuid() == 0:
            self._find_account()
        os.makedirs(self.folder, exist_ok=True)
        self.passwords = {name: secrets.token_hex(16) for name in ["postgres", "replicator", "rewinder"] + [
            database_of(s) for s in SERVICES]}
        self.passfile = self.layout.path("keys", "pgpass")
        write_private(self.passfile, "".join("*:*:*:%s:%s\n" % pair for pair in self.passwords.items()))
        for node in NODES:
            self._write_node(node)

    def _as_server(self, *argv, text=None):
        subprocess.run(self.prefix + list(argv), input=text, text=True, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def _write_node(self, node):
        folder, number = self.of(node), NODES[node]
        self._as_server("mkdir", "-p", folder)
        with open(os.path.join(ROOT, "deploy", "ha", "patroni.yml"), encoding="utf-8") as f:
            text = string.Template(f.read()).safe_substitute(
                NODE=node, ADDRESS="127.0.0.1", REST_PORT=self.port + REST + number, PG_PORT=self.port + PG + number,
                ETCD="127.0.0.1:%d" % (self.port + ETCD_CLIENT), FOLDER=folder, DATA=folder + "/data", PG_BIN=self.bin,
                NETWORK="127.0.0.0/8", SUPERUSER_PASSWORD=self.passwords["postgres"],
                REPLICATION_PASSWORD=self.passwords["replicator"], REWIND_PASSWORD=self.passwords["rewinder"])
        self._as_server("tee", folder + "/patroni.yml", text=text)
        self._as_server("chmod", "600", folder + "/patroni.yml")

    def of(self, node):
        return os.path.join(self.folder, node)

    # ---- where it is ----

    def rest(self, node, path="/patroni"):
        return "http://127.0.0.1:%d%s" % (self.port + REST + NODES[node], path)

    def dsn(self, role, database):
        ports = ",".join(str(self.port + PG + number) for number in NODES.values())
        return "host=127.0.0.1,127.0.0.1 port=%s dbname=%s user=%s passfile=%s target_session_attrs=read-write connect_timeout=3" % (
            ports, database, role, self.passfile)

    def psql(self, sql, database="postgres", user="postgres"):
        conninfo = self.dsn("postgres", database).replace("connect_timeout=3", "connect_timeout=30")
        done = subprocess.run(["psql", "-d", conninfo, "-v", "ON_ERROR_STOP=1", "-qAt"], input=sql, text=True,
                              capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def make_databases(self):
        super().make_databases()
        for name in map(database_of, SERVICES):
            self.psql("ALTER ROLE %s PASSWORD '%s'" % (name, self.passwords[name]))
        wait_for(self.formed, FORM_S, "the synchronous standby", pause=0.2)

    # ---- who leads ----

    def members(self):
        """{node: its role} as the first node that answers knows it."""
        for node in NODES:
            told = http_json(self.rest(node, "/cluster"))
            if told:
                return {m["name"]: m["role"] for m in told["members"] if m["state"] in ("running", "streaming")}
        return {}

    def leader(self):
        return next((node for node, role in self.members().items() if role == "leader"), None)

    def formed(self):
        return sorted(self.members().values()) == ["leader", "sync_standby"]

    def postmaster(self, node):
        """The pid of the node's server; Patroni is not its parent."""
        try:
            with open(self.of(node) + "/data/postmaster.pid", encoding="ascii") as f:
                pid = int(f.readline())
            with open("/proc/%d/cmdline" % pid, "rb") as f:
                return pid if self.of(node).encode() in f.read() else None
        except (OSError, ValueError):
            return None


class HaSuite(Suite):
    def __init__(self, *args):
        super().__init__(*args, environment=PATIENCE)
        self.postgres = Cluster(self)
        for service in SERVICES:
            dsn = self.postgres_dsn(database_of(service))
            self.environment.setdefault(service, {}).update(variables(service, database=dsn))

    def postgres_dsn(self, name):
        self.postgres.passfile = self.path("keys", "pgpass")
        return self.postgres.dsn(name, name)

    def processes(self):
        return [self._etcd()] + [self._node(node) for node in NODES] + [p for p in super().processes() if p.name != "postgres"]

    def _etcd(self):
        client, peer = ("http://127.0.0.1:%d" % (self.port + offset) for offset in (ETCD_CLIENT, ETCD_PEER))
        return Process("etcd", ["etcd", "--enable-v2", "--data-dir", self.path("etcd"), "--listen-client-urls", client,
                                "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                                "--initial-cluster", "default=" + peer], answers(client + "/health"))

    def _node(self, node):
        cluster = self.postgres
        return Process(node, cluster.prefix + [PYTHON, "/usr/bin/patroni", cluster.of(node) + "/patroni.yml"],
                       answers(cluster.rest(node, "/health")), stop_signal=signal.SIGTERM)

    def wait_ready(self, process, child, seconds=FORM_S):
        super().wait_ready(process, child, seconds)

    def stop_all(self):
        """Services first, then the nodes, then etcd; a server that Patroni left behind goes by its pid."""
        everything = self.children
        for wave in ([n for n in everything if n not in NODES and n != "etcd"], list(NODES), ["etcd"]):
            self.children = {name: everything[name] for name in wave if name in everything}
            super().stop_all()
        for pid in [pid for node in NODES for pid in self.server_pids(node)]:
            send_kill(pid)

    def server_pids(self, node):
        postmaster = self.postgres.postmaster(node)
        return family(postmaster) if postmaster else []


class HaGround(Ground):
    """The drill's ground; a node is killed with everything on it, as a machine dies."""

    def __init__(self, faults=()):
        super().__init__(faults)
        self.suite = HaSuite(self.suite.run, self.suite.port, os.environ.get("BUILD_DIR"))

    def kill_node(self, node):
        """Patroni and its server at once; nobody starts them again before release. Their pids."""
        server = self.suite.server_pids(node)
        for pid in server[:1]:
            os.kill(pid, signal.SIGSTOP)  # it shall not tell its children anything
        self.hold(node)
        for pid in server:
            send_kill(pid)
        wait_for(lambda: not any(is_running(pid) for pid in server), 30, "the end of %s" % node)
        return server

    def freeze_server(self, node):
        """The server stands still; the pids that do."""
        pids = self.suite.server_pids(node)
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        return pids

    def thaw_server(self, pids):
        for pid in pids:
            if is_running(pid):
                os.kill(pid, signal.SIGCONT)
