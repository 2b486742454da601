"""hosts — several PostgreSQL hosts in one connection string: a service finds the one that takes writes, also past one that
accepts connections and never says a word, as a machine does that stands still."""
import os
import signal
import socket

import pytest

from lib import wait_for
from programs import beside, settings


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker"])


@pytest.fixture
def mute(tmp_path):
    """A folder with a socket where somebody listens who never answers."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / ".s.PGSQL.5432"))
        listener.listen(64)
        yield str(tmp_path)


def several(suite, *hosts, patience_s=5):
    name = "motcua_identity"
    return "host=%s dbname=%s user=%s target_session_attrs=read-write connect_timeout=%d" % (",".join(hosts), name, name, patience_s)


@pytest.mark.parametrize("order", [("mute", "good"), ("nobody", "mute", "good")])
def test_a_service_gets_past_a_host_that_never_answers(suite, tmp_path, mute, order):
    folders = {"mute": mute, "good": suite.sockets, "nobody": "/nowhere"}
    values = settings(suite, "identity", database=several(suite, *[folders[o] for o in order]))
    with beside("identity", tmp_path, values, ready_s=90) as identity:
        assert identity.ask("GET", "/readyz")["store"] is True


def test_a_service_gets_past_a_host_that_refuses(suite, tmp_path):
    """The machine stands, its server does not: told later, by the network, not at once as of a socket that is not there."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        database = several(suite, "127.0.0.1", suite.sockets) + " port=%d,5432" % closed.getsockname()[1]
        with beside("identity", tmp_path, settings(suite, "identity", database=database), ready_s=30) as identity:
            assert identity.ask("GET", "/readyz")["store"] is True


def test_a_host_that_never_answers_is_waited_for_no_longer_than_is_said(suite, tmp_path, mute):
    """Three of them by connect_timeout are three seconds; by what any answer may take they would be twenty-four."""
    values = settings(suite, "identity", database=several(suite, mute, mute, mute, suite.sockets, patience_s=1))
    with beside("identity", tmp_path, values, ready_s=18) as identity:
        assert identity.ask("GET", "/readyz")["store"] is True


def test_a_service_whose_server_stands_still_looks_elsewhere(suite, tmp_path, mute):
    """The server is frozen and another one has taken its place: here the same, thawed under another name."""
    link = tmp_path / "link"
    os.symlink(suite.sockets, link)
    with beside("identity", tmp_path, settings(suite, "identity", database=several(suite, str(link), suite.sockets))) as identity:
        os.remove(link)
        os.symlink(mute, link)
        suite.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'motcua_identity'")
        wait_for(lambda: not identity.ask("GET", "/readyz")["store"], 20, "the loss")
        wait_for(lambda: identity.ask("GET", "/readyz")["store"], 60, "the other host")
        identity.child.send_signal(signal.SIGTERM)
        assert identity.child.wait(30) == 0
