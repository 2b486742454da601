"""verification's dates: the appointment is the procedure's limit on the calendar of the unit, and says line by line how it came
about; what stops the clock and how it goes on; the one new date. Dossiers are received at instants of 2026 and 2024, with
the holidays of the sample; those dates were counted by hand."""
import datetime
import os

import pytest

from bus import Bus
from desk import ELSEWHERE, OFFICE, make_desk, now_ms
from lib import ROOT, call, operator, sign_up

HANOI = datetime.timezone(datetime.timedelta(hours=7))
ASKED = {"reason": "Thiếu bản vẽ", "papers": [{"name": "Bản vẽ"}]}


def at(text):
    """"2026-04-28 09:30" in Việt Nam, in ms."""
    return int(datetime.datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=HANOI).timestamp() * 1000)


def says(ms):
    return datetime.datetime.fromtimestamp(ms / 1000, HANOI).strftime("%Y-%m-%d %H:%M")


@pytest.fixture(scope="module")
def desk(new_suite):
    desk = make_desk(new_suite)
    with open(os.path.join(ROOT, "deploy", "sample", "holidays.csv"), encoding="utf-8") as f:
        desk.admin("/admin/special-days", f.read())
    return desk


def received(desk, procedure, when, **changes):
    return desk.file(procedure, received_by="Một cửa", filed_at_ms=at(when), **changes)


def due(desk, code):
    return says(desk.get("/cases/%s/appointment" % code)["due_at_ms"])


def why(desk, code, language):
    return [line[language] for line in desk.get("/cases/%s/appointment" % code)["why"]]


def around_the_clock(desk, unit):
    """From now on the unit works day and night, and so it does yesterday, today and tomorrow whatever days these are."""
    desk.load_calendar("luon-luon", ["00:00-24:00"] * 7, unit)
    desk.load_special_days(*[(says(now_ms() + n * 86400000)[:10], "swap_work", "Làm bù") for n in (-1, 0, 1)])


# ---- the appointment ----

def test_working_days_leave_out_weekends_and_holidays(desk, plain):
    assert due(desk, received(desk, plain, "2026-04-28 09:30")) == "2026-05-07 17:00"


@pytest.mark.parametrize("limits, when, then", [
    ({"limit": 2}, "2026-08-28 10:00", "2026-09-04 17:00"),
    ({"limit": 3}, "2024-05-02 08:00", "2024-05-06 17:00"),
    ({"limit": 2, "count_mode": "HOUR_MODE"}, "2026-08-28 10:00", "2026-09-04 10:00"),
    ({"limit": 4, "limit_unit": "HOURS"}, "2026-04-21 09:30", "2026-04-21 15:30"),
    ({"limit": 3, "limit_unit": "CALENDAR_DAYS"}, "2026-04-28 09:30", "2026-05-04 17:00"),
    ({"limit": 1, "limit_unit": "MONTHS"}, "2026-03-31 09:30", "2026-05-04 17:00"),
    ({"limit_unit": "LIMIT_UNSPECIFIED", "is_immediate": True}, "2026-04-29 17:30", "2026-05-04 17:00"),
])
def test_every_kind_of_limit_is_counted_in_its_own_way(desk, limits, when, then):
    code = received(desk, desk.procedure(**limits), when)
    assert due(desk, code) == then == says(desk.hears(code, "DossierProgressed", 1)[0].due_at_ms)


def test_the_appointment_is_explained_line_by_line_in_vietnamese(desk, plain):
    assert why(desk, received(desk, plain, "2026-04-28 09:30"), "vi") == [
        "Bắt đầu tính từ 09:30 28/04/2026 (thứ Ba).",
        "Cộng 5 ngày làm việc.",
        "Không tính 30/04/2026 (thứ Năm): Ngày Giải phóng miền Nam, thống nhất đất nước.",
        "Không tính 01/05/2026 (thứ Sáu): Ngày Quốc tế Lao động.",
        "Không tính 02/05/2026 (thứ Bảy): ngày nghỉ hằng tuần.",
        "Không tính 03/05/2026 (Chủ nhật): ngày nghỉ hằng tuần.",
        "Hẹn trả kết quả lúc 17:00 07/05/2026 (thứ Năm)."]


def test_the_appointment_is_explained_in_english_too(desk):
    code = received(desk, desk.procedure(limit=16, limit_unit="HOURS"), "2024-05-03 18:00")
    assert why(desk, code, "en") == [
        "Counting starts at 18:00 03/05/2024 (Friday).",
        "Working time added: 16 h.",
        "Counted: 04/05/2024 (Saturday), Thứ Bảy làm bù cho ngày nghỉ hoán đổi.",
        "Outside working hours: counted from opening at 07:00 04/05/2024 (Saturday).",
        "Not counted: 05/05/2024 (Sunday), weekly rest.",
        "The result is due at 17:00 06/05/2024 (Monday)."]


