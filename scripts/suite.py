#!/usr/bin/python3
"""suite — the whole of Motcua on one machine, embedded: a private PostgreSQL and Redis, broker, services, nginx and the
simulators of the outside world, all under one folder, none of it known to the rest of the machine.

    suite.py up [--only NAME,…]   start, load the sample data the first time, print the address; returns when ready
    suite.py down                 end it; the data stay
    suite.py reset                end it and forget the data
    suite.py status               what runs
    suite.py start|stop|restart NAME   one process of a running suite

RUN_DIR (default .run) and PORT (default 8080) let several copies run side by side. A supervisor starts again what dies.
Tests use the class Suite directly.
"""
import argparse
import hashlib
import json
import os
import pwd
import shutil
import signal
import string
import subprocess
import sys
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PG_BIN = "/usr/lib/postgresql/15/bin"
SERVICES = ["identity", "intake", "verification", "payment", "notification", "status-sync"]
SOCKET_PATH_MAX = 90  # a unix socket's path holds 107 bytes

# Offsets from PORT. The public port is PORT itself.
PORTS = {"BROKER_BUS": 1, "BROKER_ADMIN": 2, "BROKER2_BUS": 3, "BROKER2_ADMIN": 4, "PORTAL_SIM": 41, "GATEWAY_SIM": 42,
         "MAIL_SMTP": 43, "MAIL_SIM": 44}
for _i, _name in enumerate(SERVICES):
    PORTS[_name.upper().replace("-", "_") + "_HTTP"] = 11 + 2 * _i
    PORTS[_name.upper().replace("-", "_") + "_ADMIN"] = 12 + 2 * _i


class Process:
    """One child: how to start it, what must be ready before, how to see that it is ready."""

    def __init__(self, name, argv, needs=(), ready=None, env=None, stop_signal=signal.SIGTERM):
        self.name, self.argv, self.needs, self.ready = name, argv, needs, ready
        self.env, self.stop_signal = env or {}, stop_signal


def http_ok(url, timeout=1):
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return answer.status == 200
    except OSError:
        return False


