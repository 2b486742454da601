"""broker, passing on — what it adds to a packet, and that the packet stays one frame: libzmq aborts a listener whose
connection ends between two frames of a message, as happens to one that hung while messages came."""
import uuid

import pytest

from bus import Bus, envelope_pb2
from lib import wait_for


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["broker"])


def passed_on(listener):
    """The frames of the next envelope, and the packet in the last one."""
    while True:
        frames = listener.socket.recv_multipart()
        packet = envelope_pb2.Packet.FromString(frames[-1])
        if packet.HasField("envelope"):
            return frames, packet


@pytest.mark.parametrize("claimed", ["", "intake/somebody-else"])
def test_what_is_passed_on_is_one_frame_and_names_who_said_it(suite, claimed):
    with Bus(suite, "verification") as listener, Bus(suite, "identity") as sender:
        assert listener.connect() and sender.connect()
        packet = envelope_pb2.Packet(sender=claimed)
        packet.envelope.id, packet.envelope.key, packet.envelope.payload = uuid.uuid4().bytes, "K", b"\xff" * 300
        packet.envelope.source, packet.envelope.destination = "identity", "verification"
        sender.socket.send(packet.SerializeToString())
        wait_for(lambda: listener.socket.poll(100), what="it")
        frames, heard = passed_on(listener)
        assert len(frames) == 1
        assert (heard.envelope, heard.sender) == (packet.envelope, "identity/" + sender.hello.hello.replica)


def envelope(key, destination="verification", source="identity"):
    return envelope_pb2.Envelope(id=uuid.uuid4().bytes, key=key, source=source, destination=destination, payload=b"\xff" * 300)


def send_bundle(sender, *envelopes):
    sender.socket.send(envelope_pb2.Bundle(envelopes=envelopes, sender="intake/somebody-else").SerializeToString())


def next_bundle(listener):
    """The next frame with envelopes, as one message."""
    while True:
        wait_for(lambda: listener.socket.poll(100), what="a bundle")
        bundle = envelope_pb2.Bundle.FromString(listener.socket.recv())
        if bundle.envelopes:
            return bundle


def test_of_a_bundle_each_listener_gets_its_own_as_one_bundle_in_order(suite):
    with Bus(suite, "verification") as one, Bus(suite, "notification") as other, Bus(suite, "identity") as sender:
        assert one.connect() and other.connect() and sender.connect()
        sent = [envelope("K%d" % i, destination) for i in range(10) for destination in ("verification", "notification")]
        send_bundle(sender, *sent)
        for listener in (one, other):
            heard = next_bundle(listener)
            assert list(heard.envelopes) == [e for e in sent if e.destination == listener.service]
            assert heard.sender == "identity/" + sender.hello.hello.replica


def test_a_bundle_is_divided_among_the_replicas_as_single_envelopes_are(suite):
    with Bus(suite, "verification") as one, Bus(suite, "verification") as two, Bus(suite, "identity") as sender:
        assert one.connect() and two.connect() and sender.connect()
        keys = ["K%d" % i for i in range(20)]
        send_bundle(sender, *(envelope(key) for key in keys))
        of = {id(listener): [e.key for e in next_bundle(listener).envelopes] for listener in (one, two)}
        for key in keys:
            sender.socket.send(envelope_pb2.Bundle(envelopes=[envelope(key)]).SerializeToString())
        alone = {id(listener): [next_bundle(listener).envelopes[0].key for _ in of[id(listener)]] for listener in (one, two)}
        assert alone == of and sorted(sum(of.values(), [])) == sorted(keys)


@pytest.mark.parametrize("spoilt", [envelope("K", source="payment"), envelope("bad").SerializeToString().replace(b"bad", b"\xff\xff\xff")],
                         ids=["forged", "unreadable"])
def test_one_envelope_that_may_not_pass_does_not_hold_the_others(suite, spoilt):
    raw = lambda e: e if isinstance(e, bytes) else e.SerializeToString()
    with Bus(suite, "verification") as listener, Bus(suite, "identity") as sender:
        assert listener.connect() and sender.connect()
        parts = [raw(e) for e in (envelope("before"), spoilt, envelope("after"))]
        sender.socket.send(b"".join(b"\x0a" + bytes([len(p) & 0x7F | 0x80, len(p) >> 7]) + p for p in parts))
        assert [e.key for e in next_bundle(listener).envelopes] == ["before", "after"]


def test_of_a_bundle_what_is_more_than_the_credit_comes_back(suite):
    with Bus(suite, "verification", credit=3) as listener, Bus(suite, "identity") as sender:
        assert listener.connect() and sender.connect()
        sent = [envelope("K") for _ in range(8)]
        send_bundle(sender, *sent)
        assert list(next_bundle(listener).envelopes) == sent[:3]
        wait_for(lambda: sender.pump(0.01) or len(sender.answered) == 5, what="the refusals")
        assert {bytes(e.id): envelope_pb2.REFUSED_BUSY for e in sent[3:]} == {k: r.why for k, r in sender.answered.items()}
        for e in sent[:3]:
            listener.ack(e, "identity/" + sender.hello.hello.replica)
        wait_for(lambda: sender.pump(0.01) or len(sender.answered) == 8, what="the acknowledgements")
        send_bundle(sender, *sent[3:])
        assert list(next_bundle(listener).envelopes) == sent[3:6]