def test_a_last_day_that_is_none_rolls_forward_and_says_so(desk):
    code = received(desk, desk.procedure(limit=2, limit_unit="CALENDAR_DAYS"), "2026-05-01 10:00")
    assert due(desk, code) == "2026-05-04 17:00"
    assert "The last day, 03/05/2026 (Sunday), is no working day: the next one counts." in why(desk, code, "en")


def test_the_applicant_sees_why_and_nobody_else_does(desk, plain):
    owner, stranger = sign_up(desk.suite), sign_up(desk.suite)
    account = call("GET", desk.suite.url("/api/identity/me"), token=owner)["id"]
    code = received(desk, plain, "2026-04-28 09:30", account_id=account)
    shown = call("GET", desk.url("/cases/%s/appointment" % code), token=owner)
    assert shown.status == 200 and len(shown["why"]) == 7
    assert call("GET", desk.url("/cases/%s/appointment" % code), token=stranger).status == 404
    assert call("GET", desk.url("/cases/" + code), token=owner).status == 403


# ---- calendars ----

def test_a_unit_that_works_on_saturdays_has_its_own_dates(desk, plain):
    desk.load_calendar("thu-bay", ["07:00-11:30,13:30-17:00"] * 5 + ["07:30-11:30", ""], ELSEWHERE)
    code = received(desk, plain, "2026-05-21 09:00", unit_code=ELSEWHERE)
    assert says(desk.get("/cases/%s/appointment" % code, at=ELSEWHERE)["due_at_ms"]) == "2026-05-27 17:00"
    assert due(desk, received(desk, plain, "2026-05-21 09:00")) == "2026-05-28 17:00"


def test_the_unit_it_is_forwarded_to_works_its_steps_on_its_own_calendar(desk):
    around_the_clock(desk, OFFICE)
    procedure = desk.procedure(steps=[{"name": "Thẩm định", "role": "officer", "minutes": 90}])
    code = desk.file(procedure, received_by="Một cửa")
    desk.do(code, "FORWARD", unit=OFFICE)
    moved = desk.hears(code, "DossierProgressed", 2)[-1]
    assert moved.step_due_at_ms // 60000 == moved.at_ms // 60000 + 90


def test_a_holiday_that_is_declared_counts_for_what_comes_after(desk, plain):
    before = received(desk, plain, "2026-06-08 09:00")
    desk.load_special_days(("2026-06-10", "holiday", "Ngày nghỉ mới"))
    after = received(desk, plain, "2026-06-08 09:00")
    assert (due(desk, before), due(desk, after)) == ("2026-06-15 17:00", "2026-06-16 17:00")
    assert "Không tính 10/06/2026 (thứ Tư): Ngày nghỉ mới." in why(desk, after, "vi")


@pytest.mark.parametrize("path, row, column", [
    ("/admin/calendars", "code,name,monday,tuesday,wednesday,thursday,friday,saturday,sunday,units\nx,X,9-5,,,,,,,*\n", "monday"),
    ("/admin/special-days", "date,kind,name\n2026-02-30,holiday,Không có\n", "date"),
    ("/admin/special-days", "date,kind,name\n2026-02-03,party,Tiệc\n", "kind")])
def test_a_bad_row_is_named_and_not_taken(desk, path, row, column):
    answer = call("POST", desk.suite.admin_url("verification") + path, raw=row.encode(), token=operator(desk.suite))
    assert [(r["line"], r["column"]) for r in answer["refused"]] == [(2, column)] and answer["changed"] == 0


def test_without_a_limit_in_numbers_the_clerk_names_the_date(desk):
    code = desk.file(desk.procedure(limit_unit="LIMIT_UNSPECIFIED"))
    refused = desk.decide(code, "ACCEPT")
    assert refused.status == 422 and [fault["code"] for fault in refused["errors"]] == ["due_needed"]
    assert desk.do(code, "ACCEPT", due="2031-03-04") == 2
    assert due(desk, code) == "2031-03-04 17:00"


# ---- the clock stops and goes on ----

def waits_for_papers(desk, procedure, accepted, paused):
    """Received and forwarded long ago, its clock stopped since then."""
    code = received(desk, procedure, accepted)
    desk.do(code, "FORWARD")
    desk.do(code, "ASK_SUPPLEMENT", "officer", **ASKED)
    desk.sql("UPDATE case_file SET paused_at = %d WHERE code = '%s'" % (at(paused), code))
    desk.supply(code)
    return code


def working_days_after(desk, n):
    """Closing time of the n-th working day after today, as a dossier received now would be due."""
    return due(desk, desk.file(desk.procedure(limit=n), received_by="Một cửa"))


