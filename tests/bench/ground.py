"""ground — what a bench stands on: a suite of its own with a procedure to file, the peer and the limit beside it on the same
PostgreSQL, the load, and what each process costs."""
import contextlib
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(ROOT, "scripts"), os.path.join(ROOT, "tests", "system")]
from conftest import free_port_range  # noqa: E402
from embedded import web  # noqa: E402
from embedded.suite import Suite  # noqa: E402
from lib import log_in, operator, sign_up  # noqa: E402,F401
import brokers  # noqa: E402
from filings import DEFINITION, PROGRAMS, UNIT, filing_request, load, run_json, write_request  # noqa: E402,F401

BUILD = os.path.join(ROOT, os.environ.get("BUILD_DIR") or "build")
PEER = os.path.join(ROOT, "build", "bench", "peer")
TICK = os.sysconf("SC_CLK_TCK")
def family(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as f:
            return [pid] + [p for child in f.read().split() for p in family(int(child))]
    except OSError:
        return [pid]


def cpu_of(pid, with_ended=True):
    """Seconds of CPU of a process and its children, those that have ended included."""
    total = 0
    for p in family(pid):
        with contextlib.suppress(OSError), open("/proc/%d/stat" % p, encoding="utf-8", errors="replace") as f:
            fields = f.read().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
            if with_ended:
                total += int(fields[13]) + int(fields[14])
    return total / TICK


class Ground:
    """A suite with only these processes, and a PostgreSQL for everybody."""

    def __init__(self, only, env=None, store_env=None):
        self.folder = tempfile.mkdtemp(prefix="motcua-bench-")
        os.chmod(self.folder, 0o755)
        os.environ.update(env or {})
        self.env = dict(env or {})
        self.suite = Suite(self.folder, free_port_range(), os.environ.get("BUILD_DIR"), only)
        self.suite.prepare()
        if store_env:
            self.suite.postgres.env = store_env
        self.suite.start_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.suite.stop_all()
        for name in self.env:
            os.environ.pop(name, None)
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- the suite ----

    def open_for_filing(self):
        """Units, the procedure, a citizen; the request that files."""
        from intake import import_catalogue, load_units
        load_units(self.suite)
        import_catalogue(self.suite, [DEFINITION])
        self.token = sign_up(self.suite)
        return self.filing_request("filing", {"Authorization": "Bearer " + self.token})

    def filing_request(self, name, headers):
        return filing_request(os.path.join(self.folder, name), headers)

    def port(self, service):
        return self.suite.ports[service.upper().replace("-", "_") + "_HTTP"]

    def pid(self, name):
        return self.suite.children[name][1].pid

    # ---- the load ----

    def load(self, port, request, connections, seconds, cpu=None, **more):
        """The load's report, with "cpu": microseconds per accepted request of each of these {name: pid}."""
        before = {name: cpu_of(pid) for name, pid in (cpu or {}).items()}
        report = load(port, request, connections, seconds, **more)
        done = max(report["accepted_ever"], 1)  # the warming up costs, too
        report["cpu"] = {name: (cpu_of(pid) - before[name]) * 1e6 / done for name, pid in (cpu or {}).items()}
        return report

    # ---- the limit ----

    def make_limit(self):
        self.suite.psql("CREATE DATABASE bench_limit")
        for folder in ("common/schema", "services/intake/schema"):
            for path in sorted(glob.glob(os.path.join(ROOT, folder, "*.sql"))):
                with open(path, encoding="utf-8") as f:
                    self.suite.psql(f.read(), database="bench_limit")

    def limit(self, batch, seconds, connections=1):
        store = self.pid("postgres")
        before = cpu_of(store)
        conninfo = "host=%s dbname=bench_limit user=postgres" % self.suite.sockets
        report = run_json(os.path.join(PROGRAMS, "limit"), "--conninfo", conninfo, "--batch", batch, "--connections", connections,
                          "--seconds", seconds)
        report["store_us"] = (cpu_of(store) - before) * 1e6 / max(report["filings"], 1)
        return report

    # ---- the peer ----

    def make_peer(self):
        self.suite.psql("CREATE DATABASE peer")
        with open(os.path.join(PEER, "schema.sql"), encoding="utf-8") as f:
            self.suite.psql(f.read(), database="peer")

    @contextlib.contextmanager
    def node(self, program, *options):
        """A program of the peer while it runs; its process."""
        argv = ["node", program, "--pg-socket", self.suite.sockets, *[str(o) for o in options]]
        child = subprocess.Popen(argv, cwd=PEER, stdout=subprocess.PIPE, text=True)
        try:
            if '"ready":true' not in child.stdout.readline():
                raise RuntimeError("the peer's %s does not start" % program)
            yield child
        finally:
            child.terminate()
            child.wait()

    def peer(self, mode, processes=1, *options):
        self.peer_port = free_port_range(2)
        return self.node("server.js", "--port", self.peer_port, "--mode", mode, "--processes", processes, *options)
