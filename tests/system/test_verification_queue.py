"""verification's queue: where a case lies, in which order, page by page while cases come and go; who works it; the totals."""
import itertools
import os
import re

import pytest

from bus import identity_pb2
from desk import COUNTER, ELSEWHERE, OFFICE, RESULT, now_ms
from lib import ROOT, call

HOUR = 3600000
numbers = itertools.count(1)


@pytest.fixture
def unit(desk):
    """A unit of the test's own."""
    code = "000.%02d.09.H07" % next(numbers)
    desk.say("identity", identity_pb2.UnitChanged(code=code, name="Phường thử", level="DEPARTMENT"), code)
    return code


def page(desk, unit, role="clerk", **query):
    query = {"unit": unit, **query}
    answer = desk.get("/queue?" + "&".join("%s=%s" % item for item in query.items()), role, unit)
    assert answer.status == 200, answer
    return [row["code"] for row in answer["cases"]], answer["next"]


def pages(desk, unit, **query):
    """All pages, one after the other."""
    after = {}
    while True:
        codes, following = page(desk, unit, **query, **after)
        yield codes
        if following is None:
            return
        after = {"after": following}


def file_at(desk, plain, unit, hours_ago):
    return desk.file(plain, unit_code=unit, filed_at_ms=now_ms() - int(hours_ago * HOUR))


def mine(desk, unit, role):
    answer = desk.get("/queue?mine=true", role, unit)
    assert answer.status == 200, answer
    return [row["code"] for row in answer["cases"]]


def assign(desk, code, role, unit, **body):
    return call("PUT", desk.url("/cases/%s/assignee" % code), body, key=True, token=desk.token(role, unit))


# ---- order, filter, pages ----

def test_the_most_urgent_comes_first(desk, plain, unit):
    codes = [file_at(desk, plain, unit, hours) for hours in (3, 9, 1, 5)]
    assert page(desk, unit, status=1)[0] == [codes[1], codes[3], codes[0], codes[2]]


def test_a_page_shows_one_state_of_one_unit(desk, plain, unit):
    filed, accepted, other = (file_at(desk, plain, u, 1) for u in (unit, unit, ELSEWHERE))
    desk.do(accepted, "ACCEPT", at=unit)
    assert page(desk, unit, status=1)[0] == [filed] and page(desk, unit, status=2)[0] == [accepted]
    assert page(desk, unit)[0] == [] and other in page(desk, ELSEWHERE, status=1)[0]


def test_a_row_says_what_the_page_needs(desk, unit):
    code = desk.file(desk.procedure(), unit_code=unit, owner={"name": "Lê Thị Hàng"}, filed_at_ms=now_ms() - HOUR)
    desk.do(code, "ASK_SUPPLEMENT", at=unit, reason="Thiếu", papers=[{"name": "Bản vẽ"}])
    row = desk.get("/queue?unit=%s&status=5" % unit, at=unit)["cases"][0]
    assert (row["applicant_name"], row["version"], row["papers_supplied"], row["is_late"]) == ("Lê Thị Hàng", 2, False, False)
    assert row["sort_at_ms"] == row["answer_by_ms"] > now_ms()


def test_pages_neither_skip_nor_repeat_what_stays_while_cases_move(desk, plain, unit):
    codes = [file_at(desk, plain, unit, 30 - n) for n in range(12)]
    seen, moved = [], set()
    for number, codes_of_page in enumerate(pages(desk, unit, status=1, limit=3)):
        seen += codes_of_page
        if number == 0:
            moved = {codes[1], codes[4], codes[10]}  # one that was shown, two that were not
            for code in moved:
                desk.do(code, "ACCEPT", at=unit)
            before, behind = file_at(desk, plain, unit, 40), file_at(desk, plain, unit, 0.5)
    assert len(seen) == len(set(seen))
    assert [code for code in seen if code not in moved] == [c for c in codes if c not in moved] + [behind]
    assert before not in seen


