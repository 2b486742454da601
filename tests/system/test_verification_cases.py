"""verification's cases: how one begins, what the automatic checks say of it, what is kept beside its moves, events that come
twice, too early or make no sense, and a process that dies in between."""
import pytest

from bus import common_pb2, intake_pb2, notification_pb2
from desk import COUNTER, OFFICE, now_ms
from lib import metric


def findings(desk, code):
    """{check: [(verdict, code)]}"""
    found = {}
    for row in desk.case(code)["checks"]:
        found.setdefault(row["check"], []).append((row["verdict"], row["code"]))
    return found


def says_of(desk, procedure, check, **changes):
    return findings(desk, desk.file(procedure, **changes))[check]


def dead(desk, key):
    return desk.sql("SELECT reason FROM dead_letter WHERE key = '%s'" % key)


# ---- automatic checks ----

def test_a_dossier_in_order_is_ok_in_every_check(desk, plain):
    found = findings(desk, desk.file(plain))
    assert list(found) == ["completeness", "scans", "id_number", "tax_code", "name", "contact", "duplicates"]
    assert set(sum(found.values(), [])) == {("ok", "nothing_found")}


def test_a_mandatory_paper_that_is_missing_is_named_in_both_languages(desk, plain):
    row = desk.case(desk.file(plain, papers=[]))["checks"][0]
    assert (row["verdict"], row["code"]) == ("fail", "paper_missing")
    assert row["vi"] == "Thiếu giấy tờ bắt buộc: Đơn đề nghị." and row["en"] == "A mandatory paper is missing: Đơn đề nghị."


@pytest.mark.parametrize("check, owner, expected", [
    ("id_number", {"id_number": "320123456"}, ("warn", "id_number_old")),
    ("id_number", {"id_number": "999385000017"}, ("fail", "id_number_invalid")),
    ("id_number", {"birth_date": "1990-05-06"}, ("warn", "birth_year_differs")),
    ("tax_code", {"kind": "BUSINESS", "tax_code": "0100109107"}, ("fail", "tax_code_invalid")),
    ("tax_code", {"kind": "BUSINESS", "tax_code": "0100109106"}, ("ok", "nothing_found")),
    ("tax_code", {"kind": "BUSINESS"}, ("warn", "tax_code_missing")),
    ("name", {"name": "TrÇn V¨n Buøi"}, ("warn", "name_legacy_encoding")),
    ("contact", {"email": ""}, ("warn", "no_email"))])
def test_what_the_applicant_says_of_himself_is_looked_at(desk, plain, check, owner, expected):
    assert says_of(desk, plain, check, owner=owner) == [expected]


def test_an_open_dossier_of_the_same_person_and_procedure_is_named(desk, plain):
    person = {"id_number": "083185999998"}
    first = desk.file(plain, owner=person)
    second = desk.file(plain, owner=person)
    row = desk.case(second)["checks"][-1]
    assert (row["code"], row["verdict"]) == ("duplicate", "warn") and first in row["vi"] and first in row["en"]
    assert says_of(desk, desk.procedure(), "duplicates", owner=person) == [("ok", "nothing_found")]
    for code in (first, second):
        desk.do(code, "REFUSE", reason="Trùng")
    assert says_of(desk, plain, "duplicates", owner=person) == [("ok", "nothing_found")]


# ---- what is shown ----

def test_a_case_shows_what_was_filed(desk, plain):
    code = desk.file(plain, owner={"phone": "0987654321"}, national_code="G22.99-261123-0007", summary="Xin cấp lại")
    case = desk.case(code)
    assert (case["applicant"]["name"], case["applicant"]["phone"], case["applicant"]["kind"]) == ("Trần Thị Mẫu", "0987654321", 1)
    assert (case["summary"], case["national_code"], case["channel"], case["version"]) == ("Xin cấp lại", "G22.99-261123-0007", 2, 1)
    assert case["procedure"] == {"code": plain, "version": 1, "name": "Cấp giấy phép thử"}
    assert [(step["name"], step["role"], step["is_current"]) for step in case["steps"]] == [
        ("Thẩm định", "officer", False), ("Ký", "leader", False)]
    assert case.headers["ETag"] == '"1"'


def test_the_step_the_case_stands_at_is_shown(desk, plain):
    code = desk.file(plain, received_by="Một cửa")
    desk.do(code, "FORWARD")
    assert [step["is_current"] for step in desk.case(code)["steps"]] == [True, False]
    desk.do(code, "STEP", "officer")
    case = desk.case(code)
    assert [step["is_current"] for step in case["steps"]] == [False, True] and case["step_due_at_ms"] > now_ms() - 1000


def test_a_message_nobody_could_be_told_is_noted(desk, plain):
    code = desk.file(plain)
    desk.say("notification", notification_pb2.NotificationFailed(code=code, channel="email", template="accepted",
                                                                reason="mailbox unknown", failed_at_ms=now_ms()), code)
    assert [(note["what"], note["detail"]) for note in desk.case(code)["notes"]] == [
        ("not_told", "accepted could not be sent by email: mailbox unknown")]


def test_a_dossier_received_at_the_counter_is_accepted_by_whom_the_message_names(desk, plain):
    code = desk.file(plain, received_by="Nguyễn Văn Cửa")
    move = desk.case(code)["moves"][0]
    assert (move["transition"], move["status"], move["by_name"]) == ("RECEIVE", 2, "Nguyễn Văn Cửa")
    told = desk.hears(code, "DossierProgressed")[0]
    assert told.by.name == "Nguyễn Văn Cửa" and told.accepted_at_ms == move["at_ms"]


