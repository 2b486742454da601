"""test_whole_way — what a newcomer does: `make run`, `make demo`; and the demo again while each process of the suite is
killed. The demo itself compares the books of everybody at its end, so its exit code is the verdict."""
import os
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

from conftest import free_port_range
from embedded.layout import SERVICES
from lib import ROOT

PROCESSES = ["postgres", "redis", "broker", "nginx", "portal-sim", "gateway-sim", "mail-sim"] + SERVICES


class Home:
    """A suite as `make run` starts it, supervisor and all, in a folder and on ports of its own."""

    def __init__(self):
        self.run = tempfile.mkdtemp(prefix="motcua-run-")
        os.chmod(self.run, 0o755)
        self.env = {**os.environ, "RUN_DIR": self.run, "PORT": str(free_port_range())}

    def suite(self, action):
        return subprocess.run([os.path.join(ROOT, "scripts", "suite.py"), action], env=self.env, check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def demo(self):
        return subprocess.Popen([os.path.join(ROOT, "scripts", "demo")], env=self.env, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)

    def pid(self, name):
        with open(os.path.join(self.run, "pid", name), encoding="utf-8") as f:
            return int(f.read())

    def kill(self, name):
        """False if it has not come back yet."""
        try:
            os.kill(self.pid(name), signal.SIGKILL)
            return True
        except ProcessLookupError:
            return False


@pytest.fixture(scope="module")
def home():
    home = Home()
    home.typed_at = time.monotonic()
    home.told = home.suite("up")
    yield home
    home.suite("down")
    shutil.rmtree(home.run, ignore_errors=True)


def steps_of(demo):
    """Its lines as they come; a step is a line that stands at the margin."""
    for line in demo.stdout:
        if line.strip() and not line.startswith(" "):
            yield line


def test_a_dossier_is_synced_within_a_minute_of_make_run_and_the_demo_walks_all_ten_states(home):
    assert "http://localhost:" in home.told and "tran.van.mau@example.vn" in home.told
    demo = home.demo()
    lines = []
    for line in demo.stdout:
        if "cổng quốc gia" in line and not lines:
            assert time.monotonic() - home.typed_at < 60
        lines.append(line)
    assert demo.wait() == 0, "".join(lines)
    shown = {int(line.split()[5]) for line in lines if "cổng quốc gia" in line}
    assert shown == {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_that_is_killed_again_and_again_changes_nothing_of_what_happened(home, name):
    demo, killed, told = home.demo(), 0, []
    for n, line in enumerate(steps_of(demo)):
        told.append(line)
        if n % 4 == 1:
            time.sleep(0.03 * killed)  # not always at the same point of the step
            killed += home.kill(name)
    assert demo.wait() == 0, "".join(told)
    assert killed >= 2


def test_a_suite_without_its_supervisor_goes_on_after_make_run(home):
    demo, told = home.demo(), []
    for n, line in enumerate(steps_of(demo)):
        told.append(line)
        if n == 3:
            home.kill("supervisor")
            home.suite("up")
    assert demo.wait() == 0, "".join(told)
