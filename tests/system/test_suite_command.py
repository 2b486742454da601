"""suite command — `make run`, `make stop`, `make reset` and scripts/suite.py: a whole suite that is ready when the command
returns, keeps its data, lives beside another copy, mends itself, and leaves nothing behind."""
import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

import pytest

from conftest import free_port_range
from embedded import web
from embedded.filing import file_dossier
from embedded.layout import SERVICES
from lib import ROOT, wait_for

PROCESSES = ["postgres", "redis", "broker", "portal-sim", "gateway-sim", "mail-sim", "nginx"] + SERVICES


class Home:
    """A folder and a range of ports with a suite in it, or none yet."""

    def __init__(self):
        self.run, self.port = os.path.join(tempfile.mkdtemp(prefix="motcua-home-"), "run"), free_port_range()
        self.url = "http://127.0.0.1:%d" % self.port
        self.env = {**os.environ, "RUN_DIR": self.run, "PORT": str(self.port)}

    def call(self, *argv, seconds=120):
        return subprocess.run(argv, capture_output=True, text=True, check=False, cwd=ROOT, env=self.env, timeout=seconds)

    def suite(self, *args):
        return self.call(sys.executable, "scripts/suite.py", *args)

    def make(self, target):
        variant = os.environ.get("BUILD_DIR", "build").partition("build/")[2]
        return self.call("make", target, "RUN_DIR=" + self.run, "PORT=%d" % self.port, "VARIANT=" + variant)

    def states(self):
        return dict(line.split(None, 1) for line in self.suite("status").stdout.splitlines())

    def pid(self, name):
        with open(os.path.join(self.run, "pid", name), encoding="utf-8") as f:
            return int(f.read())

    def processes(self):
        """Command lines that name the folder; without the tests' own."""
        lines = []
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                with open(path, "rb") as f:
                    lines.append(f.read().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                pass  # it has ended
        return [line for line in lines if self.run in line]

    def end(self):
        self.suite("reset")
        shutil.rmtree(os.path.dirname(self.run), ignore_errors=True)


@pytest.fixture
def empty():
    home = Home()
    yield home
    home.end()


@pytest.fixture(scope="module")
def home():
    """Started once, by `make run`; .told is what it printed."""
    home = Home()
    try:
        ran = home.make("run")
        assert ran.returncode == 0, ran
        home.told = ran.stdout
        yield home
    finally:
        home.end()


def accounts(told):
    """{login: password} as printed."""
    return dict(re.findall(r"(?m)^  (\S+) +((?:[0-9a-f]{4}-){2}[0-9a-f]{4}) ", told))


def log_in(home, login, password):
    return web.send("POST", home.url + "/api/identity/sessions", {"login": login, "password": password})


def asker(home, login):
    token = log_in(home, login, accounts(home.told)[login])["access_token"]
    return lambda method, path, *args, **more: web.send(method, home.url + path, *args, token=token, **more)


# ---- starting ----

def test_when_the_command_returns_everything_is_ready(home):
    assert home.states() == {"supervisor": "runs", **{name: "ready" for name in PROCESSES}}


def test_it_prints_the_address_and_accounts_that_work(home):
    assert "Motcua: http://localhost:%d\n" % home.port in home.told
    demo = accounts(home.told)
    assert len(demo) >= 20
    for login in ("quantri", "tran.van.mau@example.vn", "keoduamau@example.vn"):
        assert log_in(home, login, demo[login]).status == 200
    page = web.send("GET", home.url + "/")
    assert page.status == 200 and "<html" in page.body.decode()


def test_starting_what_runs_says_the_same_again_and_starts_nothing(home):
    supervisor, running = home.pid("supervisor"), home.processes()
    again = home.suite("up")
    assert again.returncode == 0 and accounts(again.stdout) == accounts(home.told)
    assert home.pid("supervisor") == supervisor and len(home.processes()) == len(running)


def test_a_second_start_keeps_the_data(home):
    ask = asker(home, "tran.van.mau@example.vn")
    code = file_dossier(ask, "1.009994", "000.00.21.H07")
    assert home.make("stop").returncode == 0 and home.processes() == []
    again = home.suite("up")
    assert again.returncode == 0 and accounts(again.stdout) == accounts(home.told)
    mine = asker(home, "tran.van.mau@example.vn")("GET", "/api/intake/dossiers/" + code)
    assert (mine.status, mine["code"]) == (200, code)


# ---- while it runs ----

def test_what_dies_is_started_again(home):
    old = home.pid("notification")
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: home.pid("notification") != old, what="a new process")
    wait_for(lambda: home.states()["notification"] == "ready", what="notification")


def test_one_process_is_stopped_and_stays_so_until_it_is_started(home):
    assert home.suite("stop", "payment").returncode == 0
    assert home.states()["payment"] == "down"
    old = home.pid("payment")
    assert home.suite("start", "payment").returncode == 0
    wait_for(lambda: home.states()["payment"] == "ready", what="payment")
    assert home.pid("payment") != old


