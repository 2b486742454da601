"""chaos_broker — the broker of the drill loses, doubles, delays and mixes what it is told to, counts it, and is else the
broker as it is shipped."""
import os
import sys

import pytest

from bus import Bus, identity_pb2
from lib import ROOT, metric, wait_for
from programs import BUILD

sys.path.insert(0, os.path.join(ROOT, "tests", "drill"))
from shared_page import chaos_page  # noqa: E402

N = 200


@pytest.fixture(scope="module")
def suite(new_suite):
    """Its broker is the one of the drill; suite.chaos is its page."""
    suite = new_suite(["broker"])
    suite.kill("broker")
    suite.chaos = chaos_page(suite.path("chaos.page"))
    process = suite.children["broker"][0]
    process.argv[0], process.env = os.path.join(BUILD, "drill", "chaos_broker"), suite.chaos.env()
    suite.start("broker")
    return suite


@pytest.fixture
def chaos(suite):
    page = suite.chaos
    for name in page.at:
        page[name] = 0
    yield page
    for name in page.at:
        page[name] = 0


@pytest.fixture
def ends(suite):
    with Bus(suite, "identity") as speaker, Bus(suite, "intake", credit=10 * N) as listener:
        assert speaker.connect() and listener.connect()
        yield speaker, listener


def send_all(speaker):
    return [speaker.send("intake", identity_pb2.UnitChanged(code="000.00.21.H07", name="Đơn vị"), key="k", version=n + 1)
            for n in range(N)]


def hear(listener, count):
    """The versions of the first `count` envelopes, in the order they came."""
    def enough():
        listener.pump(0.01)
        return len(listener.heard) >= count
    wait_for(enough, what="%d envelopes" % count)
    return [e.version for e in listener.heard]


def settled(bus, is_all):
    """Until every message is accounted for."""
    def look():
        bus.pump(0.01)
        return is_all()
    wait_for(look, what="all messages, or their count as lost")


def test_with_nothing_to_do_everything_comes_in_order(chaos, ends):
    send_all(ends[0])
    assert hear(ends[1], N) == list(range(1, N + 1)) and chaos["passed"] >= N


def test_what_is_lost_is_counted_and_takes_no_credit(suite, chaos, ends):
    chaos["lose"], before = 300, metric(suite, "broker", "motcua_broker_forwarded_total")
    send_all(ends[0])
    settled(ends[1], lambda: len(ends[1].heard) + chaos["lost"] == N)
    assert 0 < chaos["lost"] < N
    assert metric(suite, "broker", "motcua_broker_forwarded_total") - before == N - chaos["lost"]


def test_what_is_doubled_comes_twice(chaos, ends):
    chaos["double"] = 500
    send_all(ends[0])
    settled(ends[1], lambda: len(ends[1].heard) == N + chaos["doubled"])
    assert chaos["doubled"] > 0 and set(e.version for e in ends[1].heard) == set(range(1, N + 1))


def test_what_is_reordered_comes_once_and_late(chaos, ends):
    chaos["reorder"] = 200
    send_all(ends[0])
    came = hear(ends[1], N)
    assert sorted(came) == list(range(1, N + 1)) and came != sorted(came) and chaos["reordered"] > 0


def test_what_is_delayed_comes_after_the_rest(chaos, ends):
    chaos["delay"], chaos["delay_ms"] = 200, 1000
    send_all(ends[0])
    came = hear(ends[1], N)
    late = chaos["delayed"]
    assert late > 0 and came[:N - late] == sorted(came[:N - late]) and came[N - late:] == sorted(came[N - late:])


def test_what_is_cut_off_is_no_packet(suite, chaos, ends):
    chaos["cut"], before = 200, metric(suite, "broker", "motcua_broker_unreadable_total")
    send_all(ends[0])
    settled(ends[1], lambda: len(ends[1].heard) + chaos["were_cut"] == N)
    assert 0 < chaos["were_cut"] == metric(suite, "broker", "motcua_broker_unreadable_total") - before


def test_answers_are_lost_and_the_listener_has_its_credit_back(suite, chaos, ends):
    speaker, listener = ends
    chaos["lose_answers"], before = 500, metric(suite, "broker", "motcua_broker_answers_total")
    sent = send_all(speaker)
    hear(listener, N)
    for envelope in listener.heard:
        listener.ack(envelope, listener.sender)
    settled(speaker, lambda: sum(i in speaker.answered for i in sent) + chaos["answers_lost"] == N)
    assert 0 < chaos["answers_lost"] < N
    assert metric(suite, "broker", "motcua_broker_answers_total") - before == N


def test_it_stalls_again_and_again_and_goes_on(chaos, ends):
    chaos["stall_ms"], chaos["stall_every_ms"] = 100, 100
    send_all(ends[0])
    assert hear(ends[1], N) == list(range(1, N + 1))
    wait_for(lambda: chaos["stalls"] >= 2, what="two stalls")