def test_cases_of_the_same_moment_are_all_shown(desk, plain, unit):
    moment = now_ms() - HOUR
    codes = {desk.file(plain, unit_code=unit, filed_at_ms=moment) for _ in range(5)}
    assert [len(codes_of_page) for codes_of_page in pages(desk, unit, status=1, limit=2)] == [2, 2, 1]
    assert set(itertools.chain(*pages(desk, unit, status=1, limit=2))) == codes


@pytest.mark.parametrize("query, status, field", [
    ("", 422, "unit"), ("unit=%s&status=11" % COUNTER, 422, "status"), ("unit=%s&status=x" % COUNTER, 422, "status"),
    ("unit=%s&limit=0" % COUNTER, 422, "limit"), ("unit=%s&limit=201" % COUNTER, 422, "limit")])
def test_a_question_that_makes_no_sense_is_refused(desk, query, status, field):
    answer = desk.get("/queue?" + query)
    assert answer.status == status and [fault["field"] for fault in answer["errors"]] == [field]


@pytest.mark.parametrize("after", ["gestern", "1795510800000", "1795510800000,", "x,000.00.01.H07-261123-0001"])
def test_a_place_that_is_none_does_not_begin_again(desk, after):
    answer = desk.get("/queue?unit=%s&status=1&after=%s" % (COUNTER, after))
    assert answer.status == 422 and [fault["field"] for fault in answer["errors"]] == ["after"]


def test_another_units_queue_is_not_shown(desk):
    assert desk.get("/queue?unit=" + OFFICE).status == 403
    assert desk.get("/queue/counts?unit=" + OFFICE).status == 403
    assert desk.get("/queue?unit=" + OFFICE, "auditor", OFFICE).status == 200


# ---- where a case lies ----

def test_a_case_lies_where_its_next_work_is(desk, plain, unit):
    code = desk.file(plain, received_by="Một cửa", unit_code=unit)
    assert page(desk, unit, status=2)[0] == [code]
    desk.do(code, "FORWARD", at=unit, unit=OFFICE)
    assert page(desk, unit, status=4)[0] == [] and code in page(desk, OFFICE, "officer", status=4)[0]
    desk.do(code, "ASK_SUPPLEMENT", "officer", OFFICE, reason="Thiếu", papers=[{"name": "Bản vẽ"}])
    assert page(desk, unit, status=5)[0] == [code] and code not in page(desk, OFFICE, "officer", status=5)[0]
    desk.supply(code)
    desk.do(code, "ACCEPT_SUPPLEMENT", at=unit)
    desk.do(code, "STEP", "officer", OFFICE)
    desk.do(code, "SIGN_RESULT", "leader", OFFICE, result=RESULT)
    assert page(desk, unit, status=9)[0] == [code] and code not in page(desk, OFFICE, "officer", status=9)[0]


def test_the_queue_is_read_in_order_from_its_index(desk):
    with open(os.path.join(ROOT, "services", "verification", "store_office.c"), encoding="utf-8") as f:
        lies_at = re.search(r'#define LIES_AT "(.*)"', f.read())[1]
    plan = desk.sql("SET enable_seqscan = off; SET enable_sort = off; EXPLAIN SELECT code FROM case_file WHERE %s = 'x' AND"
                    " status = 4 AND (sort_at, code) > (0, '') ORDER BY sort_at, code LIMIT 50" % lies_at)
    assert "case_file_queue" in plan and "Filter" not in plan and "Sort" not in plan