class Suite:
    def __init__(self, run_dir, port, build=None, only=None):
        self.run = os.path.abspath(run_dir)
        self.port = port
        self.build = os.path.join(ROOT, build or "build")
        self.only = only
        self.sockets = os.path.join(self.run, "sockets")
        if len(self.sockets) > SOCKET_PATH_MAX:
            self.sockets = "/tmp/motcua-" + hashlib.sha256(self.run.encode()).hexdigest()[:12]
        self.ports = {name: port + offset for name, offset in PORTS.items()}
        self.children = {}

    # ---- where things are ----

    def path(self, *parts):
        return os.path.join(self.run, *parts)

    def admin_url(self, service):
        return "http://127.0.0.1:%d" % self.ports[service.upper().replace("-", "_") + "_ADMIN"]

    def url(self, path=""):
        return "http://127.0.0.1:%d%s" % (self.port, path)

    def secret(self, name):
        with open(self.path("keys", name), encoding="utf-8") as f:
            return f.read().strip()

    def database_url(self, service):
        name = "motcua_" + service.replace("-", "_")
        return "host=%s dbname=%s user=%s" % (self.sockets, name, name)

    # ---- first start ----

    def prepare(self):
        for sub in ("", "conf", "log", "files", "nginx", "redis", "sim", "state", "pid"):
            os.makedirs(self.path(sub), exist_ok=True)
        os.makedirs(self.sockets, exist_ok=True)
        os.chmod(self.sockets, 0o711)
        subprocess.run([os.path.join(self.build, "motcua-keys"), self.path("keys"), "broker"] + SERVICES, check=True)
        self._make_secret("mail.password")
        self._make_secret("gateway.secret")
        self._make_secret("portal.password")
        self._make_secret("portal.push")
        self._init_postgres()
        self._render_conf()

    def _make_secret(self, name):
        try:
            with open(self.path("keys", name), "x", encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as f:
                f.write(os.urandom(24).hex() + "\n")
        except FileExistsError:
            pass

    def _render_conf(self):
        values = {name: str(port) for name, port in self.ports.items()}
        values.update(RUN=self.run, SOCKETS=self.sockets, PORT=str(self.port), ROOT=ROOT,
                      BROKERS="tcp://127.0.0.1:%d" % self.ports["BROKER_BUS"],
                      NGINX_USER="user root;" if os.getuid() == 0 else "")
        for name in ("mail.password", "gateway.secret", "portal.password", "portal.push"):
            values[name.upper().replace(".", "_")] = self.secret(name)
        for folder in ("dev", "nginx"):
            for file in sorted(os.listdir(os.path.join(ROOT, "deploy", folder))):
                if not file.endswith(".conf"):
                    continue
                with open(os.path.join(ROOT, "deploy", folder, file), encoding="utf-8") as f:
                    text = string.Template(f.read()).safe_substitute(values)
                target = self.path("conf", file)
                with open(target, "w", encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as f:
                    f.write(text)

    # ---- PostgreSQL: its server refuses to be root ----

    def _as_postgres(self):
        """What to put before a server command. As root: the postgres account of the package, or, where that account
        cannot reach the folder, a user namespace in which root looks like it."""
        if os.getuid() != 0:
            return []
        account = pwd.getpwnam("postgres")
        dropped = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        os.makedirs(self.path("pg"), exist_ok=True)
        os.chown(self.path("pg"), account.pw_uid, account.pw_gid)
        if subprocess.run(dropped + ["test", "-w", self.path("pg")], check=False).returncode == 0:
            os.chown(self.sockets, account.pw_uid, 0)
            return dropped
        os.chown(self.path("pg"), 0, 0)
        return ["unshare", "--user", "--map-user=%d" % account.pw_uid, "--map-group=%d" % account.pw_gid]

    def _init_postgres(self):
        data = self.path("pg", "data")
        self.pg_prefix = self._as_postgres()
        if os.path.exists(os.path.join(data, "PG_VERSION")):
            return
        os.makedirs(self.path("pg"), exist_ok=True)
        subprocess.run(self.pg_prefix + [PG_BIN + "/initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
                                         "--auth=peer", "--no-instructions"],
                       check=True, stdout=subprocess.DEVNULL, cwd="/")
        roles = ["postgres"] + ["motcua_" + s.replace("-", "_") for s in SERVICES]
        users = {"root", "postgres", pwd.getpwuid(os.getuid()).pw_name}
        idents = "".join("motcua %s %s\n" % (user, role) for user in sorted(users) for role in roles)
        self._write_pg(data, "pg_hba.conf", "local all all peer map=motcua\n")
        self._write_pg(data, "pg_ident.conf", idents)

    def _write_pg(self, data, name, text):
        subprocess.run(self.pg_prefix + ["tee", os.path.join(data, name)], input=text, text=True, check=True,
                       stdout=subprocess.DEVNULL, cwd="/")

    def _pg_is_ready(self):
        return subprocess.run([PG_BIN + "/pg_isready", "-q", "-h", self.sockets, "-U", "postgres", "-d", "postgres"], check=False).returncode == 0

    def psql(self, sql, database="postgres", user="postgres"):
        done = subprocess.run(["psql", "-h", self.sockets, "-U", user, "-d", database, "-v", "ON_ERROR_STOP=1", "-qAt"],
                              input=sql, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def _make_databases(self):
        existing = self.psql("SELECT datname FROM pg_database").split()
        for service in SERVICES:
            name = "motcua_" + service.replace("-", "_")
            if name not in existing:
                self.psql("CREATE ROLE %s LOGIN" % name)
                self.psql("CREATE DATABASE %s OWNER %s" % (name, name))
                self.psql("REVOKE CONNECT ON DATABASE %s FROM PUBLIC" % name)

    # ---- processes ----

    def processes(self):
        python, sim = "/usr/bin/python3", os.path.join(ROOT, "tests", "sim")
        port = self.ports
        listing = [
            Process("postgres", self.pg_prefix + [
                PG_BIN + "/postgres", "-D", self.path("pg", "data"), "-k", self.sockets, "-c", "listen_addresses=",
                "-c", "max_connections=200", "-c", "shared_buffers=256MB", "-c", "wal_compression=lz4", "-c", "max_wal_size=4GB",
                "-c", "jit=off", "-c", "log_min_messages=warning"], ready=self._pg_is_ready, stop_signal=signal.SIGINT),
            Process("redis", ["redis-server", "--port", "0", "--unixsocket", self.sockets + "/redis", "--save", "",
                              "--appendonly", "no", "--dir", self.path("redis"), "--maxmemory", "64mb",
                              "--maxmemory-policy", "allkeys-lru"], ready=lambda: os.path.exists(self.sockets + "/redis")),
            Process("broker", [self.build + "/broker", "--config", self.path("conf", "broker.conf")],
                    ready=lambda: http_ok(self.admin_url("broker") + "/readyz")),
            Process("portal-sim", [python, sim + "/portal.py", "--listen", "127.0.0.1:%d" % port["PORTAL_SIM"],
                                   "--ledger", self.path("sim", "portal.jsonl"), "--username", "motcua",
                                   "--password", self.secret("portal.password"), "--dstcode", "VN:GOV:000.00.00.G22:vpcpdvcprovider",
                                   "--madonvi", "000.00.00.H07", "--push-key", self.secret("portal.push")],
                    ready=lambda: http_ok("http://127.0.0.1:%d/healthz" % port["PORTAL_SIM"])),
            Process("gateway-sim", [python, sim + "/gateway.py", "--listen", "127.0.0.1:%d" % port["GATEWAY_SIM"],
                                    "--ledger", self.path("sim", "gateway.jsonl"), "--tmn-code", "MOTCUA01",
                                    "--secret", self.secret("gateway.secret"),
                                    "--ipn-url", self.url("/api/payment/vnpay/ipn")],
                    ready=lambda: http_ok("http://127.0.0.1:%d/healthz" % port["GATEWAY_SIM"])),
            Process("mail-sim", [python, sim + "/mail.py", "--listen", "127.0.0.1:%d" % port["MAIL_SMTP"],
                                 "--control", "127.0.0.1:%d" % port["MAIL_SIM"], "--ledger", self.path("sim", "mail.jsonl"),
                                 "--user", "motcua", "--password", self.secret("mail.password"),
                                 "--tls-dir", self.path("sim", "tls")],
                    ready=lambda: http_ok("http://127.0.0.1:%d/healthz" % port["MAIL_SIM"])),
            Process("nginx", ["nginx", "-p", self.path("nginx"), "-c", self.path("conf", "nginx.conf"), "-e", "stderr"],
                    ready=lambda: http_ok(self.url("/healthz"))),
        ]
        for service in SERVICES:
            listing.append(Process(service, [os.path.join(self.build, service), "--config", self.path("conf", service + ".conf")],
                                   needs=("postgres",),
                                   ready=lambda service=service: http_ok(self.admin_url(service) + "/readyz")))
        return [p for p in listing if not self.only or p.name in self.only]

    def spawn(self, process):
        log = open(self.path("log", process.name + ".log"), "ab")
        child = subprocess.Popen(process.argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/",
                                 env={**os.environ, **process.env}, start_new_session=True)
        log.close()
        with open(self.path("pid", process.name), "w", encoding="utf-8") as f:
            f.write(str(child.pid))
        return child

    def wait_ready(self, process, child, seconds=60):
        until = time.monotonic() + seconds
        while not process.ready():
            if child.poll() is not None:
                raise RuntimeError("%s ended with code %s: see %s" % (process.name, child.returncode,
                                                                      self.path("log", process.name + ".log")))
            if time.monotonic() > until:
                raise RuntimeError("%s is not ready after %d s: see %s" % (process.name, seconds,
                                                                           self.path("log", process.name + ".log")))
            time.sleep(0.02)

    def start_all(self):
        """Everything at once, in waves: what needs a store waits for the store, and for nothing else."""
        started = {}
        waves = [[p for p in self.processes() if not p.needs], [p for p in self.processes() if p.needs]]
        for wave in waves:
            for p in wave:
                started[p.name] = (p, self.spawn(p))
            for p in wave:
                if p.name != "nginx":
                    self.wait_ready(*started[p.name])
                if p.name == "postgres":
                    self._make_databases()
        if "nginx" in started:
            self.wait_ready(*started["nginx"])
        self.children = started

    def stop_all(self):
        order = ["nginx"] + SERVICES + ["broker", "portal-sim", "gateway-sim", "mail-sim", "redis", "postgres"]
        for name in sorted(self.children, key=lambda n: order.index(n) if n in order else 0):
            process, child = self.children[name]
            if child.poll() is None:
                child.send_signal(process.stop_signal)
            if name in ("nginx", "broker", "redis") or name == order[len(SERVICES)]:
                continue
        for process, child in self.children.values():
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self.children = {}

    # ---- supervising ----

    def supervise(self):
        """Until SIGTERM: start again what dies (after a growing pause), obey state/<name>.stopped."""
        leaving = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: leaving.append(True))
        deaths, not_before = {}, {}
        while not leaving:
            time.sleep(0.1)
            for name, (process, child) in list(self.children.items()):
                wanted = not os.path.exists(self.path("state", name + ".stopped"))
                alive = child.poll() is None
                if alive and not wanted:
                    child.send_signal(process.stop_signal)
                if alive or not wanted or time.monotonic() < not_before.get(name, 0):
                    continue
                deaths[name] = deaths.get(name, 0) + 1
                not_before[name] = time.monotonic() + min(0.1 * 2 ** min(deaths[name], 6), 5)
                self.children[name] = (process, self.spawn(process))
        self.stop_all()


# ---- the command ----

def supervisor_pid(suite):
    try:
        with open(suite.path("pid", "supervisor"), encoding="utf-8") as f:
            pid = int(f.read())
        os.kill(pid, 0)
        return pid
    except (OSError, ValueError):
        return None


def run_supervisor(suite):
    """In the daemon: start, say so in state/started, supervise."""
    try:
        suite.start_all()
        outcome = {"ready": True}
    except Exception as error:  # told to the command that waits
        suite.stop_started = [c for _, c in suite.children.values()]
        outcome = {"ready": False, "why": str(error)}
    with open(suite.path("state", "started.new"), "w", encoding="utf-8") as f:
        json.dump(outcome, f)
    os.rename(suite.path("state", "started.new"), suite.path("state", "started"))
    if outcome["ready"]:
        suite.supervise()
    else:
        kill_left(suite)


def kill_left(suite):
    """End by pid what a supervisor that is gone has left."""
    for name in os.listdir(suite.path("pid")) if os.path.isdir(suite.path("pid")) else []:
        try:
            with open(suite.path("pid", name), encoding="utf-8") as f:
                pid = int(f.read())
            with open("/proc/%d/cmdline" % pid, "rb") as f:
                ours = suite.run.encode() in f.read()
            if ours and name != "supervisor":
                os.kill(pid, signal.SIGINT if name == "postgres" else signal.SIGTERM)
        except (OSError, ValueError):
            pass


def daemonize(suite):
    if os.fork():
        return False
    os.setsid()
    if os.fork():
        os._exit(0)
    log = os.open(suite.path("log", "supervisor.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    with open(suite.path("pid", "supervisor"), "w", encoding="utf-8") as f:
        f.write(str(os.getpid()))
    return True


def up(suite):
    if supervisor_pid(suite):
        print("Motcua already runs: %s" % suite.url())
        return 0
    suite.prepare()
    kill_left(suite)
    for stale in os.listdir(suite.path("state")):
        if stale == "started" or stale.endswith(".stopped"):
            os.remove(suite.path("state", stale))
    if daemonize(suite):
        run_supervisor(suite)
        os._exit(0)
    while not os.path.exists(suite.path("state", "started")):
        time.sleep(0.02)
    with open(suite.path("state", "started"), encoding="utf-8") as f:
        outcome = json.load(f)
    if not outcome["ready"]:
        print("Motcua could not start: %s" % outcome["why"], file=sys.stderr)
        return 1
    return 0


def down(suite):
    pid = supervisor_pid(suite)
    if pid:
        os.kill(pid, signal.SIGTERM)
        while supervisor_pid(suite):
            time.sleep(0.05)
    kill_left(suite)
    return 0


def reset(suite):
    down(suite)
    shutil.rmtree(suite.run, ignore_errors=True)
    if suite.sockets.startswith("/tmp/motcua-"):
        shutil.rmtree(suite.sockets, ignore_errors=True)
    return 0


def status(suite):
    print("supervisor %s" % ("runs" if supervisor_pid(suite) else "does not run"))
    for process in suite.processes():
        print("%-14s %s" % (process.name, "ready" if process.ready() else "down"))
    return 0


def switch(suite, action, name):
    flag = suite.path("state", name + ".stopped")
    if action in ("stop", "restart"):
        open(flag, "w", encoding="utf-8").close()
        with open(suite.path("pid", name), encoding="utf-8") as f:
            pid = int(f.read())
        while os.path.exists("/proc/%d" % pid):
            time.sleep(0.02)
    if action in ("start", "restart") and os.path.exists(flag):
        os.remove(flag)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["up", "down", "reset", "status", "start", "stop", "restart"])
    parser.add_argument("name", nargs="?")
    parser.add_argument("--only", help="start only these, separated by commas")
    args = parser.parse_args()
    suite = Suite(os.environ.get("RUN_DIR", os.path.join(ROOT, ".run")), int(os.environ.get("PORT", "8080")),
                  os.environ.get("BUILD_DIR"), args.only.split(",") if args.only else None)
    suite.pg_prefix = []
    if args.action in ("start", "stop", "restart"):
        return switch(suite, args.action, args.name)
    return {"up": up, "down": down, "reset": reset, "status": status}[args.action](suite)


if __name__ == "__main__":
    sys.exit(main())