def test_one_process_is_restarted(home):
    old = home.pid("broker")
    assert home.suite("restart", "broker").returncode == 0
    wait_for(lambda: home.pid("broker") != old and home.states()["broker"] == "ready", what="the broker")


def test_a_redis_that_was_killed_and_left_its_socket_behind_is_down(home):
    """A stopped Redis would take its socket away: so the supervisor is held still while it is dead."""
    os.kill(home.pid("supervisor"), signal.SIGSTOP)
    try:
        os.kill(home.pid("redis"), signal.SIGKILL)
        wait_for(lambda: home.states()["redis"] == "down", what="Redis down")
    finally:
        os.kill(home.pid("supervisor"), signal.SIGCONT)
    wait_for(lambda: home.states()["redis"] == "ready", what="Redis")


@pytest.mark.parametrize("args, code, words", [(["stop", "nobody"], 1, "there is no process nobody: postgres, redis"),
                                               (["frobnicate"], 2, "usage: suite.py")])
def test_wrong_use_is_explained(home, args, code, words):
    ran = home.suite(*args)
    assert ran.returncode == code and words in ran.stderr


# ---- beside another ----

def test_another_copy_lives_beside_it_and_ends_alone(home, empty):
    assert empty.suite("up", "--only", "postgres,identity").returncode == 0
    assert {name for name, state in empty.states().items() if state == "ready"} == {"postgres", "identity"}
    assert {name for name, state in home.states().items() if state == "ready"} == set(PROCESSES)
    assert empty.suite("down").returncode == 0
    assert empty.processes() == [] and len(home.processes()) > 10


@pytest.mark.parametrize("offset, name", [(0, "PORT"), (11, "IDENTITY_HTTP")])
def test_a_port_in_use_is_named_and_nothing_is_started(empty, offset, name):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", empty.port + offset))
        taken.listen()
        ran = empty.suite("up", "--only", "postgres")
    assert ran.returncode == 1 and "port %d (%s) is taken" % (empty.port + offset, name) in ran.stderr
    assert "PORT=" in ran.stderr and "Traceback" not in ran.stderr
    assert empty.processes() == [] and not os.path.exists(empty.run)


def test_a_process_that_cannot_start_is_named_with_its_log_and_the_rest_is_ended(empty):
    assert empty.suite("up", "--only", "postgres").returncode == 0 and empty.suite("down").returncode == 0
    with open(os.path.join(empty.run, "keys", "operator.token"), "w", encoding="utf-8"):
        pass  # an empty token
    ran = empty.suite("up", "--only", "postgres,broker")
    assert ran.returncode == 1 and "broker ended with code 2: see " in ran.stderr
    with open(ran.stderr.split("see ")[1].strip(), encoding="utf-8") as log:
        assert "operator.token" in log.read()
    assert empty.processes() == []


def test_after_the_supervisor_was_killed_a_start_clears_up_and_goes_on(empty):
    only = ["up", "--only", "postgres,broker"]
    assert empty.suite(*only).returncode == 0
    os.kill(empty.pid("supervisor"), signal.SIGKILL)
    orphan = empty.pid("postgres")
    assert empty.processes()
    again = empty.suite(*only)
    assert again.returncode == 0, again
    assert empty.pid("postgres") != orphan and empty.states()["broker"] == "ready"
    assert empty.suite("down").returncode == 0 and empty.processes() == []


def test_a_pid_that_belongs_to_a_stranger_by_now_is_left_alone(empty):
    assert empty.suite("up", "--only", "postgres").returncode == 0
    os.kill(empty.pid("supervisor"), signal.SIGKILL)
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        with open(os.path.join(empty.run, "pid", "supervisor"), "w", encoding="utf-8") as f:
            f.write(str(stranger.pid))
        assert empty.states()["supervisor"] == "does not run"
        assert empty.suite("down").returncode == 0
        assert stranger.poll() is None and empty.processes() == []
    finally:
        stranger.kill()
        stranger.wait()


# ---- the end ----

def test_before_anything_was_started_there_is_nothing_to_show(empty):
    for action in ("status", "down"):
        ran = empty.suite(action)
        assert ran.returncode == 1 and "nothing was ever started" in ran.stderr and "make run" in ran.stderr


def test_reset_forgets_everything_and_leaves_no_process(empty):
    assert empty.suite("up", "--only", "postgres,identity").returncode == 0
    kept = os.path.realpath(os.path.join(empty.run, "pg"))
    assert empty.make("reset").returncode == 0
    assert not os.path.exists(empty.run) and not os.path.exists(kept) and empty.processes() == []
    assert empty.make("reset").returncode == 0  # twice is no fault
