"""verification's slips: what the counter hands over to people whose dossier it does not take in is kept, numbered in the book of its
form, and prints the same again; and how long procedures take in fact, as everybody may know."""
import time

from desk import COUNTER, OFFICE
from lib import call
from papers import flat

PERSON = {"name": "Trần Thị Mẫu", "id_number": "083185000017", "phone": "0912345678", "address": "Phường An Hội"}
YEAR = time.strftime("%Y", time.gmtime(time.time() + 7 * 3600))
DAY_MS = 86400000


def issue(desk, procedure, key=True, role="clerk", at=COUNTER, **changes):
    body = {"unit": at, "form": "02", "procedure": procedure, "procedure_version": 1, "applicant": PERSON, "reason": "Thiếu giấy tờ",
            "papers": [{"component": "TP1", "name": "Đơn đề nghị"}, {"name": "Ảnh 3x4", "reason": "Chụp trong 6 tháng"}], **changes}
    return call("POST", desk.url("/slips"), body, key=key, token=desk.token(role, at))


def listed(desk, at=COUNTER):
    return desk.get("/slips?unit=" + at, at=at)["slips"]


def paper(desk, slip, **more):
    return desk.get(slip["url"].removeprefix("/api/verification"), **more)


def test_what_is_missing_is_kept_and_prints_the_same_again(desk, plain):
    answer = issue(desk, plain)
    assert answer.status == 201, answer
    slip = listed(desk)[0]
    assert slip["id"] == answer["id"] and slip["applicant_name"] == "Trần Thị Mẫu" and slip["procedure_name"] == "Cấp giấy phép thử"
    first = flat(paper(desk, answer))
    for words in ("Số: " + slip["number"], "Hồ sơ của: Trần Thị Mẫu", "1 Đơn đề nghị 2 Ảnh 3x4 Chụp trong 6 tháng", "Lý do: Thiếu giấy tờ",
                  "Mã thủ tục: " + plain, "TRUNG TÂM", "Cán Bộ Thử"):
        assert words in first, (words, first)
    issue(desk, plain)
    assert flat(paper(desk, slip)) == first


def test_a_refusal_at_the_counter_is_kept_with_its_reason(desk, plain):
    said = flat(paper(desk, issue(desk, plain, form="03", reason="Thuộc thẩm quyền của phường", papers=[])))
    assert "thông báo không tiếp nhận hồ sơ này" in said and "Thuộc thẩm quyền của phường" in said


def test_slips_and_forms_of_dossiers_are_numbered_in_one_book_without_gaps(desk, plain):
    issue(desk, plain, at=OFFICE)
    code = desk.file(plain, unit_code=OFFICE)
    desk.do(code, "ASK_SUPPLEMENT", at=OFFICE, reason="Thiếu", papers=[{"name": "Bản vẽ"}])
    issue(desk, plain, at=OFFICE)
    form = next(f for f in desk.get("/cases/%s/forms" % code, at=OFFICE)["forms"] if f["form"] == "02")
    assert form["number"] == "2/%s/BSHS" % YEAR
    assert [s["number"] for s in listed(desk, OFFICE)] == ["3/%s/BSHS" % YEAR, "1/%s/BSHS" % YEAR]


def test_a_slip_sent_twice_is_one(desk, plain):
    before = len(listed(desk))
    first, again = issue(desk, plain, key="once-only"), issue(desk, plain, key="once-only")
    assert first.json == again.json and len(listed(desk)) == before + 1


def test_what_a_slip_lacks_is_named(desk, plain):
    lacks = lambda **changes: [e["field"] for e in issue(desk, plain, **changes)["errors"]]
    assert lacks(papers=[]) == ["papers"]
    assert lacks(form="03", reason=None) == ["reason"]
    assert lacks(applicant={"phone": "0912345678"}) == ["applicant.name"]
    assert [e["field"] for e in issue(desk, "9.999999")["errors"]] == ["procedure"]


def test_only_a_clerk_of_the_unit_hands_over_and_only_its_staff_read(desk, plain):
    slip = issue(desk, plain).json
    assert issue(desk, plain, role="officer").status == 403 and issue(desk, plain, unit=OFFICE).status == 403
    assert paper(desk, slip, role="officer").status == 200 and paper(desk, slip, at=OFFICE).status == 404
    assert desk.get("/slips?unit=" + COUNTER, at=OFFICE).status == 403


# ---- the form a decision would issue ----

def form_preview(desk, code, action, **brings):
    return call("POST", desk.url("/cases/%s/decisions/preview.pdf" % code), {"action": action, **brings},
                headers={"If-Match": '"%d"' % desk.version(code)}, token=desk.token("clerk"))


def without_number(paper_words, number):
    return paper_words.replace("Số: " + number, "BẢN XEM TRƯỚC")


def test_the_form_that_is_looked_at_is_the_one_that_is_issued(desk, plain):
    brings = {"reason": "Bản vẽ bị mờ", "papers": [{"name": "Bản vẽ", "reason": "Scan lại"}]}
    code = desk.file(plain)
    seen = flat(form_preview(desk, code, "ASK_SUPPLEMENT", **brings))
    assert desk.version(code) == 1
    desk.do(code, "ASK_SUPPLEMENT", **brings)
    form = next(f for f in desk.get("/cases/%s/forms" % code)["forms"] if f["form"] == "02")
    assert without_number(flat(paper(desk, form)), form["number"]) == seen


def test_a_decision_that_issues_no_form_shows_none(desk, plain):
    code = desk.file(plain)
    desk.do(code, "ACCEPT")
    assert form_preview(desk, code, "FORWARD").status == 404


# ---- how long it takes in fact ----

def times(desk, procedure):
    return call("GET", desk.url("/procedures/%s/times" % procedure)).json


def finish(desk, procedure, days):
    """A dossier of the procedure that took so many days."""
    code = desk.file(procedure)
    desk.do(code, "ACCEPT")
    now = int(time.time() * 1000)
    desk.sql("UPDATE case_file SET status = 9, accepted_at = %d, finished_at = %d WHERE code = '%s'" % (now - days * DAY_MS, now, code))


def test_everybody_may_know_how_long_a_procedure_takes_in_fact(desk):
    known = desk.procedure()
    for days in range(1, 11):
        finish(desk, known, days)
    assert times(desk, known) == {"procedure": known, "days": 365, "count": 10, "half_within_days": 5, "most_within_days": 9}


def test_of_fewer_than_ten_nothing_is_said(desk):
    rare = desk.procedure()
    for _ in range(9):
        finish(desk, rare, 1)
    said = times(desk, rare)
    assert (said["count"], said["half_within_days"], said["most_within_days"]) == (None, None, None)
