"""verification's figures: each number of a leader's page is that of the rows behind it, by field, by day, by unit."""
import itertools

import pytest

from bus import identity_pb2
from desk import COUNTER, OFFICE, RESULT, now_ms

HOUR, DAY = 3600000, 86400000
FIGURES = ("received", "ended", "in_time", "late", "running", "overdue", "soon")
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def land(desk):
    return desk.procedure(field_code="DD", field_name="Đất đai")


@pytest.fixture(scope="module")
def civil(desk):
    return desk.procedure(field_code="HT", field_name="Hộ tịch")


@pytest.fixture
def unit(desk):
    code = "000.%02d.08.H07" % next(numbers)
    desk.say("identity", identity_pb2.UnitChanged(code=code, name="Phường đếm", level="DEPARTMENT"), code)
    return code


def figures(desk, unit, role="leader", **query):
    answer = desk.get("/figures?unit=%s%s" % (unit, "".join("&%s=%s" % q for q in query.items())), role, unit)
    assert answer.status == 200, answer
    return answer.json


def rows(desk, unit, figure, **query):
    """The codes of all pages of two."""
    codes, after = [], ""
    while True:
        more = "".join("&%s=%s" % q for q in query.items()) + after
        answer = desk.get("/figures/cases?unit=%s&figure=%s&limit=2%s" % (unit, figure, more), "leader", unit)
        assert answer.status == 200, answer
        codes += [row["code"] for row in answer["cases"]]
        if answer["next"] is None:
            return codes
        after = "&after=" + answer["next"]


def at_work(desk, procedure, unit, due_in=None):
    """A case that is processed; due_in: its deadline, from now."""
    code = desk.file(procedure, unit_code=unit)
    desk.do(code, "ACCEPT", at=unit)
    desk.do(code, "FORWARD", at=unit)
    if due_in is not None:
        desk.sql("UPDATE case_file SET due_at = %d WHERE code = '%s'" % (now_ms() + due_in, code))
    return code


def ended(desk, procedure, unit, due_in=None):
    code = at_work(desk, procedure, unit, due_in)
    desk.do(code, "STEP", "officer", unit)
    desk.do(code, "SIGN_RESULT", "leader", unit, result=RESULT)
    return code


@pytest.fixture
def made(desk, land, civil, unit):
    """Something of every kind at the unit: figure → codes."""
    in_time = [ended(desk, land, unit), ended(desk, land, unit), ended(desk, civil, unit)]
    late = [ended(desk, civil, unit, -HOUR)]
    overdue, soon = [at_work(desk, land, unit, -HOUR)], [at_work(desk, civil, unit, h * HOUR) for h in (1, 2, 23)]
    later, new = [at_work(desk, land, unit, 30 * HOUR)], [desk.file(land, unit_code=unit)]
    waiting = at_work(desk, civil, unit)  # for papers: its clock stands still
    desk.do(waiting, "ASK_SUPPLEMENT", "officer", unit, reason="Thiếu", papers=[{"name": "Bản vẽ"}])
    running = overdue + soon + later
    return {"in_time": in_time, "late": late, "ended": in_time + late, "overdue": overdue, "soon": soon, "running": running,
            "received": in_time + late + running + new + [waiting]}


def test_each_number_is_that_of_its_rows(desk, unit, made):
    total = figures(desk, unit)["total"]
    for figure in FIGURES:
        listed = rows(desk, unit, figure)
        assert (figure, sorted(listed)) == (figure, sorted(made[figure]))
        assert total[figure] == len(listed) == len(set(listed))


def test_fields_add_up_and_have_their_own_rows(desk, unit, made):
    answer = figures(desk, unit)
    by_field = {field["code"]: field["numbers"] for field in answer["fields"]}
    assert set(by_field) == {"DD", "HT"} and {f["name"] for f in answer["fields"]} == {"Đất đai", "Hộ tịch"}
    for figure in FIGURES:
        assert sum(n[figure] for n in by_field.values()) == answer["total"][figure]
        for field, its in by_field.items():
            assert len(rows(desk, unit, figure, field=field)) == its[figure]


def test_days_add_up_and_none_is_left_out(desk, unit, made):
    answer = figures(desk, unit)
    assert len(answer["days"]) == 30 and answer["days"][-1]["day"] == answer["to"]
    for figure in ("received", "ended", "late"):
        assert sum(day[figure] for day in answer["days"]) == answer["total"][figure] > 0


def test_the_period_is_whole_days_of_viet_nam(desk, land, unit):
    midnight = (now_ms() + 7 * HOUR) // DAY * DAY - 7 * HOUR
    before, after = (desk.file(land, unit_code=unit, filed_at_ms=at) for at in (midnight - 1, midnight))
    today = figures(desk, unit)["to"]
    assert rows(desk, unit, "received", **{"from": today, "to": today}) == [after]
    assert rows(desk, unit, "received") == [before, after]
    assert figures(desk, unit, **{"from": today})["total"]["received"] == 1


def test_units_side_by_side_are_those_one_leads(desk, unit, made):
    answer = desk.get("/figures/units", "leader", unit)
    assert [(u["code"], u["numbers"]) for u in answer["units"]] == [(unit, figures(desk, unit)["total"])]
    everywhere = desk.get("/figures/units", "auditor", "*")["units"]
    assert {COUNTER, OFFICE, unit} <= {u["code"] for u in everywhere}
    assert next(u["numbers"] for u in everywhere if u["code"] == unit) == figures(desk, unit)["total"]


def test_a_case_that_is_handed_over_counts_where_it_is_handled(desk, land, unit):
    code = desk.file(land, received_by="Một cửa", unit_code=unit)
    assert rows(desk, unit, "running") == [code]
    desk.do(code, "FORWARD", at=unit, unit=OFFICE)
    assert rows(desk, unit, "running") == [] and code in rows(desk, OFFICE, "running")


@pytest.mark.parametrize("role, at, status", [("leader", COUNTER, 200), ("auditor", "*", 200), ("officer", COUNTER, 403),
                                              ("leader", OFFICE, 403), ("administrator", "*", 403)])
def test_who_leads_or_audits_the_unit_sees_its_numbers(desk, role, at, status):
    for path in ("/figures?unit=" + COUNTER, "/figures/cases?figure=soon&unit=" + COUNTER):
        assert desk.get(path, role, at).status == status


@pytest.mark.parametrize("query, field", [("", "figure"), ("&figure=all", "figure"), ("&figure=soon&from=2026-02-30", "from"),
                                          ("&figure=soon&from=2026-02-02&to=2026-02-01", "from"),
                                          ("&figure=soon&from=2020-01-01", "from"), ("&figure=soon&limit=0", "limit"),
                                          ("&figure=soon&after=x", "after")])
def test_a_question_that_makes_no_sense_is_refused(desk, query, field):
    answer = desk.get("/figures/cases?unit=%s%s" % (COUNTER, query), "leader")
    assert answer.status == 422 and [fault["field"] for fault in answer["errors"]] == [field]
