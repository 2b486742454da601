"""test_broker — who may speak, who hears, and what the broker says when nobody can."""
import time

import pytest
import zmq

from bus import Bus, envelope_pb2, identity_pb2
from lib import metric, wait_for

BUSY, NO_LISTENER = envelope_pb2.REFUSED_BUSY, envelope_pb2.REFUSED_NO_LISTENER


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["broker"])


def changed(code="000.00.21.H07"):
    return identity_pb2.UnitChanged(code=code, name="Đơn vị thử")


def forged(suite):
    return metric(suite, "broker", "motcua_broker_forged_total")


def listener(suite, **more):
    bus = Bus(suite, "intake", **more)
    assert bus.connect()
    return bus


def heard(*buses, count, seconds=10):
    """Pump until `count` envelopes have come, all buses together."""
    def enough():
        for bus in buses:
            bus.pump(0.01)
        return sum(len(b.heard) for b in buses) >= count
    wait_for(enough, seconds, "%d envelopes" % count)


def test_an_envelope_comes_as_it_was_sent(suite):
    with Bus(suite, "identity") as speaker, listener(suite) as intake:
        sent = speaker.send("intake", changed(), key="k", version=7)
        envelope, message = intake.listen("motcua.UnitChanged")
        assert (bytes(envelope.id), envelope.source, envelope.version, message.name) == (sent, "identity", 7, "Đơn vị thử")


def test_a_key_nobody_knows_gets_no_connection(suite):
    keys = [k.decode() for k in zmq.curve_keypair()]
    with Bus(suite, "identity", keys=keys) as stranger:
        assert not stranger.connect(seconds=1.5)


def test_a_key_speaks_only_as_its_own_service(suite):
    before = forged(suite)
    with Bus(suite, "intake", says="identity") as liar:
        assert not liar.connect(seconds=1.5)
    assert forged(suite) > before


def test_an_envelope_of_another_source_goes_nowhere(suite):
    before = forged(suite)
    with Bus(suite, "payment") as liar, listener(suite) as intake:
        sent = liar.send("intake", changed(), key="k", source="identity")
        wait_for(lambda: forged(suite) > before, what="the count of forged envelopes")
        intake.pump(0.2)
        assert not intake.heard and liar.answer_to(sent, seconds=0.2) is None


def test_nobody_there_is_said_at_once(suite):
    with Bus(suite, "identity") as speaker:
        sent = speaker.send("verification", changed(), key="k")
        refusal = speaker.answer_to(sent)
        assert refusal.why == NO_LISTENER and refusal.retry_ms > 0


def test_a_listener_that_comes_is_announced(suite):
    with Bus(suite, "identity") as speaker:
        assert speaker.connect()
        with Bus(suite, "notification") as late:
            assert late.connect()
            wait_for(lambda: speaker.pump(0.01) or "notification" in speaker.joined, what="Joined")


def test_more_than_its_credit_is_refused_as_busy(suite):
    with Bus(suite, "identity") as speaker, listener(suite, credit=2) as intake:
        sent = [speaker.send("intake", changed(), key="k%d" % i) for i in range(3)]
        assert speaker.answer_to(sent[2]).why == BUSY
        heard(intake, count=2)
        done = intake.heard.pop()
        intake.ack(done, to=intake.sender)
        assert speaker.answer_to(bytes(done.id)) == "ack"  # the broker has passed it on, so it has counted it
        again = speaker.send("intake", changed(), key="k9")
        assert speaker.answer_to(again, seconds=0.3) is None
        heard(intake, count=2)


@pytest.mark.parametrize("no_id", [b"", b"x" * 15, b"x" * 17], ids=len)
def test_an_envelope_nobody_could_answer_takes_no_credit(suite, no_id):
    before = metric(suite, "broker", "motcua_broker_unreadable_total")
    with Bus(suite, "identity") as speaker, listener(suite, credit=1) as intake:
        speaker.send("intake", changed(), key="k", envelope_id=no_id)
        wait_for(lambda: metric(suite, "broker", "motcua_broker_unreadable_total") > before, what="the count")
        sent = speaker.send("intake", changed(), key="k")
        envelope, _ = intake.listen("motcua.UnitChanged")
        assert bytes(envelope.id) == sent


def test_one_key_goes_to_one_replica(suite):
    with Bus(suite, "identity") as speaker, listener(suite) as one, listener(suite) as two:
        for i in range(60):
            speaker.send("intake", changed(), key="key%d" % (i % 20))
        heard(one, two, count=60)
        keys = [{e.key for e in bus.heard} for bus in (one, two)]
        assert not keys[0] & keys[1] and min(len(k) for k in keys) >= 3


def test_keys_move_only_from_a_replica_that_leaves(suite):
    with Bus(suite, "identity") as speaker, listener(suite) as one, listener(suite) as two:
        with listener(suite) as three:
            for i in range(30):
                speaker.send("intake", changed(), key="key%d" % i)
            heard(one, two, three, count=30)
            before = {e.key: bus for bus in (one, two) for e in bus.heard}
            three.say_bye()
            one.heard.clear(), two.heard.clear()
            wait_for(lambda: three.pump(0.01) or True)
            for i in range(30):
                speaker.send("intake", changed(), key="key%d" % i)
            heard(one, two, count=30)
            assert all(any(e.key == key for e in bus.heard) for key, bus in before.items())


def test_a_peer_that_falls_silent_is_forgotten(suite):
    with Bus(suite, "identity") as speaker, listener(suite) as intake:
        until = time.monotonic() + 10
        refusal = None
        while time.monotonic() < until and not refusal:  # intake says nothing any more, not even that it is there
            refusal = speaker.answer_to(speaker.send("intake", changed(), key="k"), seconds=0.5)
        assert refusal.why == NO_LISTENER
        assert intake.connect()


def test_rubbish_is_counted_and_harms_nobody(suite):
    before = metric(suite, "broker", "motcua_broker_unreadable_total")
    with Bus(suite, "identity") as speaker, listener(suite) as intake:
        assert speaker.connect()
        for rubbish in (b"", b"\xff" * 300, b"\x0a\x03abc", envelope_pb2.Packet().SerializeToString()):
            speaker.socket.send(rubbish)
        speaker.socket.send_multipart([b"one", b"two", b"three"])
        wait_for(lambda: metric(suite, "broker", "motcua_broker_unreadable_total") >= before + 2, what="the count")
        speaker.send("intake", changed(), key="k")
        assert intake.listen("motcua.UnitChanged")


def test_a_broker_that_was_restarted_learns_who_is_there(suite):
    with Bus(suite, "identity") as speaker, listener(suite) as intake:
        suite.kill("broker")
        suite.start("broker")
        wait_for(lambda: speaker.send("intake", changed(), key="k") and (speaker.pump() or intake.pump() or intake.heard),
                 what="an envelope after the restart", pause=0.2)
