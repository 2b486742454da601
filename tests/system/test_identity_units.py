"""identity — the tree of units on any day: three tiers until June 2025, two from July; imports name what they refuse."""
import os
import statistics
import time

import pytest

from bus import Bus
from lib import ROOT, call, operator

SAMPLE = os.path.join(ROOT, "deploy", "sample")
BEN_TRE, VINH_LONG = "000.00.00.H07", "000.00.00.H61"
HEAD = "code,name,level,parent_code,gso_code,valid_from,valid_to,address,phone\n"


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity", "nginx"])


@pytest.fixture(scope="module")
def tree(suite):
    """The sample province, reorganised in 2025. Returns what the two imports said."""
    return [load(suite, sample(name)) for name in ("units.csv", "units_2025.csv")]


# ---- what the tests say and see ----

def sample(name):
    with open(os.path.join(SAMPLE, name), encoding="utf-8") as f:
        return f.read()


def load(suite, text):
    answer = call("POST", suite.admin_url("identity") + "/admin/units", raw=text.encode(), token=operator(suite),
                  headers={"Content-Type": "text/csv"})
    assert answer.status == 200, answer
    return answer.json


def counts(report):
    return report["changed"], report["unchanged"], len(report["refused"])


def page(suite, **query):
    return call("GET", suite.url("/api/identity/units?" + "&".join("%s=%s" % item for item in query.items())))


def units(suite, **query):
    """All of them, page by page."""
    found, after = [], ""
    while after is not None:
        answer = page(suite, limit=200, after=after, **query)
        assert answer.status == 200, answer
        found, after = found + answer["units"], answer["next"]
    return found


def levels(found):
    return {level: sum(u["level"] == level for u in found) for level in {u["level"] for u in found}}


# ---- the tree ----

def test_before_july_2025_there_are_districts(suite, tree):
    found = units(suite, on="2025-06-30")
    assert levels(found) == {"province": 1, "department": 16, "district": 9, "commune": 157}
    (district,) = [u for u in found if u["name"] == "Huyện Châu Thành"]
    communes = units(suite, on="2025-06-30", parent=district["code"])
    assert len(communes) == 21 and levels(communes).keys() == {"commune"}
    assert (district["valid_from"], district["valid_to"]) == ("2020-01-01", "2025-07-01")


def test_from_july_2025_there_are_two_tiers(suite, tree):
    found = units(suite, on="2025-07-01")
    assert levels(found).keys() == {"province", "department", "commune"} and levels(found)["commune"] == 48
    assert [u["name"] for u in units(suite, on="2025-07-01", level="province")] == ["Tỉnh Vĩnh Long"]
    assert not [u for u in found if u["code"].endswith("H07")] and found == units(suite)
    assert len(units(suite, on="2025-07-01", parent=VINH_LONG, level="commune")) == 48


def test_before_its_first_day_there_is_nothing(suite, tree):
    assert units(suite, on="2019-12-31") == []


def test_pages_follow_each_other_without_gap_or_repetition(suite, tree):
    pages, after = [], ""
    while after is not None:
        answer = page(suite, on="2021-01-01", limit=50, after=after)
        pages.append([u["code"] for u in answer["units"]])
        after = answer["next"]
    codes = [code for p in pages for code in p]
    assert [len(p) for p in pages] == [50, 50, 50, 33] and codes == sorted(set(codes))


def test_a_question_that_makes_no_sense_names_its_field(suite, tree):
    for query, field in (({"on": "2025-02-30"}, "on"), ({"on": "01/07/2025"}, "on"), ({"limit": "0"}, "limit"),
                         ({"limit": "201"}, "limit"), ({"limit": "x"}, "limit")):
        answer = page(suite, **query)
        assert answer.status == 422 and [e["field"] for e in answer["errors"]] == [field]


def test_the_later_of_two_rows_in_force_counts(suite, tree):
    code = "000.00.91.H61"
    load(suite, HEAD + "%s,Tên cũ,district,%s,,2026-01-01,,,\n%s,Tên mới,commune,%s,,2026-02-01,,,\n"
         % (code, BEN_TRE, code, VINH_LONG))
    on = lambda day, **more: [u["name"] for u in units(suite, on=day, **more) if u["code"] == code]
    assert on("2026-01-31") == ["Tên cũ"] and on("2026-02-01") == ["Tên mới"]
    assert on("2026-02-01", parent=BEN_TRE) == [] and on("2026-02-01", parent=VINH_LONG) == ["Tên mới"]


def test_an_answer_waits_for_no_timer(suite, tree):
    took_s = []
    for _ in range(40):
        began = time.monotonic()
        page(suite, limit=1)
        took_s.append(time.monotonic() - began)
    assert statistics.quantiles(took_s, n=4)[0] < 0.01  # the timer's wait would be 25 ms on average


# ---- imports ----

def test_an_import_counts_and_a_second_one_changes_nothing(suite, tree):
    assert [counts(report) for report in tree] == [(183, 0, 0), (243, 0, 0)]
    assert counts(load(suite, sample("units_2025.csv"))) == (0, 243, 0)


def test_a_bad_row_is_named_and_the_others_are_taken(suite, tree):
    report = load(suite, "\ufeff" + HEAD.replace(",", ";") + "000.00.92.H61;Xã Tốt;commune;%s;;2026-01-01;;;\n" % VINH_LONG +
                  "H61-92;;ward;x;;01/01/2026;;;\n000.00.93.H61;\"Xã\nNgược\";commune;;;2026-01-01;2025-01-01;;\n")
    refused = {(row["line"], row["column"]): row["code"] for row in report["refused"]}
    assert refused == {(3, "code"): "unit_code_invalid", (3, "name"): "required", (3, "level"): "level_invalid",
                       (3, "parent_code"): "unit_code_invalid", (3, "valid_from"): "date_invalid",
                       (4, "valid_to"): "dates_reversed"}
    assert all(row["remedy_vi"] and row["remedy_en"] for row in report["refused"]) and report["changed"] == 1
    assert [u["name"] for u in units(suite, parent=VINH_LONG) if u["code"] == "000.00.92.H61"] == ["Xã Tốt"]


def test_a_file_that_is_none_is_refused_whole(suite):
    for text, code in (("", "csv_no_header"), (HEAD + '"000.00.94.H61,Xã', "csv_broken")):
        answer = call("POST", suite.admin_url("identity") + "/admin/units", raw=text.encode(), token=operator(suite))
        assert (answer.status, answer["code"]) == (400, code)
    assert call("POST", suite.admin_url("identity") + "/admin/units", raw=HEAD.encode()).status == 401


def test_a_change_is_told_to_the_services_that_keep_a_copy(suite, tree):
    code = "000.00.95.H61"
    row = "%s,%s,commune,%s,,2026-01-01,,,\n"
    with Bus(suite, "intake", credit=2000) as bus:
        assert bus.connect()
        for version, name in enumerate(("Xã Một", "Xã Hai"), 1):
            load(suite, HEAD + row % (code, name, VINH_LONG))
            envelope, message = bus.listen("motcua.UnitChanged", key=code)
            bus.ack(envelope, to=bus.sender)
            assert (envelope.version, message.name, message.level, message.valid_to_ms) == (version, name, 4, 0)