def test_a_running_case_stays_on_the_version_it_was_filed_under(desk):
    code = desk.procedure()
    case = desk.file(code)
    desk.say("intake", intake_pb2.ProcedurePublished(code=code, version=2, name="Tên mới", limit=1, limit_unit="WORKING_DAYS"), code,
             version=2)
    assert desk.case(case)["procedure"] == {"code": code, "version": 1, "name": "Cấp giấy phép thử"}
    assert desk.case(desk.file(code, procedure_version=2))["procedure"]["name"] == "Tên mới"


# ---- events that come twice, too early, or make no sense ----

def test_a_dossier_that_is_told_twice_is_one_case(desk, plain):
    code = desk.file(plain)
    desk.do(code, "ACCEPT")
    desk.file(plain, code=code)  # the same dossier under another envelope
    assert desk.version(code) == 2 and dead(desk, code) == ""
    assert len(desk.hears(code, "DossierProgressed", 2)) == 2


def test_a_supplement_that_is_told_twice_counts_once(desk, plain):
    code = desk.file(plain)
    desk.do(code, "ASK_SUPPLEMENT", reason="Thiếu", papers=[{"name": "Bản vẽ"}])
    envelope = desk.supply(code)
    message = intake_pb2.DossierSupplemented(code=code, papers=[common_pb2.Paper(name="Giấy tờ bổ sung")])
    desk.say("intake", message, code, version=2, envelope_id=envelope)
    case = desk.case(code)
    assert case["version"] == 3 and len(case["papers"]) == 2


LOSE = """
    CREATE SEQUENCE races;
    GRANT ALL ON races TO motcua_verification;
    CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF nextval('races') %% 8 <> 0 THEN RETURN NULL; END IF; RETURN new; END $$;
    CREATE TRIGGER lose BEFORE UPDATE ON case_file FOR EACH ROW WHEN (old.code = '%s') EXECUTE FUNCTION lose();"""


@pytest.mark.parametrize("what", ["supply", "withdraw"])
def test_what_the_applicant_asks_is_not_too_late_because_others_were_faster(desk, plain, what):
    """Seven times in a row somebody changes the case between what is read and what is saved."""
    code = desk.file(plain)
    desk.do(code, "ASK_SUPPLEMENT", reason="Thiếu", papers=[{"name": "Bản vẽ"}])
    desk.sql(LOSE % code)
    try:
        getattr(desk, what)(code)
    finally:
        desk.sql("DROP TRIGGER lose ON case_file; DROP FUNCTION lose; DROP SEQUENCE races")
    assert desk.version(code) == 3
    assert desk.sql("SELECT count(*) FROM case_note WHERE code = '%s'" % code) == "0"


def test_events_of_a_dossier_that_has_not_arrived_wait_for_it(desk, plain):
    code = "%s-261123-9001" % COUNTER
    for message in (intake_pb2.WithdrawalRequested(code=code), intake_pb2.DossierSupplemented(code=code)):
        envelope = desk.bus["intake"].send("verification", message, code, version=2)
        assert desk.bus["intake"].answer_to(envelope) not in ("ack", None)
    assert dead(desk, code) == ""
    desk.file(plain, code=code)
    desk.withdraw(code)
    assert desk.status(code) == 7


def test_a_dossier_waits_for_its_procedure(desk):
    code, applicant = "%s-261123-9002" % COUNTER, common_pb2.Applicant(name="Trần Thị Mẫu")
    message = intake_pb2.DossierSubmitted(code=code, procedure_code="1.900900", procedure_version=1, unit_code=COUNTER,
                                          channel="ONLINE", applicant=applicant, filed_at_ms=now_ms())
    envelope = desk.bus["intake"].send("verification", message, code)
    assert desk.bus["intake"].answer_to(envelope) not in ("ack", None)
    desk.say("intake", intake_pb2.ProcedurePublished(code="1.900900", version=1, name="Thủ tục mới", limit=1, limit_unit="HOURS"),
             "1.900900")
    desk.say("intake", message, code, envelope_id=envelope)
    assert desk.case(code)["procedure"]["name"] == "Thủ tục mới"


def test_a_dossier_without_an_applicant_is_a_dead_letter(desk, plain):
    code = "%s-261123-9003" % COUNTER
    desk.say("intake", intake_pb2.DossierSubmitted(code=code, procedure_code=plain, procedure_version=1, unit_code=COUNTER), code)
    assert "applicant" in dead(desk, code)


def test_a_message_from_the_wrong_service_moves_nothing(desk, plain):
    code = desk.file(plain)
    message = intake_pb2.WithdrawalRequested(code=code, reason="Giả mạo")
    desk.bus["payment"].say("verification", message, code, version=2)
    assert dead(desk, code) and desk.status(code) == 1


def test_a_killed_process_loses_no_case_and_tells_every_move(desk, plain):
    codes = [desk.file(plain) for _ in range(5)]
    for code in codes:
        desk.do(code, "ACCEPT")
    desk.suite.kill("verification")
    desk.suite.start("verification")
    for code in codes:
        desk.do(code, "FORWARD", unit=OFFICE)
    for code in codes:
        assert [m.status for m in desk.hears(code, "DossierProgressed", 3)] == [1, 2, 4]
    assert metric(desk.suite, "verification", "motcua_events_dead_total") == 0
