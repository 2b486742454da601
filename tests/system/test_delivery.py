"""delivery — messages wait, are sent again, are applied once and in order of their versions, whoever dies in between; what
can never be applied is kept for a person. identity says that units changed, verification keeps a copy of each."""
import re
import threading
import uuid

import pytest

from bus import Bus, identity_pb2
from embedded.web import send
from lib import call, metric, motcua, operator, wait_for
from programs import beside, settings

FROM = 1577836800000
COUNTED = """
    CREATE TABLE seen (code text, version bigint, name text, at timestamptz DEFAULT clock_timestamp());
    GRANT ALL ON seen TO motcua_verification;
    CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO seen VALUES (new.code, new.version, new.name); RETURN NULL; END $$;
    CREATE TRIGGER see AFTER INSERT OR UPDATE ON unit FOR EACH ROW EXECUTE FUNCTION see();"""


@pytest.fixture(scope="module")
def suite(new_suite):
    """Every change of verification's copy is counted, by its database."""
    suite = new_suite(["postgres", "broker", "identity", "verification"])
    sql(suite, COUNTED)
    return suite


def sql(suite, text, service="verification"):
    return suite.psql(text, database="motcua_" + service)


def new_codes(n):
    area = int.from_bytes(uuid.uuid4().bytes[:3], "big")
    return ["%03d.%02d.%02d.H%02d" % (area % 1000, area // 1000 % 100, i, area // 100000 % 100) for i in range(n)]


def say_units(url, token, codes, name="Đơn vị thử"):
    rows = "".join("%s,%s,department,2020-01-01\n" % (code, name) for code in codes)
    return send("POST", url + "/admin/units", raw=("code,name,level,valid_from\n" + rows).encode(), token=token)


def units_change(suite, codes, name="Đơn vị thử", url=None):
    said = say_units(url or suite.admin_url("identity"), operator(suite), codes, name)
    assert said.status == 200 and not said["refused"], said


def seen(suite, codes):
    """(code, version) of each change of the copy, in order of time."""
    rows = sql(suite, "SELECT code, version FROM seen WHERE code = ANY ('{%s}') ORDER BY at" % ",".join(codes))
    return [(code, int(version)) for code, version in (line.split("|") for line in rows.splitlines())]


def all_seen(suite, codes, seconds=20):
    wait_for(lambda: len(seen(suite, codes)) >= len(codes), seconds, "%d units at verification" % len(codes))
    return seen(suite, codes)


def outbox(suite, destination="verification"):
    lanes = call("GET", suite.admin_url("identity") + "/admin/outbox", token=operator(suite))["lanes"]
    return sum(lane["waiting"] for lane in lanes if lane["destination"] == destination)


def nothing_waits(suite):
    wait_for(lambda: outbox(suite) == 0, what="an empty outbox")


class Flow(threading.Thread):
    """Units change, one a request, until the end of the block; .codes: those whose change was acknowledged."""

    def __init__(self, suite, codes, at_least=40):
        super().__init__()
        self.suite, self.wanted, self.at_least, self.codes = suite, codes, at_least, []
        self.ends, self.url, self.token = threading.Event(), suite.admin_url("identity"), operator(suite)

    def run(self):
        for code in self.wanted:
            if self.ends.is_set():
                return
            try:
                if say_units(self.url, self.token, [code]).status == 200:
                    self.codes.append(code)
            except OSError:
                pass  # nobody acknowledged it

    def __enter__(self):
        self.start()
        wait_for(lambda: len(self.codes) >= self.at_least, what="the flow")
        return self

    def goes_on(self):
        before = len(self.codes)
        wait_for(lambda: len(self.codes) >= before + self.at_least, what="the flow goes on")

    def __exit__(self, *_):
        self.ends.set()
        self.join()


def many_codes():
    return [code for _ in range(60) for code in new_codes(100)]


# ---- whoever is away ----

def test_a_message_waits_for_its_listener(suite):
    codes = new_codes(3)
    suite.stop("verification")
    units_change(suite, codes)
    assert outbox(suite) == 3
    suite.start("verification")
    assert all_seen(suite, codes) == [(code, 1) for code in codes]
    nothing_waits(suite)
    assert outbox(suite, "status-sync") >= 3  # whoever is still away is still waited for


def test_what_a_dead_replica_left_another_one_sends(suite, tmp_path):
    codes = new_codes(3)
    suite.stop("verification")
    with beside("identity", tmp_path, settings(suite, "identity")) as other:
        units_change(suite, codes, url="http://" + other.values["admin_listen"])
        other.child.kill()
        other.child.wait()
    assert outbox(suite) == 3
    suite.start("verification")
    assert sorted(all_seen(suite, codes)) == [(code, 1) for code in codes]
    nothing_waits(suite)


def test_a_replica_that_lives_keeps_its_messages_to_itself(suite, tmp_path):
    """Two replicas and one listener that says nothing: each message is sent by its own replica only."""
    codes = new_codes(2)
    with Bus(suite, "status-sync") as late:
        assert late.connect()
        with beside("identity", tmp_path, settings(suite, "identity")) as other:
            units_change(suite, codes[:1])
            units_change(suite, codes[1:], url="http://" + other.values["admin_listen"])
            wait_for(lambda: late.pump() or {e.key for e in late.heard} >= set(codes), what="both")
            assert "lane_adopted" not in (tmp_path / "its.log").read_text()
            assert [len([e for e in late.heard if e.key == code]) for code in codes] == [1, 1]


@pytest.mark.parametrize("who", ["verification", "identity", "broker"])
def test_whoever_is_killed_while_messages_flow_all_arrive_once(suite, who):
    with Flow(suite, many_codes()) as flow:
        suite.kill(who)
        suite.start(who)
        flow.goes_on()
    assert sorted(all_seen(suite, flow.codes, 40)) == sorted((code, 1) for code in flow.codes)
    nothing_waits(suite)


@pytest.fixture
def second_broker(suite, tmp_path):
    """Both services connect to two brokers; yields the second."""
    address = "127.0.0.1:%d"
    values = settings(suite, "broker", bind="tcp://" + address % suite.ports["BROKER2_BUS"],
                      admin_listen=address % suite.ports["BROKER2_ADMIN"])
    def restart_with(*brokers):
        for service in ("identity", "verification"):
            path = suite.path("conf", service + ".conf")
            with open(path, encoding="utf-8") as f:
                text = re.sub("(?m)^brokers = .*$", "brokers = " + " ".join(brokers), f.read())
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
            suite.stop(service)
            suite.start(service)
    first = "tcp://" + address % suite.ports["BROKER_BUS"]
    with beside("broker", tmp_path, values) as second:
        restart_with(first, values["bind"])
        wait_for(lambda: peers(second) == 2, what="both services at the second broker")
        yield second
    restart_with(first)


def peers(broker):
    return sum(float(line.split()[-1]) for line in broker.probe("/metrics").body.decode().splitlines()
               if line.startswith("motcua_broker_peers{"))


def test_two_brokers_share_the_work_and_one_is_enough(suite, second_broker):
    with Flow(suite, many_codes()) as flow:
        wait_for(lambda: metric(suite, "broker", "motcua_broker_forwarded_total") > 0, what="the first broker at work")
        second_broker.child.kill()
        second_broker.child.wait()
        flow.goes_on()
    assert sorted(all_seen(suite, flow.codes, 40)) == sorted((code, 1) for code in flow.codes)


# ---- once, and in order ----

def changed(code, name):
    return identity_pb2.UnitChanged(code=code, name=name, level="DEPARTMENT", valid_from_ms=FROM)


@pytest.fixture
def identity_bus(suite):
    """The tests speak as identity."""
    suite.stop("identity")
    with Bus(suite, "identity") as bus:
        assert bus.connect()
        yield bus
    suite.start("identity")


def test_a_message_that_comes_twice_has_its_effect_once(suite, identity_bus):
    code, envelope_id = new_codes(1)[0], uuid.uuid4().bytes
    for version in (1, 2):  # one envelope has one version; that it does not matter shows that the id is what counts
        identity_bus.say("verification", changed(code, "lần %d" % version), key=code, version=version, envelope_id=envelope_id)
    assert seen(suite, [code]) == [(code, 1)] and not dead(suite, code)


def test_a_message_that_comes_twice_at_the_same_moment_has_its_effect_once(suite, identity_bus):
    codes = new_codes(20)
    ids = {code: uuid.uuid4().bytes for code in codes}
    for code in codes * 3:
        identity_bus.send("verification", changed(code, "một"), key=code, envelope_id=ids[code])
    for envelope_id in ids.values():
        assert identity_bus.answer_to(envelope_id) == "ack"
    assert sorted(seen(suite, codes)) == [(code, 1) for code in codes]
    assert not [code for code in codes if code in motcua(suite, "dead", "list").stdout]


def test_an_older_version_is_acknowledged_and_skipped(suite, identity_bus):
    code = new_codes(1)[0]
    for version in (2, 1, 3):
        identity_bus.say("verification", changed(code, "bản %d" % version), key=code, version=version)
    assert seen(suite, [code]) == [(code, 2), (code, 3)]


def test_changes_of_one_key_are_applied_in_their_order_through_a_crash(suite):
    code = new_codes(1)[0]
    for turn in range(12):
        units_change(suite, [code], "tên %d" % turn)
        if turn == 5:
            suite.kill("verification")
            suite.start("verification")
    nothing_waits(suite)
    versions = [version for _, version in seen(suite, [code])]
    assert versions == sorted(set(versions)) and versions[-1] == 12
    assert sql(suite, "SELECT name FROM unit WHERE code = '%s'" % code) == "tên 11"


# ---- what cannot be applied ----

def dead(suite, code):
    """{id: reason} as the operator's command lists it."""
    listed = motcua(suite, "dead", "list")
    assert listed.returncode == 0
    rows = [line.split() for line in listed.stdout.splitlines() if " %s " % code in line]
    return {row[0]: " ".join(row[6:]) for row in rows}


def refuse_units(suite, code):
    """verification's database refuses the unit, until the cause is removed."""
    sql(suite, "ALTER TABLE unit ADD CONSTRAINT not_this CHECK (code <> '%s') NOT VALID" % code)
    return lambda: sql(suite, "ALTER TABLE unit DROP CONSTRAINT not_this")


def test_what_can_never_be_applied_is_kept_with_its_reason_and_blocks_nobody(suite):
    code, other = new_codes(2)
    remove = refuse_units(suite, code)
    try:
        units_change(suite, [code, other])
        assert all_seen(suite, [other]) == [(other, 1)]
        letter, reason = wait_for(lambda: list(dead(suite, code).items()), what="the dead letter")[0]
        assert "not_this" in reason
        nothing_waits(suite)
        shown = motcua(suite, "dead", "show", letter)
        assert shown.returncode == 0
        facts = dict(line.split(maxsplit=1) for line in shown.stdout.splitlines())
        assert (facts["service"], facts["source"], facts["type"], facts["key"], facts["version"], facts["replayed_at"]) == (
            "verification", "identity", "motcua.UnitChanged", code, "1", "-")
        assert metric(suite, "verification", "motcua_events_dead_total", "UnitChanged") >= 1
    finally:
        remove()


def test_a_row_that_is_refused_is_quoted_neither_in_the_log_nor_in_the_dead_letter(suite):
    code = new_codes(1)[0]
    remove = refuse_units(suite, code)
    try:
        units_change(suite, [code], "Bà Nguyễn Thị Kín")
        letter = wait_for(lambda: list(dead(suite, code)), what="the dead letter")[0]
    finally:
        remove()
    with open(suite.path("log", "verification.log"), encoding="utf-8") as log:
        told = log.read() + motcua(suite, "dead", "show", letter).stdout + motcua(suite, "dead", "list").stdout
    assert letter in told and code in told and "Thị Kín" not in told


def test_a_dead_letter_is_replayed_once_its_cause_is_gone(suite):
    code = new_codes(1)[0]
    remove = refuse_units(suite, code)
    try:
        units_change(suite, [code])
        letter = wait_for(lambda: list(dead(suite, code)), what="the dead letter")[0]
        too_early = motcua(suite, "dead", "replay", letter)
        assert too_early.returncode == 1 and "verification" in too_early.stderr and not seen(suite, [code])
    finally:
        remove()
    for outcome in ("applied", "had been applied before: nothing was done"):
        replayed = motcua(suite, "dead", "replay", letter)
        assert (replayed.returncode, replayed.stdout) == (0, "%s verification: %s\n" % (letter, outcome))
    assert seen(suite, [code]) == [(code, 1)] and dead(suite, code)[letter].endswith("replayed")


def test_what_fails_for_a_reason_of_ours_is_tried_again(suite):
    code = new_codes(1)[0]
    refused = lambda: metric(suite, "verification", "motcua_events_refused_total", "UnitChanged")
    before = refused()
    sql(suite, "ALTER TABLE seen RENAME TO mislaid")
    try:
        units_change(suite, [code])
        wait_for(lambda: refused() >= before + 2, what="two tries")
    finally:
        sql(suite, "ALTER TABLE mislaid RENAME TO seen")
    assert all_seen(suite, [code]) == [(code, 1)] and not dead(suite, code)


def test_what_fails_for_a_reason_of_ours_five_times_is_kept_for_a_person(suite):
    code = new_codes(1)[0]
    sql(suite, "ALTER TABLE seen RENAME TO mislaid")
    try:
        units_change(suite, [code])
        reason = wait_for(lambda: list(dead(suite, code).values()), 30, "the dead letter")[0]
    finally:
        sql(suite, "ALTER TABLE mislaid RENAME TO seen")
    assert '"seen" does not exist' in reason
    nothing_waits(suite)


@pytest.mark.parametrize("how, reason", [({"payload": b"\xff\xff"}, "the payload is not a motcua.UnitChanged"),
                                         ({"type_name": "motcua.DossierSubmitted"}, "its source may not say this to us"),
                                         ({"type_name": "motcua.Nonsense"}, "its source may not say this to us")])
def test_what_is_no_message_for_it_is_kept_and_acknowledged(suite, identity_bus, how, reason):
    code = new_codes(1)[0]
    identity_bus.say("verification", changed(code, "một"), key=code, **how)
    assert [r.endswith(reason) for r in dead(suite, code).values()] == [True]


def test_an_unknown_dead_letter_is_said_so(suite):
    for letter in (str(uuid.uuid4()), "no-id"):
        for verb in ("show", "replay"):
            done = motcua(suite, "dead", verb, letter)
            assert done.returncode == 1 and "no service has a dead letter " + letter in done.stderr
