"""suite — one embedded suite: prepare, start, stop. Used by the command and by every system test."""
import os
import signal
import subprocess
import time

from .layout import SERVICES, Layout
from .postgres import Postgres
from .processes import all_processes

READY_S, STOP_S = 60, 20


def family(pid):
    """A process and its children."""
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as f:
            return [pid] + [int(child) for child in f.read().split()]
    except OSError:
        return [pid]


def send_kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def is_running(pid):
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as f:
            return f.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Suite(Layout):
    """environment: {process: {VARIABLE: value}}, with which these are started, and started again."""

    def __init__(self, run_dir, port, build=None, only=None, environment=None):
        super().__init__(run_dir, port, build)
        self.only = only
        self.environment = {name: dict(its) for name, its in (environment or {}).items()}
        self.postgres = Postgres(self)
        self.children = {}  # name → (process, its Popen)

    def prepare(self):
        """Folders, keys, secrets, configuration, an empty PostgreSQL: what is there already stays as it is."""
        self.make_folders()
        subprocess.run([self.program("motcua-keys"), self.path("keys"), "broker"] + SERVICES, check=True)
        self.make_secrets()
        self.postgres.prepare()
        self.render_conf()

    def processes(self):
        listing = [p for p in all_processes(self, self.postgres) if not self.only or p.name in self.only]
        for process in listing:
            process.env = {**process.env, **self.environment.get(process.name, {})}
        return listing

    def psql(self, sql, database="postgres", user="postgres"):
        return self.postgres.psql(sql, database, user)

    # ---- starting ----

    def spawn(self, process):
        with open(self.path("log", process.name + ".log"), "ab") as log:
            child = subprocess.Popen(process.argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/",
                                     env={**os.environ, **process.env}, start_new_session=True)
        path = self.path("pid", process.name)
        with open(path + ".new", "w", encoding="utf-8") as f:
            f.write(str(child.pid))
        os.replace(path + ".new", path)  # who reads it meanwhile sees the old one or the new one
        return child

    def wait_ready(self, process, child, seconds=READY_S):
        until = time.monotonic() + seconds
        log = self.path("log", process.name + ".log")
        while not process.ready():
            if child.poll() is not None:
                raise RuntimeError("%s ended with code %s: see %s" % (process.name, child.returncode, log))
            if time.monotonic() > until:
                raise RuntimeError("%s is not ready after %d s: see %s" % (process.name, seconds, log))
            time.sleep(0.02)

    def start_all(self):
        """Everything at once, in two waves: what needs the store waits for the store, and for nothing else."""
        listing = self.processes()
        for wave in ([p for p in listing if not p.needs], [p for p in listing if p.needs]):
            for p in wave:
                self.children[p.name] = (p, self.spawn(p))
            for p in wave:
                self.wait_ready(*self.children[p.name])
                if p.name == "postgres":
                    self.postgres.make_databases()

    def start(self, name):
        process, _ = self.children[name]
        self.children[name] = (process, self.spawn(process))
        self.wait_ready(*self.children[name])

    # ---- stopping: by pid, each with its own signal ----

    def kill(self, name):
        """SIGKILL, children included: what a power cut does to one process. Returns when nothing of it is left, because a
        PostgreSQL whose backends still end does not start again."""
        _, child = self.children[name]
        doomed = family(child.pid)
        for pid in doomed:
            send_kill(pid)
        child.wait()
        while any(is_running(pid) for pid in doomed):
            time.sleep(0.005)

    def stop(self, name):
        self._ask_to_end(name)
        self._wait_end(name)

    def _ask_to_end(self, name):
        process, child = self.children[name]
        if child.poll() is None:
            child.send_signal(process.stop_signal)

    def _wait_end(self, name):
        try:
            self.children[name][1].wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            self.kill(name)

    def stop_all(self):
        """First what uses the stores and the broker, then these."""
        last = [n for n in ("broker", "redis", "postgres") if n in self.children]
        for names in ([n for n in self.children if n not in last], last):
            for name in names:
                self._ask_to_end(name)
            for name in names:
                self._wait_end(name)
        self.children = {}
