"""lanes — a replica that is only slow: its neighbour takes its lane over; it comes back, has its lane again, and what it says
then is as safe as before. identity says that units changed."""
import contextlib
import os
import signal
import uuid

import pytest

from lib import operator, wait_for
from embedded.web import send
from programs import beside, settings

LISTENERS = ["intake", "verification", "status-sync", "feedback"]


@pytest.fixture(scope="module")
def suite(new_suite):
    """Its listeners have been there, and have gone."""
    suite = new_suite(["postgres", "redis", "broker", "identity"] + LISTENERS)
    for name in LISTENERS:
        suite.stop(name)
    return suite


@pytest.fixture
def neighbour(suite, tmp_path):
    """A second identity; the first one runs again at the end."""
    with beside("identity", tmp_path, settings(suite, "identity")) as other:
        other.log = lambda: (tmp_path / "its.log").read_text(encoding="utf-8")
        yield other
    if suite.children["identity"][1].poll() is not None:
        suite.start("identity")


def sql(suite, text):
    return suite.psql(text, database="motcua_identity")


def change_unit(suite):
    """The first identity says that a unit changed; the unit's code."""
    code = "%03d.%02d.%02d.H07" % (uuid.uuid4().int % 1000, uuid.uuid4().int % 100, uuid.uuid4().int % 100)
    raw = "code,name,level,valid_from\n%s,Đơn vị thử,department,2020-01-01\n" % code
    said = send("POST", suite.admin_url("identity") + "/admin/units", raw=raw.encode(), token=operator(suite))
    assert said.status == 200 and not said["refused"], said
    return code


def lane_of(suite, code):
    return int(sql(suite, "SELECT DISTINCT lane FROM outbox WHERE position('%s'::bytea IN packet) > 0" % code))


def sessions(suite):
    return int(sql(suite, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'identity'"))


def is_ready(suite):
    return send("GET", suite.admin_url("identity") + "/readyz").status == 200


def holder(suite, lane):
    """The session that holds the lock of a lane; '' if none does."""
    return sql(suite, "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 256 AND objid = %d" % lane)


@contextlib.contextmanager
def hanging(suite, lane, neighbour):
    """The first identity stands still and loses its sessions: the neighbour has its lane."""
    child = suite.children["identity"][1]
    os.kill(child.pid, signal.SIGSTOP)
    try:
        sql(suite, "SELECT pg_terminate_backend(%s)" % holder(suite, lane))
        wait_for(lambda: '"lane_adopted"' in neighbour.log(), what="the neighbour")
        yield
    finally:
        os.kill(child.pid, signal.SIGCONT)


@contextlib.contextmanager
def listeners(suite):
    """They come, take all there is, and go."""
    for name in LISTENERS:
        suite.start(name)
    wait_for(lambda: sql(suite, "SELECT count(*) FROM outbox") == "0", what="all is heard")
    yield
    for name in LISTENERS:
        suite.stop(name)


def test_a_replica_that_was_slow_has_its_lane_again(suite, neighbour):
    lane = lane_of(suite, change_unit(suite))
    with hanging(suite, lane, neighbour):
        pass
    wait_for(lambda: sessions(suite) == 6 and is_ready(suite), what="both are well")
    with listeners(suite):
        wait_for(lambda: '"lane_drained"' in neighbour.log(), what="the neighbour is done")
        wait_for(lambda: holder(suite, lane), 5, "its own lock")


def test_what_a_slow_replica_says_in_a_lane_of_long_ago_outlives_it(suite, neighbour):
    lane = lane_of(suite, change_unit(suite))
    sql(suite, "UPDATE lane SET opened_at = now() - interval '2 days' WHERE id = %d" % lane)
    with hanging(suite, lane, neighbour), listeners(suite):
        wait_for(lambda: '"lane_drained"' in neighbour.log(), what="the neighbour is done")
    wait_for(lambda: sessions(suite) == 6 and is_ready(suite), what="both are well")
    change_unit(suite)
    suite.kill("identity")
    with listeners(suite):
        pass  # all is heard
