"""too large — a message no broker would take is refused before it is saved; one that is in the outbox nevertheless becomes a
dead letter of its sender and blocks nobody. identity says that units changed, intake hears it."""
from embedded.web import send
from left_behind import intake, leave_behind, packet, suite  # noqa: F401
from lib import motcua, operator, wait_for

PACKET_MAX = 1 << 20


def sql(suite, text):
    return suite.psql(text, database="motcua_identity")


def put_unit(suite, code, name):
    raw = "code,name,level,valid_from\n%s,%s,department,2020-01-01\n" % (code, name)
    return send("POST", suite.admin_url("identity") + "/admin/units", raw=raw.encode(), token=operator(suite))


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
