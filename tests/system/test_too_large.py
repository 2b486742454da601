"""too large — a message no broker would take is refused before it is saved; one that is in the outbox nevertheless becomes a
dead letter of its sender and blocks nobody. identity says that units changed, intake hears it."""
import uuid

import pytest

from bus import Bus, envelope_pb2, identity_pb2
from embedded.web import send
from lib import motcua, operator, wait_for

PACKET_MAX = 1 << 20


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "broker", "identity"])


@pytest.fixture
def intake(suite):
    with Bus(suite, "intake") as bus:
        assert bus.connect()
        yield bus


def sql(suite, text):
    return suite.psql(text, database="motcua_identity")


def put_unit(suite, code, name):
    raw = "code,name,level,valid_from\n%s,%s,department,2020-01-01\n" % (code, name)
    return send("POST", suite.admin_url("identity") + "/admin/units", raw=raw.encode(), token=operator(suite))


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
    sql(suite, "\\i %s" % suite.path("rows.sql"))


def test_a_change_that_could_not_be_told_is_refused_and_not_saved(suite):
    refused = put_unit(suite, "000.00.31.H07", "x" * PACKET_MAX)
    assert refused.status == 413
    assert sql(suite, "SELECT count(*) FROM unit WHERE code = '000.00.31.H07'") == "0"
    assert sql(suite, "SELECT count(*) FROM outbox") == "0"


def test_the_largest_message_that_is_saved_arrives(suite, intake):
    leave_behind(suite, packet("000.00.32.H07", PACKET_MAX))
    envelope, _ = intake.listen("motcua.UnitChanged", key="000.00.32.H07")
    intake.ack(envelope, intake.sender)
    wait_for(lambda: sql(suite, "SELECT count(*) FROM outbox WHERE destination = 'intake'") == "0", what="the ack")


def test_a_larger_one_in_the_outbox_is_a_dead_letter_and_blocks_nobody(suite, intake):
    leave_behind(suite, packet("000.00.33.H07", PACKET_MAX + 1), packet("000.00.34.H07", 300))
    envelope, _ = intake.listen("motcua.UnitChanged", key="000.00.34.H07")
    intake.ack(envelope, intake.sender)
    wait_for(lambda: sql(suite, "SELECT count(*) FROM outbox WHERE destination = 'intake'") == "0", what="an empty outbox")
    listed = [line for line in motcua(suite, "dead", "list").stdout.splitlines() if "000.00.33.H07" in line]
    assert len(listed) == 1 and "it is too large to be sent" in listed[0] and "identity" in listed[0]