def test_a_supplement_starts_the_limit_again(desk, plain):
    code = waits_for_papers(desk, plain, "2026-05-04 09:00", "2026-05-06 10:00")
    assert desk.do(code, "ACCEPT_SUPPLEMENT") == 4
    assert due(desk, code) == working_days_after(desk, 5)


def test_a_policy_of_resuming_gives_what_was_left(desk):
    code = waits_for_papers(desk, desk.procedure(pause_policy="RESUME"), "2026-05-04 09:00", "2026-05-08 10:00")
    desk.do(code, "ACCEPT_SUPPLEMENT")
    assert due(desk, code) == working_days_after(desk, 2)
    told = desk.hears(code, "DossierProgressed", 5)[-1]
    assert says(told.due_before_ms) == "2026-05-11 17:00" and says(told.due_at_ms) == due(desk, code)


def test_a_policy_of_shifting_moves_the_appointment_by_what_was_waited(desk):
    around_the_clock(desk, OFFICE)
    code = desk.file(desk.procedure(limit=30, limit_unit="HOURS", pause_policy="SHIFT"), received_by="Một cửa")
    desk.do(code, "FORWARD", unit=OFFICE)
    desk.do(code, "ASK_SUPPLEMENT", "officer", OFFICE, **ASKED)
    desk.sql("UPDATE case_file SET clock_started_at = 1, paused_at = %d, due_at = %d WHERE code = '%s'" % (
        now_ms() - 600000, at("2031-03-03 10:00"), code))
    desk.supply(code)
    desk.do(code, "ACCEPT_SUPPLEMENT")
    assert due(desk, code) in ("2031-03-03 10:10", "2031-03-03 10:11")


def test_paying_at_once_leaves_the_full_limit(desk):
    code = desk.file(desk.procedure(fees=["before"]))
    desk.do(code, "ACCEPT")
    desk.pay(code)
    assert due(desk, code) == working_days_after(desk, 5)


def test_the_applicant_has_the_days_the_procedure_gives(desk, plain):
    code = desk.file(plain)
    desk.do(code, "ASK_SUPPLEMENT", **ASKED)
    assert says(desk.case(code)["answer_by_ms"]) == working_days_after(desk, 10)


# ---- the one new date ----

def test_a_new_date_is_given_once_and_both_are_told(desk, plain):
    code = desk.file(plain, received_by="Một cửa")
    old = due(desk, code)
    assert desk.do(code, "REAPPOINT", "leader", reason="Chờ ý kiến liên ngành", due="2031-03-04") == 2
    told = desk.hears(code, "DossierProgressed", 2)[-1]
    assert (says(told.due_before_ms), says(told.due_at_ms)) == (old, "2031-03-04 17:00")
    again = desk.decide(code, "REAPPOINT", "leader", reason="Lại chờ", due="2031-04-04")
    assert (again.status, again["code"]) == (409, "reappointed_once")
    shown = desk.get("/cases/%s/appointment" % code)
    assert shown["reappointed"] and shown["why"] == []


def test_a_new_date_is_later_than_the_old_one(desk, plain):
    code = received(desk, plain, "2031-03-03 09:00")
    answer = desk.decide(code, "REAPPOINT", "leader", reason="Chờ", due="2031-03-10")
    assert (answer.status, answer["code"]) == (409, "new_due_not_later")


@pytest.mark.parametrize("due, fault", [("2026-05-20", "due_is_past"), ("9999-12-31", "due_too_far")])
@pytest.mark.parametrize("action, role, limits", [("ACCEPT", "clerk", {"limit_unit": "LIMIT_UNSPECIFIED"}),
                                                  ("REAPPOINT", "leader", {})])
def test_no_date_that_has_passed_or_nobody_will_see_is_promised(desk, action, role, limits, due, fault):
    procedure = desk.procedure(**limits)
    code = received(desk, procedure, "2026-05-04 09:00")
    answer = desk.decide(code, action, role, reason="Chờ", due=due)
    assert answer.status == 422 and [(f["field"], f["code"]) for f in answer["errors"]] == [("due", fault)]


def test_who_counts_working_time_beside_verification_is_told_all_of_it_when_it_changes(desk):
    with Bus(desk.suite, "feedback") as bus:
        versions = []
        for day in ("2027-03-08", "2027-03-09"):
            desk.load_special_days((day, "holiday", "Ngày nghỉ được báo"))
            said = None
            while said is None or day not in [d.day for d in said.special_days]:
                envelope, said = bus.listen("motcua.CalendarsChanged", "calendars")
                bus.ack(envelope, bus.sender)
            versions.append(envelope.version)
        assert versions[1] > versions[0] and ["*"] in [list(c.units) for c in said.calendars]
