"""conftest — one suite for all system tests of a worker: real PostgreSQL, Redis, broker, services, simulators, on ports
and in a folder of its own; ended by pid."""
import os
import shutil
import socket
import sys
import tempfile

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import ROOT, call, operator, sign_up  # noqa: E402
from suite import Suite  # noqa: E402


HELD = []  # names that say whose a range is, for as long as this process lives


def is_ours(base):
    """A range is whose process has bound its name, so that nobody else takes it before the suite listens."""
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind("\0motcua-ports-%d" % base)
        HELD.append(name)
        return True
    except OSError:
        name.close()
        return False


def free_port_range(size=64):
    """A port below the ephemeral range from which `size` ports are free, and stay so for others' suites."""
    for base in range(20000, 32000, 64):
        if not is_ours(base):
            continue
        sockets = []
        try:
            for port in range(base, base + size):
                s = socket.socket()
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.bind(("127.0.0.1", port))
                sockets.append(s)
            return base
        except OSError:
            continue
        finally:
            for s in sockets:
                s.close()
    raise RuntimeError("no free ports")


def load_sample_units(suite):
    with open(os.path.join(ROOT, "deploy", "sample", "units.csv"), "rb") as f:
        loaded = call("POST", suite.admin_url("identity") + "/admin/units", raw=f.read(), token=operator(suite))
    assert loaded.status == 200, loaded


@pytest.fixture(scope="session")
def new_suite():
    """Make suites: new_suite(only=[…], environment={process: {VARIABLE: value}}) starts those processes, prepared but without
    sample data; ends them after the run."""
    made = []

    def make(only=None, environment=None):
        folder = tempfile.mkdtemp(prefix="motcua-test-")
        os.chmod(folder, 0o755)
        suite = Suite(folder, free_port_range(), os.environ.get("BUILD_DIR"), only, environment)
        made.append(suite)
        suite.prepare()
        suite.start_all()
        return suite

    yield make
    for suite in made:
        suite.stop_all()
        if not os.environ.get("KEEP_RUN"):
            shutil.rmtree(suite.run, ignore_errors=True)


# ---- people and services, of the suite or the desk that a file has ----
# bus is imported where it is needed: it generates the messages when it is loaded, which who only wants a port does not need.

@pytest.fixture(scope="module")
def citizen(suite):
    """The token of a citizen who has signed up."""
    return sign_up(suite)


@pytest.fixture(scope="module")
def verification(suite):
    """The bus with verification's key: verification does not run."""
    from bus import Bus
    with Bus(suite, "verification") as bus:
        yield bus


@pytest.fixture(scope="module")
def desk(new_suite):
    from desk import make_desk
    return make_desk(new_suite)


@pytest.fixture(scope="module")
def plain(desk):
    """A procedure without fees."""
    return desk.procedure()
