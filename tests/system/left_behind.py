"""left behind — what a dead replica of identity has left in its outbox for intake; a suite in which identity says it, and intake's
end of the bus, which hears it."""
import uuid

import pytest

from bus import Bus, envelope_pb2, identity_pb2


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "broker", "identity"])


@pytest.fixture
def intake(suite):
    with Bus(suite, "intake") as bus:
        assert bus.connect()
        yield bus


def packet(code, size):
    """What an outbox holds, of exactly this size."""
    p = envelope_pb2.Packet()
    e = p.envelope
    e.id, e.source, e.destination, e.type, e.key = uuid.uuid4().bytes, "identity", "intake", "motcua.UnitChanged", code
    name = size - 100
    while p.ByteSize() != size:
        e.payload = identity_pb2.UnitChanged(code=code, name="x" * name).SerializeToString()
        name += size - p.ByteSize()
    return p.SerializeToString()


def leave_behind(suite, *packets):
    """A lane whose writer died."""
    rows = ", ".join("('intake', 99, %d, '\\x%s')" % (i, p.hex()) for i, p in enumerate(packets, 1))
    with open(suite.path("rows.sql"), "w", encoding="utf-8") as f:
        f.write("INSERT INTO outbox (destination, lane, seq, packet) VALUES %s;" % rows)
    suite.psql("\\i %s" % suite.path("rows.sql"), database="motcua_identity")
