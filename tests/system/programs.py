"""programs — one program beside a suite: its parameters on other ports, started by hand, ended by its pid."""
import contextlib
import os
import signal
import subprocess

from embedded.layout import SERVICES
from lib import ROOT, wait_for
from embedded.web import send

PROGRAMS = ["broker"] + SERVICES
BUILD = os.path.join(ROOT, os.environ.get("BUILD_DIR", "build"))
OTHER_PORTS = {"listen": 51, "admin_listen": 52, "bind": 53}


def run(program, *args, env=None, seconds=15):
    """The program to its end."""
    return subprocess.run([os.path.join(BUILD, program), *args], capture_output=True, text=True, check=False,
                          timeout=seconds, env={**os.environ, **(env or {})})


def settings(suite, service, **changes):
    """The suite's parameters of a service on other ports; None leaves one out."""
    with open(suite.path("conf", service + ".conf"), encoding="utf-8") as f:
        values = dict(line.rstrip("\n").split(" = ", 1) for line in f)
    for name in OTHER_PORTS.keys() & values.keys():
        address = "127.0.0.1:%d" % (suite.port + OTHER_PORTS[name])
        values[name] = "tcp://" + address if name == "bind" else address
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


def conf(tmp_path, values, more=""):
    path = tmp_path / "its.conf"
    path.write_text("".join("%s = %s\n" % pair for pair in values.items()) + more, encoding="utf-8")
    return str(path)


class Beside:
    """A program that runs: child, and how to ask it."""

    def __init__(self, child, values):
        self.child, self.values = child, values

    def ask(self, method, path, **more):
        where = self.values["listen" if path.startswith("/api/") else "admin_listen"]
        return send(method, "http://%s%s" % (where, path), **more)

    def probe(self, path):
        """What it answers; None: nothing."""
        try:
            return self.ask("GET", path, timeout=5)
        except OSError:
            return None

    def is_ready(self):
        assert self.child.poll() is None, "it ended with code %s" % self.child.returncode
        answer = self.probe("/readyz")
        return answer and answer.status == 200


@contextlib.contextmanager
def beside(program, tmp_path, values, env=None, ready_s=20):
    """One more program, ready, until the end of the block; it ends well."""
    with open(tmp_path / "its.log", "ab") as log:
        child = subprocess.Popen([os.path.join(BUILD, program), "--config", conf(tmp_path, values)], stdout=log, stderr=log,
                                 env={**os.environ, **(env or {})})
    one = Beside(child, values)
    try:
        wait_for(one.is_ready, ready_s, program)
        yield one
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            assert child.wait(timeout=20) == 0
    finally:
        child.kill()
        child.wait()
