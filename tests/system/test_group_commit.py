"""group commit — writes that share a transaction, and are tried one by one when it fails: each listener's answer is about its
own write, also when others are given up meanwhile. verification keeps units; its database does with them what their name
says."""
import time

import pytest

from bus import Bus, identity_pb2
from lib import wait_for

FROM = 1577836800000
OBEY = """
    CREATE FUNCTION obey() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF new.name LIKE 'sleep %' THEN PERFORM pg_sleep(substr(new.name, 7)::float); END IF;
        IF new.name = 'again' THEN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF;
        IF new.name = 'never' THEN RAISE EXCEPTION 'never'; END IF;
        RETURN new; END $$;
    CREATE TRIGGER obey BEFORE INSERT ON unit FOR EACH ROW EXECUTE FUNCTION obey();"""


@pytest.fixture(scope="module")
def suite(new_suite):
    suite = new_suite(["postgres", "broker", "verification"])
    suite.psql(OBEY, database="motcua_verification")
    return suite


@pytest.fixture
def bus(suite):
    with Bus(suite, "identity") as bus:
        assert bus.connect()
        yield bus


def put(bus, number, name):
    code = "000.00.%02d.H07" % number
    message = identity_pb2.UnitChanged(code=code, name=name, level="DEPARTMENT", valid_from_ms=FROM)
    return bus.send("verification", message, key=code)


def kept(suite):
    return suite.psql("SELECT name FROM unit ORDER BY name", database="motcua_verification").split("\n")


def test_only_the_write_that_fails_is_refused(suite, bus):
    first = put(bus, 1, "sleep 0.5")
    time.sleep(0.2)  # the others wait for it, together
    others = [put(bus, n, name) for n, name in ((2, "hai"), (3, "never"), (4, "bốn"))]
    answers = [bus.answer_to(i) for i in [first] + others]
    assert [a == "ack" for a in answers] == [True, True, False, True]
    assert kept(suite) == ["bốn", "hai", "sleep 0.5"]


def test_writes_given_up_meanwhile_do_not_mix_up_the_answers(suite, bus):
    """Two that may succeed later are sent back and run out of time while a third one takes long: the fourth fails."""
    put(bus, 11, "sleep 2")
    time.sleep(0.2)
    hopeless = [put(bus, 12, "again"), put(bus, 13, "again")]
    time.sleep(1.3)
    slow, failing = put(bus, 14, "sleep 1.5"), put(bus, 15, "never")
    wait_for(lambda: bus.answer_to(hopeless[1], 1), what="the end of their time")
    assert bus.answer_to(failing) != "ack" and bus.answer_to(slow) == "ack"
    assert not {"again", "never"} & set(kept(suite))
