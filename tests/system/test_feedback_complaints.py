"""feedback's petitions and complaints: where one goes, who does not see it, its clocks, what whoever sent it may do, and what
others hear of it."""
import time

import pytest

from bus import Bus, common_pb2
from complaint_office import CONTACT, OTHER_UNIT, PROVINCE, UNIT, complaints, official  # noqa: F401
from feedback_office import OFFICER
from lib import call, operator, staff, wait_for
from programs import beside, settings

DAY = 86400000


def now_ms():
    return int(time.time() * 1000)


# ---- sending one ----

def test_a_petition_goes_to_its_unit_with_the_days_of_the_law(complaints):
    sent = complaints.complain()
    assert (sent["unit"]["code"], sent["handling_unit"]["code"]) == (UNIT, UNIT)
    assert not sent["excludes_official"] and not sent["excludes_unit"]
    assert 5 * DAY <= sent["step_due_at_ms"] - now_ms() <= 9 * DAY  # five working days
    assert 17 * DAY <= sent["due_at_ms"] - now_ms() <= 25 * DAY  # fifteen
    shown = complaints.look_up(sent)
    assert (shown["state"], shown["content"], shown["allowed"]) == ("received", "Hồ sơ trễ hẹn một tuần.", ["withdraw"])


def test_the_same_key_gets_the_same_code_and_secret(complaints):
    first, again = [complaints.ask("POST", "/complaints", complaints.filing(title="Một lần"), key="k-once") for _ in range(2)]
    assert (first.status, first["code"], first["secret"]) == (201, again["code"], again["secret"])
    assert complaints.sql("SELECT count(*) FROM complaint WHERE title = 'Một lần'") == "1"
    assert first["secret"] not in complaints.sql("SELECT string_agg(answer, ' ') FROM command")


def test_a_wrong_secret_opens_nothing(complaints):
    one, other = complaints.complain(), complaints.complain()
    assert complaints.look_up({"code": one["code"], "secret": other["secret"]}).status == 404
    assert complaints.act({"code": one["code"], "secret": other["secret"]}, "withdraw").status == 404


@pytest.mark.parametrize("changes, fields", [
    ({"contact": None}, ["contact"]),
    ({"contact": {"name": "Tên"}}, ["contact.address", "contact.phone"]),
    ({"contact": {**CONTACT, "phone": "12"}}, ["contact.phone"]),
    ({"anonymous": True, "contact": None}, ["anonymous"]),
    ({"unit": None}, ["unit"]),
    ({"unit": "000.00.99.H07"}, ["unit"]),
    ({"dossier": "000.00.01.H07-200101-9999"}, ["dossier"]),
    ({"via": "letter"}, ["via"])])
def test_what_is_wrong_is_named(complaints, changes, fields):
    refused = complaints.send(**changes)
    assert refused.status in (400, 422) and [e["field"] for e in refused["errors"]] == fields


def test_a_clerk_enters_what_came_by_letter(complaints):
    sent = complaints.complain(complaints.token("clerk", UNIT), via="letter")
    assert complaints.row(sent["code"], "via, account_id, name") == "letter||" + CONTACT["name"]


def test_ones_own_are_listed_by_account_and_nobody_elses(complaints):
    (mine, _), (theirs, _) = complaints.office.citizen(), complaints.office.citizen()
    codes = [complaints.complain(mine)["code"] for _ in range(3)]
    first = complaints.ask("GET", "/complaints?limit=2", token=mine)
    rest = complaints.ask("GET", "/complaints?limit=2&after=" + first["next"], token=mine)
    assert [row["code"] for row in first["complaints"] + rest["complaints"]] == codes[::-1]
    assert complaints.ask("GET", "/complaints/" + codes[0], token=mine).status == 200
    assert complaints.ask("GET", "/complaints/" + codes[0], token=theirs).status == 404


def test_too_many_from_one_address_are_asked_to_wait(complaints):
    complaints.suite.children["feedback"][0].env["MOTCUA_FEEDBACK_COMPLAINTS_AN_HOUR"] = "1"
    complaints.suite.stop("feedback")
    complaints.suite.start("feedback")
    answers = [complaints.send() for _ in range(2)]
    complaints.suite.children["feedback"][0].env["MOTCUA_FEEDBACK_COMPLAINTS_AN_HOUR"] = "1000"
    complaints.suite.stop("feedback")
    complaints.suite.start("feedback")
    assert answers[-1].status == 429 and int(answers[-1].headers["Retry-After"]) > 0


# ---- whom it is about ----

def dossier(complaints):
    return complaints.office.live(complaints.office.submit())


def moved_by(complaints, account, name):
    """A dossier that this official has moved."""
    return complaints.office.live(complaints.office.submit(), by=common_pb2.Official(account_id=account, name=name))


