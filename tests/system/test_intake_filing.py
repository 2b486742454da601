"""intake — filing: online and at the counter, every wrong answer named, each request once, each number once."""
import concurrent.futures
import os
import time
import urllib.parse

import pytest

from bus import Bus
from intake import CENTRE, COMMUNE, DISTRICT, OTHER_DISTRICT, open_for_filing, procedure, sql
from lib import call, filing, hold, sign_up, staff, wait_for

CODE, ONLY_COUNTER, ONLY_COMMUNES = "1.900001", "1.900002", "1.900003"
BY_POST = {"kind": "business", "name": "Công ty TNHH Thử", "tax_code": "0100109106", "phone": "0912345678",
           "address": "1 Đường Thử"}


@pytest.fixture(scope="module")
def suite(new_suite):
    return open_for_filing(new_suite, procedure(CODE), procedure(ONLY_COUNTER, online_level="none"),
                           procedure(ONLY_COMMUNES, levels=["commune"]))


@pytest.fixture(scope="module")
def clerk(suite):
    return staff(suite, [("clerk", DISTRICT), ("officer", OTHER_DISTRICT)])


@pytest.fixture(scope="module")
def request_of(suite, citizen):
    """A complete request of the citizen, with changes."""
    complete = filing(suite, citizen, CODE, DISTRICT)
    return lambda **changes: {**complete, **changes}


# ---- what the tests say and see ----

def file(suite, token, body, key=True):
    return call("POST", suite.url("/api/intake/dossiers"), body, token=token, key=key)


def faults(answer):
    assert answer.status == 422, answer
    return {error["field"]: error["code"] for error in answer["errors"]}


def shown(suite, token, code):
    return call("GET", suite.url("/api/intake/dossiers/" + code), token=token)


def at_counter(request_of, **changes):
    """What a clerk sends: originals instead of files, for somebody without an account."""
    return request_of(papers=[{"component": "TP1", "originals": 1}, {"name": "Giấy ủy quyền", "copies": 2}], **changes)


# ---- filing ----

def test_what_is_filed_online_is_shown_as_it_was_filed(suite, citizen, request_of):
    answers = {"name": "Tên  dài", "kind": "again", "old_no": "12/GP", "urgent": True, "price": 0, "phone": "+84 912-345-678"}
    body = request_of(answers=answers, summary="Xin cấp lại", language="en", result_by_post=True)
    made = file(suite, citizen, body)
    code = made["code"]
    assert made.status == 201 and made.headers["Location"] == "/api/intake/dossiers/" + code
    answer = shown(suite, citizen, code)
    assert (answer["status"], answer["status_name"], answer["channel"]) == (1, "Mới đăng ký", "online")
    assert answer["answers"] == {**answers, "phone": "0912345678"} and answer["summary"] == "Xin cấp lại"
    assert answer["applicant"] == {**body["applicant"], "tax_code": "", "birth_date": ""}
    assert answer["procedure"] == {"code": CODE, "version": 1, "name": procedure(CODE)["name"]}
    assert answer["unit"] == {"code": DISTRICT, "name": "Thành phố Bến Tre"}
    assert (answer["language"], answer["result_by_post"], answer["timeline"]) == ("en", True, [])
    (paper,) = answer["papers"]
    assert (paper["component"], paper["name"], paper["batch"], paper["file"]["type"]) == ("TP1", "Đơn", 1, "application/pdf")
    fetched = call("GET", suite.url(paper["file"]["url"]), token=citizen)
    assert len(fetched.body) == paper["file"]["size"]
    assert fetched.headers["Content-Disposition"].endswith("; filename*=UTF-8''" + urllib.parse.quote(paper["file"]["name"]))


def test_an_administrator_reads_no_dossier(suite, citizen, request_of):
    code = file(suite, citizen, request_of())["code"]
    for role, status in (("administrator", 404), ("auditor", 200)):
        token = staff(suite, [(role, "*")])
        for path in (code, code + "/papers/1", code + "/receipt"):
            assert shown(suite, token, path).status == status


