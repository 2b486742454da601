"""ground — what a drill stands on: a whole suite of its own, somebody who starts again what dies, and what faults may do to
it. The simulators' ledgers and the clients' journals lie beside the suite, because they judge it."""
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path += [os.path.join(ROOT, part) for part in ("scripts", "tests/system", "tests/bench")]
from conftest import free_port_range  # noqa: E402
from embedded import sample, suite as embedded, supervisor  # noqa: E402
from embedded.layout import SERVICES, database_of, env_name, variables  # noqa: E402
from embedded.web import send, wait_for  # noqa: E402,F401
from operator_api import Operator  # noqa: E402

PROGRAMS = ["broker"] + SERVICES
OUTSIDE = {"portal": "PORTAL_SIM", "gateway": "GATEWAY_SIM", "mail": "MAIL_SIM"}
READY_S = 90
# A drill has no minutes to wait for what people would: the bank is asked early what became of a payment, and mails leave as fast
# as they can. All who complain have one address.
PATIENCE = {"payment": variables("payment", query_after_s="5"),
            "notification": variables("notification", mails_per_minute="1000000"),
            "feedback": variables("feedback", complaints_an_hour="1000000")}


class Outside:
    """A simulator: its dials, and the ledger on the disk, which nobody but it writes."""

    def __init__(self, suite, name):
        self.url, self.ledger = suite.local(OUTSIDE[name]), suite.path("sim", name + ".jsonl")

    def dial(self, **values):
        answer = send("POST", self.url + "/dials", values)
        if answer.status != 200:
            raise RuntimeError(answer)

    def reset(self):
        send("POST", self.url + "/dials/reset")

    def entries(self, *kinds):
        with open(self.ledger, "rb") as f:
            for line in f:
                with contextlib.suppress(ValueError):  # torn by a kill
                    entry = json.loads(line)
                    if not kinds or entry["kind"] in kinds:
                        yield entry

    def faults(self, dial):
        """How often this dial has done something."""
        return sum(entry["dial"] == dial for entry in self.entries("fault"))


class Ground:
    def __init__(self, faults=()):
        self.folder = tempfile.mkdtemp(prefix="motcua-drill-")
        os.chmod(self.folder, 0o755)
        self.suite = embedded.Suite(os.path.join(self.folder, "suite"), free_port_range(), os.environ.get("BUILD_DIR"),
                                    environment=PATIENCE)
        self.journals, self.ledgers = os.path.join(self.folder, "journals"), os.path.join(self.folder, "ledgers")
        for folder in (self.suite.run, self.journals, self.ledgers):
            os.mkdir(folder)
        os.symlink(self.ledgers, self.suite.path("sim"))
        self.outside = {name: Outside(self.suite, name) for name in OUTSIDE}
        self.ipn_modes = ("normal",)  # how the bank calls; people at its page choose
        self.faults, self.deaths, self.ends = list(faults), [], threading.Event()
        self.keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def __enter__(self):
        self.suite.make_folders()
        try:
            self.faults = [fault for fault in self.faults if not fault.why_not(self)]
            for fault in self.faults:
                fault.prepare(self)
            self.suite.prepare()
            self.suite.start_all()
            sample.load(self.suite)
            self.operator = Operator(self.suite.path("conf", "motcua.conf"))
        except BaseException:
            self._end()
            raise
        self.keeper.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.keeper.join()
        self._end()

    def _end(self):
        self.suite.stop_all()
        for fault in self.faults:
            fault.clean(self)
        if not os.environ.get("KEEP_RUN"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def _keep(self):
        with open(self.suite.path("log", "supervisor.log"), "a", encoding="utf-8") as log:
            keeper = supervisor.Keeper(self.suite, log)
            while not self.ends.wait(0.05):
                keeper.look()

    # ---- processes ----

    def names(self):
        return list(self.suite.children)

    def process(self, name):
        return self.suite.children[name][0]

    def pid(self, name):
        return self.suite.children[name][1].pid

    def kill(self, *names, number=signal.SIGKILL):
        """End these at once, children included; {name: the pid that died}. The keeper starts them again."""
        children = {name: self.suite.children[name][1] for name in names}
        doomed = {pid for child in children.values() for pid in embedded.family(child.pid)}
        for pid in doomed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        for child in children.values():
            child.wait()
        wait_for(lambda: not any(embedded.is_running(pid) for pid in doomed), READY_S, "the end of %s" % ", ".join(names))
        self.deaths += [(name, child.pid, child.returncode) for name, child in children.items()]
        return {name: child.pid for name, child in children.items()}

    def hold(self, *names):
        """Kill, and let nobody start it again before release."""
        for name in names:
            with open(supervisor.stopped_flag(self.suite, name), "w", encoding="utf-8"):
                pass
        return self.kill(*names)

    def release(self, *names):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                os.remove(supervisor.stopped_flag(self.suite, name))

    def held(self, name):
        return os.path.exists(supervisor.stopped_flag(self.suite, name))

    def freeze(self, name, number=signal.SIGSTOP):
        for pid in embedded.family(self.pid(name)):
            os.kill(pid, number)

    def thaw(self, name):
        self.freeze(name, signal.SIGCONT)

    def change(self, name, env=None, argv=None):
        """Start it again with more in its environment, or another command line; restore undoes it."""
        process = self.process(name)
        if not hasattr(process, "before"):
            process.before = process.env, process.argv
        process.env = {**process.env, **(env or {})}
        process.argv = argv or process.argv
        return self.restart(name)

    def restore(self, name):
        process = self.process(name)
        if hasattr(process, "before"):
            process.env, process.argv = process.before
            del process.before
            self.restart(name)

    def restart(self, name):
        """The new pid, ready."""
        old = self.kill(name, number=self.process(name).stop_signal)[name]
        wait_for(lambda: self.pid(name) != old, READY_S, name + " again")
        self.wait_ready(name)
        return self.pid(name)

    def add(self, process):
        """One more process, until the end of the suite or until it is dropped."""
        self.suite.children[process.name] = (process, self.suite.spawn(process))
        self.wait_ready(process.name)

    def drop(self, name):
        if name in self.suite.children:
            self.hold(name)
            del self.suite.children[name]
            self.release(name)

    def wait_ready(self, *names, seconds=READY_S):
        """Until these (all) are ready; how long it took."""
        began = time.monotonic()
        for name in names or [n for n in self.names() if not self.held(n)]:
            wait_for(self.process(name).ready, seconds, name)
        return time.monotonic() - began

    # ---- stores ----

    def port(self, service):
        return self.suite.ports[env_name(service) + "_HTTP"]

    def psql(self, service, sql):
        return self.suite.psql(sql, database=database_of(service))

    def count(self, service, sql):
        return int(self.psql(service, sql))

    def metric(self, port_name, name):
        """The sum of a counter's lines on an admin port."""
        text = send("GET", self.suite.local(port_name) + "/metrics").body.decode()
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith((name + "{", name + " ")))