def test_a_dossier_names_its_unit_and_its_officials(complaints):
    code = dossier(complaints)
    way = complaints.ask("POST", "/complaints/preview", complaints.filing(unit=None, dossier=code))
    assert way["unit"]["code"] == UNIT
    assert way["officials"] == [{"official": OFFICER["account_id"], "name": OFFICER["name"]}]
    assert complaints.sql("SELECT count(*) FROM complaint WHERE dossier_code = '%s'" % code) == "0"


def test_whom_it_is_about_does_not_find_it(complaints):
    him = complaints.office.staff(("officer", UNIT))
    account = call("GET", complaints.suite.url("/api/identity/me"), token=him)["id"]
    moved_by(complaints, account, "Cán Bộ Thử")
    sent = complaints.complain(about={"official": account})
    assert sent["excludes_official"]
    assert complaints.ask("GET", "/desk/complaints/" + sent["code"], token=him).status == 404
    assert sent["code"] not in complaints.listed("officer", token=him)
    assert sent["code"] in complaints.listed("officer") and complaints.desk(sent["code"], "officer").status == 200


def test_whom_it_is_about_does_not_find_it_when_only_his_name_was_given(complaints):
    him = staff(complaints.suite, [("leader", UNIT)], name="Phan Văn Hòa")
    sent = complaints.complain(about={"name": "phan van hoà"})
    assert complaints.ask("GET", "/desk/complaints/" + sent["code"], token=him).status == 404
    assert sent["code"] not in complaints.listed("leader", token=him)


def test_an_id_that_is_nobodys_or_not_his_whom_the_name_means_is_refused(complaints):
    """By the id alone he is kept from it: with a wrong one whoever is meant would read it."""
    an, hoa = official(), official()
    moved_by(complaints, an, "Nguyễn Văn An"), moved_by(complaints, hoa, "Phan Văn Hòa")
    for about in ({"official": official()}, {"official": official(), "name": "Phan Văn Hòa"}, {"official": an, "name": "Phan Văn Hòa"}):
        refused = complaints.send(about=about)
        assert refused.status == 422 and [(e["field"], e["code"]) for e in refused["errors"]] == [("about.official", "official_unknown")]
    assert complaints.send(about={"official": hoa, "name": "phan van hoà"}).status == 201


def test_what_is_about_the_head_lies_above_and_nobody_of_the_unit_sees_it(complaints):
    sent = complaints.complain(about={"name": "Giám đốc", "is_head": True})
    assert sent["excludes_unit"] and sent["handling_unit"]["code"] == PROVINCE
    assert complaints.desk(sent["code"], "leader").status == 404
    both = complaints.office.staff(("officer", UNIT), ("officer", PROVINCE))
    assert complaints.ask("GET", "/desk/complaints/" + sent["code"], token=both).status == 404
    assert complaints.desk(sent["code"], "officer", PROVINCE).status == 200


def test_who_signs_for_the_unit_is_taken_for_its_head(complaints):
    head, code = official(), complaints.office.submit()
    by = common_pb2.Official(account_id=head, name="Người Ký")
    complaints.office.live(code)
    complaints.office.move(code, 5, "SIGN_RESULT", 9, status_before=4, by=by)
    assert complaints.complain(dossier=code, about={"official": head})["handling_unit"]["code"] == PROVINCE


def test_the_head_is_known_by_his_name_as_well_and_however_it_is_typed(complaints):
    code = complaints.office.submit()
    complaints.office.live(code)
    for version, who in enumerate(("Đỗ Thị Trưởng", "Võ Văn Phó"), 5):
        by = common_pb2.Official(account_id=official(), name=who)
        complaints.office.move(code, version, "SIGN_RESULT", 9, status_before=4, by=by)
    way = lambda name: complaints.ask("POST", "/complaints/preview", complaints.filing(about={"name": name}))["handling_unit"]["code"]
    assert [way(name) for name in ("do thi truong", "VÕ VĂN PHÓ", "Đỗ Thị Trường Xa")] == [PROVINCE, PROVINCE, UNIT]


def test_what_is_about_the_head_of_the_province_never_lies_at_the_province(complaints):
    refused = complaints.send(unit=PROVINCE, about={"is_head": True})
    assert [(e["field"], e["code"]) for e in refused["errors"]] == [("about", "nobody_above")]
    code = complaints.complain(unit=PROVINCE)["code"]
    later = complaints.decide(code, "classify", "leader", PROVINCE, is_head=True)
    assert (later.status, later["code"]) == (409, "nobody_above")