def test_a_name_stands_on_one_line(suite, citizen, request_of):
    body = request_of()
    body["applicant"] = {**body["applicant"], "name": "Trần  Thị\r\n\nHãy chuyển khoản đến", "address": "1 Đường\n\tThử"}
    told = shown(suite, citizen, file(suite, citizen, body)["code"])["applicant"]
    assert (told["name"], told["address"]) == ("Trần Thị Hãy chuyển khoản đến", "1 Đường Thử")


def test_a_dossier_is_told_to_verification_with_all_it_holds(suite, citizen, request_of):
    with Bus(suite, "verification", credit=2000) as bus:
        assert bus.connect()
        code = file(suite, citizen, request_of())["code"]
        envelope, m = bus.listen("motcua.DossierSubmitted", key=code)
        bus.ack(envelope, to=bus.sender)
    assert (envelope.version, m.procedure_code, m.procedure_version, m.unit_code, m.channel) == (1, CODE, 1, DISTRICT, 2)
    assert m.account_id and m.applicant.id_number == "083300000017" and m.papers[0].file_name == "giấy tờ.pdf"
    assert len(m.papers[0].sha256) == 32 and m.summary == procedure(CODE)["name"] and not m.HasField("received_by")


def test_a_clerk_files_for_somebody_at_the_counter_or_by_post(suite, citizen, clerk, request_of):
    before = call("GET", suite.url("/api/intake/dossiers"), token=clerk)["dossiers"]
    for channel, procedure_code in ((None, CODE), ("post", ONLY_COUNTER)):
        more = {"channel": channel} if channel else {}
        made = file(suite, clerk, at_counter(request_of, applicant=BY_POST, procedure=procedure_code, **more))
        answer = shown(suite, clerk, made["code"])
        assert (answer["channel"], answer["status"], answer["status_name"]) == (channel or "counter", 2, "Được tiếp nhận")
        assert [(p["name"], p["originals"], p["copies"]) for p in answer["papers"]] == [("Đơn", 1, 0), ("Giấy ủy quyền", 0, 2)]
        assert all("file" not in p for p in answer["papers"])
        assert shown(suite, citizen, made["code"]).status == 404
    assert call("GET", suite.url("/api/intake/dossiers"), token=clerk)["dossiers"] == before == []


def test_a_clerk_files_at_his_own_counter_only(suite, clerk, request_of):
    for unit in (OTHER_DISTRICT, CENTRE):
        assert file(suite, clerk, at_counter(request_of, unit=unit)).status == 403
    assert file(suite, None, request_of()).status == 401


def test_a_list_is_the_caller_s_own_newest_first_page_by_page(suite):
    token = sign_up(suite)
    body = filing(suite, token, CODE, COMMUNE)
    codes = [file(suite, token, body)["code"] for _ in range(5)]
    seen, after = [], ""
    while after is not None:
        page = call("GET", suite.url("/api/intake/dossiers?limit=2&after=" + after), token=token)
        seen, after = seen + [d["code"] for d in page["dossiers"]], page["next"]
    assert seen == codes[::-1]


# ---- answers against the field list: ten faults are told at once ----

WRONG = {"name": ("ab", "too_short"), "story": (7, "not_text"), "pages": (51, "out_of_range"), "price": ("100", "not_integer"),
         "day": ("2026-02-30", "date_invalid"), "kind": ("old", "not_a_choice"), "urgent": ("yes", "not_boolean"),
         "phone": ("12345", "phone_invalid"), "email": ("a@b", "email_invalid"), "person": ("083300", "id_number_invalid")}
TOO_MUCH = {"name": ("x" * 21, "too_long"), "story": ("x" * 5001, "too_long"), "pages": (0, "out_of_range"),
            "price": (1000001, "out_of_range"), "kind": ("new", None), "old_no": ("1", "not_asked"),
            "day": ("x" * 11, "too_long"), "company": ("0100109107", "tax_code_invalid"), "màu": ("đỏ", "unknown_field")}


