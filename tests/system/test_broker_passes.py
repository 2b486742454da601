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