def test_what_is_about_the_head_of_the_province_goes_to_the_unit_that_was_named_for_it(complaints, tmp_path):
    body = complaints.filing(unit=PROVINCE, about={"is_head": True}, **{"class": "complaint"})
    with beside("feedback", tmp_path, settings(complaints.suite, "feedback", complaint_unit=OTHER_UNIT)) as other:
        sent = other.ask("POST", "/api/feedback/complaints", body=body, key=True)
    assert sent["handling_unit"]["code"] == OTHER_UNIT
    of_all = complaints.office.staff(("leader", "*"))
    assert complaints.ask("GET", "/desk/complaints/" + sent["code"], token=of_all).status == 404
    assert sent["code"] not in complaints.listed("leader", OTHER_UNIT, token=of_all)
    complaints.done(sent["code"], "accept", "leader", OTHER_UNIT)
    complaints.done(sent["code"], "answer", "leader", OTHER_UNIT, words="Không đúng.", outcome="untrue")
    assert complaints.act(sent, "appeal", "Không đồng ý.")["code"] == "no_unit_above"


# ---- its way ----

def test_an_upheld_petition_is_answered_published_and_counted(complaints):
    sent = complaints.answered(category="attitude")
    code = sent["code"]
    complaints.done(code, "publish", "officer", words="Cán bộ đã xin lỗi công dân.")
    assert complaints.row(code, "state, outcome, about_attitude, is_late") == "answered|upheld|t|f"
    assert complaints.row(code, "answered_at <= published_at, classified_at <= answered_at") == "t|t"
    first = complaints.ask("GET", "/published-complaints?unit=" + UNIT)["answers"][0]
    assert (first["code"], first["answer"]) == (code, "Cán bộ đã xin lỗi công dân.")
    shown = complaints.look_up(sent)
    assert shown["answer"] == "Đã kiểm tra và chấn chỉnh." and shown["allowed"] == ["reopen"]
    assert [move["act"] for move in shown["moves"]] == ["submit", "accept", "answer", "publish"]


def test_nothing_of_whoever_sent_it_is_published(complaints):
    complaints.done(complaints.answered()["code"], "publish", "officer", words="Đã giải quyết.")
    page = complaints.ask("GET", "/published-complaints").body.decode()
    assert CONTACT["name"] not in page and CONTACT["phone"] not in page and "Hồ sơ trễ hẹn một tuần" not in page


def test_a_complaint_is_decided_by_a_leader_only(complaints):
    code = complaints.complain(**{"class": "complaint"})["code"]
    complaints.done(code, "accept", "officer")
    assert complaints.decide(code, "answer", "officer", words="Không", outcome="untrue").status == 403
    complaints.done(code, "answer", "leader", words="Không đúng sự thật.", outcome="untrue")


def test_two_who_decide_at_once_do_not_both(complaints):
    code = complaints.complain()["code"]
    token, old = complaints.token("officer", UNIT), {"If-Match": '"1"'}
    complaints.done(code, "accept", "officer")
    late = complaints.ask("POST", "/desk/complaints/%s/acts" % code, {"act": "accept"}, token=token, key=True, headers=old)
    assert late.status == 412 and complaints.row(code, "version") == "2"


def test_detail_that_is_asked_for_stops_the_clock(complaints):
    sent = complaints.complain()
    complaints.done(sent["code"], "ask_detail", "clerk", words="Hồ sơ nào?")
    assert complaints.row(sent["code"], "step_due_at IS NULL") == "t"
    assert complaints.look_up(sent)["answer"] == "Hồ sơ nào?"
    assert complaints.act(sent, "supply_detail", "Hồ sơ nộp ngày 3.").status == 200
    assert complaints.row(sent["code"], "state, step_due_at > now()") == "received|t"


# ---- open again ----

def test_it_is_reopened_within_72_hours_and_not_later(complaints):
    in_time, late = complaints.answered(), complaints.answered()
    for sent, hours in ((in_time, "71:59"), (late, "72:01")):
        complaints.sql("UPDATE complaint SET answered_at = now() - interval '%s' WHERE code = '%s'" % (hours, sent["code"]))
    assert complaints.act(in_time, "reopen", "Vẫn chưa xong.").status == 200
    assert complaints.row(in_time["code"], "state, outcome, answered_at IS NULL") == "in_handling||t"
    refused = complaints.act(late, "reopen", "Vẫn chưa xong.")
    assert (refused.status, refused["code"]) == (409, "reopening_over") and "reopen" not in complaints.look_up(late)["allowed"]


def test_a_complaint_goes_to_the_unit_above_for_a_second_time_and_no_third(complaints):
    sent = complaints.answered(**{"class": "complaint"})
    assert complaints.act(sent, "appeal", "Không đồng ý.").status == 200
    assert complaints.row(sent["code"], "state, instance, handling_unit_code") == "received|2|" + PROVINCE
    assert complaints.desk(sent["code"], "leader").status == 404
    complaints.done(sent["code"], "accept", "officer", PROVINCE)
    complaints.done(sent["code"], "answer", "leader", PROVINCE, words="Giữ nguyên.", outcome="untrue")
    assert complaints.act(sent, "appeal", "Vẫn không.")["code"] == "appeal_last"