@pytest.mark.parametrize("wrong", [WRONG, TOO_MUCH], ids=["wrong", "too much"])
def test_every_wrong_answer_names_its_field(suite, citizen, request_of, wrong):
    answer = file(suite, citizen, request_of(answers={name: value for name, (value, _) in wrong.items()}))
    assert faults(answer) == {"answers." + name: code for name, (_, code) in wrong.items() if code}


def test_what_must_be_answered_depends_on_what_was(suite, citizen, request_of):
    assert faults(file(suite, citizen, request_of(answers={}))) == {"answers.name": "required", "answers.kind": "required"}
    again = {"name": "Tên", "kind": "again"}
    assert faults(file(suite, citizen, request_of(answers=again))) == {"answers.old_no": "required"}
    assert file(suite, citizen, request_of(answers={"name": "Tên", "kind": "new"})).status == 201


def test_every_wrong_detail_of_the_applicant_is_named(suite, citizen, request_of):
    person = {"kind": "citizen", "name": " ", "phone": "1", "email": "x", "birth_date": "1/2/1980", "id_number": "1", "tuổi": 3}
    assert faults(file(suite, citizen, request_of(applicant=person))) == {
        "applicant.name": "required", "applicant.address": "required", "applicant.phone": "phone_invalid",
        "applicant.email": "email_invalid", "applicant.birth_date": "date_invalid", "applicant.id_number": "id_number_invalid",
        "applicant.tuổi": "unknown_field"}
    company = {**BY_POST, "tax_code": "123"}
    assert faults(file(suite, citizen, request_of(applicant=company))) == {"applicant.tax_code": "tax_code_invalid"}
    assert faults(file(suite, citizen, request_of(applicant="ai"))) == {"applicant": "not_object"}


def test_a_procedure_is_filed_where_and_how_it_is_taken(suite, citizen, request_of):
    for changes, expected in (({"unit": "000.00.99.H07"}, {"unit": "unit_unknown"}),
                              ({"procedure": ONLY_COMMUNES}, {"unit": "unit_wrong_level"}),
                              ({"procedure": ONLY_COUNTER}, {"procedure": "not_online"}),
                              ({"procedure": "1.999999"}, {"procedure": "procedure_unknown"}),
                              ({"channel": "counter"}, {"channel": "unknown_field"})):
        assert faults(file(suite, citizen, request_of(**changes))) == expected
    assert file(suite, citizen, request_of(procedure=ONLY_COMMUNES, unit=COMMUNE)).status == 201


def test_papers_are_those_the_procedure_asks_for(suite, citizen, request_of):
    upload = request_of()["papers"][0]["upload"]
    papers = [{"component": "TP9", "upload": upload}, {"upload": upload}, {"component": "TP2", "copies": 101}, "giấy",
              {"name": "Ảnh", "upload": "0197f000-0000-7000-8000-000000000000"}]
    answer = file(suite, citizen, request_of(papers=papers))
    assert faults(answer) == {"papers[2].copies": "out_of_range", "papers[3]": "not_object"}
    answer = file(suite, citizen, request_of(papers=papers[:2] + [{"component": "TP2", "copies": 1}] + papers[4:]))
    assert [(e["field"], e["code"]) for e in answer["errors"]] == [
        ("papers[0]", "component_unknown"), ("papers[1]", "paper_name_required"), ("papers[2]", "file_required"),
        ("papers", "paper_missing"), ("papers[3].upload", "upload_unknown")]


def test_a_body_that_is_none_is_refused(suite, citizen):
    for raw, status, code in ((b"{", 400, "not_json"), (b'{"a":1,"a":2}', 400, "not_json"), (b"[]", 422, "invalid"),
                              (b'{"summary":"' + b"x" * 300000 + b'"}', 413, "body_too_large"),
                              (b"x" * (20 << 20), 413, "body_too_large")):
        answer = call("POST", suite.url("/api/intake/dossiers"), raw=raw, token=citizen, key=True)
        assert (answer.status, answer["code"]) == (status, code)


# ---- each once ----