def test_totals_are_those_of_the_pages(desk, plain, unit):
    filed = [file_at(desk, plain, unit, 1) for _ in range(3)]
    desk.do(filed[0], "ACCEPT", at=unit)
    desk.do(filed[1], "REFUSE", at=unit, reason="Không thuộc thẩm quyền")
    desk.file(plain, received_by="Một cửa", unit_code=unit, filed_at_ms=now_ms() - 30 * 24 * HOUR)  # its appointment is over
    forwarded = desk.file(plain, received_by="Một cửa", unit_code=unit)
    desk.do(forwarded, "FORWARD", at=unit, unit=OFFICE)
    tabs = {tab["status"]: (tab["count"], tab["late"]) for tab in desk.get("/queue/counts?unit=" + unit, at=unit)["tabs"]}
    assert tabs == {1: (1, 0), 2: (2, 1)}
    at_office = {tab["status"]: tab["count"] for tab in desk.get("/queue/counts?unit=" + OFFICE, "officer", OFFICE)["tabs"]}
    assert at_office[4] == len(page(desk, OFFICE, "officer", status=4, limit=200)[0])


def test_an_administrator_reads_no_case(desk, plain, unit):
    code = file_at(desk, plain, unit, 1)
    for path, status in (("/queue?unit=" + unit, 403), ("/cases/" + code, 403), ("/cases/%s/appointment" % code, 404)):
        assert desk.get(path, "administrator", "*").status == status
        assert desk.get(path, "auditor", "*").status == 200


# ---- who works it ----

def test_a_case_one_takes_is_ones_own_until_it_moves_on(desk, plain, unit):
    code = file_at(desk, plain, unit, 1)
    assert assign(desk, code, "clerk", unit).status == 200
    assert mine(desk, unit, "clerk") == [code] and desk.case(code, at=unit)["assignee_name"] == "Cán Bộ Thử"
    assert desk.version(code) == 1
    desk.do(code, "ACCEPT", at=unit)
    desk.do(code, "FORWARD", at=unit)
    assert mine(desk, unit, "clerk") == []


def test_a_case_is_given_to_a_colleague(desk, plain, unit):
    code = file_at(desk, plain, unit, 1)
    me = call("GET", desk.suite.url("/api/identity/me"), token=desk.token("officer", unit)).json
    assert assign(desk, code, "clerk", unit, id=me["id"], name=me["name"]).status == 200
    assert mine(desk, unit, "officer") == [code] and mine(desk, unit, "clerk") == []


def test_the_next_step_may_name_who_does_it(desk, plain, unit):
    code = desk.file(plain, received_by="Một cửa", unit_code=unit)
    me = call("GET", desk.suite.url("/api/identity/me"), token=desk.token("officer", unit)).json
    desk.do(code, "FORWARD", at=unit, assignee={"id": me["id"], "name": me["name"]})
    assert mine(desk, unit, "officer") == [code]


def test_nobody_is_assigned_under_anothers_name(desk, plain, unit):
    code = file_at(desk, plain, unit, 1)
    for body, field in (({"id": "b"}, "name"), ({"name": "Người Khác"}, "id")):
        answer = assign(desk, code, "clerk", unit, **body)
        assert answer.status == 422 and [fault["field"] for fault in answer["errors"]] == [field]
    assert desk.case(code, at=unit)["assignee_id"] == ""


def test_a_case_that_has_ended_is_nobodys_any_more(desk, plain, unit):
    code = file_at(desk, plain, unit, 1)
    desk.do(code, "REFUSE", at=unit, reason="Không thuộc thẩm quyền")
    refused = assign(desk, code, "clerk", unit)
    assert (refused.status, refused["code"]) == (409, "case_finished")
    assert desk.case(code, at=unit)["assignee_id"] == ""


def test_only_workers_of_the_unit_that_handles_it_assign_it(desk, plain, unit):
    code = desk.file(plain, received_by="Một cửa", unit_code=unit)
    desk.do(code, "FORWARD", at=unit, unit=OFFICE)
    assert assign(desk, code, "clerk", unit).status == 403
    assert assign(desk, code, "clerk", ELSEWHERE).status == 404
    assert assign(desk, code, "auditor", OFFICE).status == 403
    assert assign(desk, code, "officer", OFFICE).status == 200