# ---- late ----

def test_what_is_late_is_seen_and_worked_by_the_unit_above(complaints):
    code = complaints.complain()["code"]
    assert complaints.desk(code, "leader", PROVINCE).status == 404
    complaints.is_overdue(code)
    assert complaints.row(code, "is_late, escalated_unit, handling_unit_code") == "t|%s|%s" % (PROVINCE, UNIT)
    assert code in complaints.listed("leader", PROVINCE, escalated="true")
    complaints.done(code, "accept", "leader", PROVINCE)


def test_a_limit_that_passes_twice_is_noticed_once(complaints):
    code = complaints.complain()["code"]
    complaints.is_overdue(code)
    version = complaints.row(code, "version")
    complaints.sql("INSERT INTO job (kind, key, run_at) VALUES ('complaint_due', '%s', now()) ON CONFLICT (kind, key) DO UPDATE"
                   " SET run_at = now(), generation = job.generation + 1" % code)
    wait_for(lambda: complaints.sql("SELECT count(*) FROM job WHERE kind = 'complaint_due' AND key = '%s'" % code) == "0",
             what="the second run")
    assert complaints.row(code, "version") == version


def test_a_limit_that_nobody_watches_is_found(complaints):
    code = complaints.complain()["code"]
    url = complaints.suite.admin_url("feedback") + "/admin/ledgers/complaints/rows"
    wrong = lambda: {row["key"]: row["wrong"] for row in call("GET", url, token=operator(complaints.suite))["rows"]}[code]
    assert wrong() is None
    complaints.sql("DELETE FROM job WHERE kind = 'complaint_due' AND key = '%s'" % code)
    assert wrong() == "no job watches its limit"


# ---- what others hear ----

def test_notification_hears_of_it_and_of_the_answer_with_whom_to_tell(complaints):
    with Bus(complaints.suite, "notification") as bus:
        sent = complaints.answered()
        envelope, opened = bus.listen("motcua.ComplaintOpened", sent["code"])
        bus.ack(envelope, bus.sender)
        assert (opened.name, opened.email, opened.title) == (CONTACT["name"], CONTACT["email"], "Trễ hẹn")
        assert opened.due_at_ms == sent["due_at_ms"] and envelope.version == 1
        envelope, answered = bus.listen("motcua.ComplaintAnswered", sent["code"])
        bus.ack(envelope, bus.sender)
        assert (answered.state, answered.outcome, answered.words) == ("answered", "upheld", "Đã kiểm tra và chấn chỉnh.")
        assert answered.reopen_until_ms == answered.answered_at_ms + 3 * DAY


@pytest.mark.parametrize("outcome, points", [("upheld", 0), ("untrue", 20)])
def test_what_was_found_untrue_does_not_lower_indicator_8_however_late(complaints, outcome, points):
    unit = "000.00.0%d.H07" % (8 if points else 9)
    complaints.office.unit(unit, "Sở Trả Lời Muộn")
    code, leader = complaints.complain(unit=unit)["code"], complaints.office.staff(("leader", unit))
    complaints.done(code, "accept", "leader", unit)
    complaints.sql("UPDATE complaint SET received_at = now() - interval '1 minute', due_at = now() - interval '30 seconds' WHERE code = '%s'"
                   % code)
    complaints.done(code, "answer", "leader", unit, words="Đã kiểm tra.", outcome=outcome)
    year = complaints.sql("SELECT extract(year FROM received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int FROM complaint WHERE code = '%s'" % code)
    figures = complaints.ask("GET", "/figures?unit=%s&period=%s" % (unit, year), token=leader)
    assert (figures["counts"]["complaints_due"], figures["tt01"]["8"]) == (1, points)


def test_what_was_answered_late_is_not_made_timely_by_reopening_it(complaints):
    sent = complaints.complain()
    code = sent["code"]
    complaints.done(code, "accept", "officer")
    complaints.sql("UPDATE complaint SET due_at = now() - interval '3 days' WHERE code = '%s'" % code)
    complaints.done(code, "answer", "officer", words="Trả lời muộn.", outcome="upheld")
    assert complaints.act(sent, "reopen", "Chưa đúng.").status == 200
    in_time = "SELECT answered_at <= due_at FROM complaint_fact WHERE code = '%s'" % code
    assert complaints.sql(in_time) == ""
    complaints.done(code, "answer", "officer", words="Trả lời lại ngay.", outcome="upheld")
    assert complaints.sql(in_time) == "f" and complaints.row(code, "answered_at <= due_at, is_late") == "t|t"