def test_the_same_key_gets_the_same_answer_and_one_dossier(suite, citizen, request_of):
    key, body = os.urandom(8).hex(), request_of()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: file(suite, citizen, body, key=key), range(8)))
    assert {a.status for a in answers} == {201} and len({a.body for a in answers}) == 1
    assert file(suite, citizen, body, key=key).json == answers[0].json
    other = file(suite, citizen, request_of(summary="khác"), key=key)
    assert (other.status, other["code"]) == (409, "idempotency_key_reused")
    assert file(suite, citizen, body, key=None)["code"] == "idempotency_key_required"


def test_a_key_is_its_caller_s_own(suite, citizen, clerk, request_of):
    key = os.urandom(8).hex()
    codes = {file(suite, citizen, request_of(), key=key)["code"], file(suite, clerk, at_counter(request_of), key=key)["code"]}
    assert len(codes) == 2


def test_twenty_filings_at_once_use_up_few_more_numbers(suite, citizen, request_of):
    unit = "000.00.23.H07"
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: file(suite, citizen, request_of(unit=unit)), range(20)))
    day = time.strftime("%y%m%d", time.gmtime(time.time() + 7 * 3600))
    assert {a.status for a in answers} == {201}
    codes = {a["code"] for a in answers}
    assert len(codes) == 20 and codes <= {"%s-%s-%04d" % (unit, day, n) for n in range(1, 41)}


OBEY = """
    CREATE FUNCTION obey() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF new.summary LIKE '%% chậm' THEN PERFORM pg_sleep(0.3); END IF;
        IF new.summary LIKE '%% hỏng' THEN RAISE EXCEPTION 'never'; END IF;
        RETURN new; END $$;
    CREATE TRIGGER obey BEFORE INSERT ON dossier FOR EACH ROW EXECUTE FUNCTION obey();"""


def test_filings_saved_together_are_answered_each_for_itself(suite, citizen, request_of):
    """The first ones take long, so that the others leave as one statement; every fifth of these fails."""
    summaries = ["%d chậm" % i for i in range(2)] + ["%d %s" % (i, "hỏng" if i % 5 == 0 else "tốt") for i in range(2, 42)]
    suite.psql(OBEY % (), database="motcua_intake")
    try:
        with concurrent.futures.ThreadPoolExecutor(42) as pool:
            answers = list(pool.map(lambda s: file(suite, citizen, request_of(summary=s)), summaries))
    finally:
        suite.psql("DROP FUNCTION obey CASCADE", database="motcua_intake")
    for summary, answer in zip(summaries, answers):
        assert answer.status == (503 if "hỏng" in summary else 201), (summary, answer)
        kept = suite.psql("SELECT code FROM dossier WHERE summary = '%s'" % summary, database="motcua_intake").split()
        assert kept == ([answer["code"]] if answer.status == 201 else [])
    codes = "', '".join(a["code"] for a in answers if a.status == 201)
    papers = suite.psql("SELECT count(*) FROM paper WHERE code IN ('%s')" % codes, database="motcua_intake")
    assert int(papers) == 34 * len(request_of()["papers"])


def test_a_number_waits_for_no_dossier_that_is_being_saved(suite, citizen, request_of):
    """The store cannot save a dossier; all the same the next one, of another unit, gets its number."""
    numbered = "SELECT count(*) FROM code_counter WHERE unit = '%s'"
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        lock = hold(suite, "intake", "LOCK TABLE dossier IN SHARE MODE")
        answers = []
        for unit in ("000.00.25.H07", "000.00.26.H07"):
            answers.append(pool.submit(file, suite, citizen, request_of(unit=unit)))
            wait_for(lambda: sql(suite, numbered % unit) == "1", seconds=3, what="a number of " + unit)
        lock.let_go()
    assert [a.result().status for a in answers] == [201, 201]


def test_a_restart_repeats_no_number(suite, citizen, request_of):
    unit = "000.00.24.H07"
    codes = [file(suite, citizen, request_of(unit=unit))["code"] for _ in range(3)]
    suite.kill("intake")
    suite.start("intake")
    codes += [file(suite, citizen, request_of(unit=unit))["code"] for _ in range(3)]
    assert len(set(codes)) == 6 and codes == sorted(codes)
