"""sets — events that wait together are saved as one statement: the same one twice among them has one effect, two moves of one
dossier both count, and who fails does not take the others along."""
import os
import uuid

import pytest

from bus import Bus, common_pb2, intake_pb2, verification_pb2
from lib import wait_for

OBEY = """
    CREATE FUNCTION obey() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF new.unit_code LIKE 'sleep %' THEN PERFORM pg_sleep(substr(new.unit_code, 7)::float); END IF;
        IF new.unit_code = 'never' THEN RAISE EXCEPTION 'never'; END IF;
        RETURN new; END $$;
    CREATE TRIGGER obey BEFORE INSERT ON dossier FOR EACH ROW EXECUTE FUNCTION obey();"""
EFFECTS = {"notification": "message", "status-sync": "line"}
SERVICES = sorted(EFFECTS)


@pytest.fixture(scope="module")
def suite(new_suite):
    suite = new_suite(["postgres", "broker"] + SERVICES)
    for service in SERVICES:
        suite.psql(OBEY, database=database(service))
    return suite


@pytest.fixture
def intake(suite):
    with Bus(suite, "intake") as bus:
        assert bus.connect()
        yield bus


@pytest.fixture
def verification(suite):
    with Bus(suite, "verification") as bus:
        assert bus.connect()
        yield bus


def database(service):
    return "motcua_" + service.replace("-", "_")


def new_code():
    return "000.00.01.H07-261127-%d" % int.from_bytes(os.urandom(4), "big")


def submitted(code, unit="000.00.01.H07"):
    return intake_pb2.DossierSubmitted(code=code, unit_code=unit, language="vi", procedure_code="1.1", procedure_version=1,
                                       applicant=common_pb2.Applicant(name="Nguyễn Thị Hồng"))


def progressed(code, move="SUBMIT", status="SUBMITTED"):
    return verification_pb2.DossierProgressed(code=code, transition=common_pb2.Transition.Value(move),
                                              status=common_pb2.Status.Value(status), at_ms=1795770000000)


def keep_busy(intake, service):
    """Two transactions are on their way; what comes next waits for them, together."""
    for _ in range(2):
        code = new_code()
        intake.send(service, submitted(code, "sleep 0.4"), key=code)
        intake.pump(0.1)


def effects(suite, service, code):
    return int(suite.psql("SELECT count(*) FROM %s WHERE code = '%s'" % (EFFECTS[service], code), database=database(service)))


def seen(suite, service, envelope_id):
    return int(suite.psql("SELECT count(*) FROM inbox WHERE id = '%s'" % uuid.UUID(bytes=envelope_id), database=database(service)))


@pytest.mark.parametrize("service", SERVICES)
def test_the_same_event_twice_in_one_batch_has_one_effect(suite, intake, verification, service):
    codes, ids = [new_code() for _ in range(3)], [uuid.uuid4().bytes for _ in range(3)]
    for code in codes:
        intake.say(service, submitted(code), key=code)
    keep_busy(intake, service)
    for code, envelope_id in list(zip(codes, ids)) * 3:
        verification.send(service, progressed(code), key=code, envelope_id=envelope_id)
    assert [verification.answer_to(i) for i in ids] == ["ack"] * 3
    assert [effects(suite, service, code) for code in codes] == [1] * 3
    assert [seen(suite, service, i) for i in ids] == [1] * 3


@pytest.mark.parametrize("service", SERVICES)
def test_a_filing_that_comes_twice_in_one_batch_is_kept_once(suite, intake, service):
    codes, ids = [new_code() for _ in range(3)], [uuid.uuid4().bytes for _ in range(3)]
    keep_busy(intake, service)
    for code, envelope_id in list(zip(codes, ids)) * 2:
        intake.send(service, submitted(code), key=code, envelope_id=envelope_id)
    assert [intake.answer_to(i) for i in ids] == ["ack"] * 3
    assert [seen(suite, service, i) for i in ids] == [1] * 3


@pytest.mark.parametrize("service", SERVICES)
def test_two_moves_of_a_dossier_in_one_batch_both_count(suite, intake, verification, service):
    code = new_code()
    intake.say(service, submitted(code), key=code)
    keep_busy(intake, service)
    moves = [verification.send(service, progressed(code), key=code, version=1),
             verification.send(service, progressed(code, "REFUSE", "REFUSED_AT_COUNTER"), key=code, version=2)]
    assert [verification.answer_to(i) for i in moves] == ["ack"] * 2
    assert effects(suite, service, code) == 2


@pytest.mark.parametrize("service", SERVICES)
def test_only_the_one_that_fails_in_a_set_is_refused(suite, intake, service):
    keep_busy(intake, service)
    codes = [new_code() for _ in range(3)]
    sent = [intake.send(service, submitted(code, unit), key=code)
            for code, unit in zip(codes, ("000.00.01.H07", "never", "000.00.02.H07"))]
    assert [intake.answer_to(i) == "ack" for i in sent] == [True, False, True]
    wait_for(lambda: [seen(suite, service, i) for i in sent] == [1, 0, 1])
