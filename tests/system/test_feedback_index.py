"""feedback — the published index: what is counted equals a recount in SQL, small numbers stay unsaid, a frozen period comes to the
same bytes for ever, and behind a number stand its dossiers."""
import csv
import io
import json

import jsonschema
import pytest

from ed25519 import is_signed, unbase64
from feedback_office import make_office
from feedback_quarter import FROM, QUARTER, fill, run_job

SHARES = ("content", "low", "high", "response_rate")


@pytest.fixture(scope="module")
def office(new_suite):
    """Three units, three fields; of H07.102 only four answers in the field F2, typed in from paper."""
    office = make_office(new_suite)
    fill(office)
    office.sql("DELETE FROM rating WHERE id IN (SELECT id FROM rating WHERE unit_code = 'H07.102' AND field_code = 'F2' ORDER BY id"
               " OFFSET 4)")
    # three answers that were too few to be opened when the quarter closed: they stay sealed, and hold up nothing
    office.sql("WITH c AS (INSERT INTO rating_cell (unit_code, field_code, quarter, public_key, secret_key) VALUES ('H07.100', 'F0', %d, '', '')"
               " RETURNING id) INSERT INTO rating_sealed (cell, sealed) SELECT id, '' FROM c, generate_series(1, 3)" % QUARTER)
    run_job(office, "freeze")
    return office


def published(office, path=""):
    answer = office.ask("GET", "/published/%d%s" % (QUARTER, path))
    assert answer.status == 200, answer.body
    return answer.json


def row_of(rows, key, code):
    return next(r for r in rows if r[key] == code)


def share(part, whole):
    return (int(part) * 20000 + int(whole)) // (int(whole) * 2)


def test_the_published_figures_equal_a_recount(office):
    index = published(office)
    for unit in [None] + [row["unit"] for row in index["units"]]:
        row = index["province"] if unit is None else row_of(index["units"], "unit", unit)
        of = "unit_code = '%s'" % unit if unit else "true"
        n, content = office.sql("SELECT count(*), count(*) FILTER (WHERE is_clear + is_simple + is_helpful + is_in_time >= 16)"
                                " FROM rating WHERE quarter = %d AND %s" % (QUARTER, of)).split("|")
        ended, in_time = office.sql("SELECT count(*), count(*) FILTER (WHERE ended_at <= due_at AND supplements < 2) FROM dossier"
                                    " WHERE ended_at >= %s AND %s" % (FROM, of)).split("|")
        assert (row["satisfaction"]["answers"], row["satisfaction"]["content"]) == (int(n), share(content, n))
        assert (row["dossiers"]["ended"], row["dossiers"]["in_time"]) == (int(ended), share(in_time, ended))
        assert row["satisfaction"]["low"] < row["satisfaction"]["content"] < row["satisfaction"]["high"]


def said(page, rows):
    return {(r["unit"], r["field"]): r["satisfaction"]["answers"] for r in page[rows] if "satisfaction" in r}


def test_a_number_below_ten_is_nowhere_and_cannot_be_subtracted(office):
    assert office.sql("SELECT count(*) FROM rating WHERE unit_code = 'H07.102' AND field_code = 'F2'") == "4"
    unit, field = published(office, "/units/H07.102"), published(office, "/fields/F2")
    for page, rows in ((unit, "fields"), (field, "units")):
        cells = said(page, rows)
        rest = page["total"]["satisfaction"]["answers"] - sum(cells.values()) if "satisfaction" in page["total"] else 10
        assert ("H07.102", "F2") not in cells and rest >= 10 and min(cells.values(), default=10) >= 10
    assert "satisfaction" in row_of(published(office, "/units/H07.101")["fields"], "field", "F1")


def test_the_sum_of_an_index_is_that_of_the_shares_that_are_said(office):
    """So that nothing which counts fewer than ten comes out by subtraction."""
    index = published(office)
    rows = [index["province"], *index["units"], *index["fields"], *published(office, "/units/H07.101")["fields"]]
    shown = [row["index_766"] for row in rows if "index_766" in row]
    for x in shown:
        assert x["points"] == sum(part["points"] for part in x.values() if isinstance(part, dict))
    assert len(shown) >= 7 and "3.1" in shown[0]


def test_the_open_data_are_what_their_schema_says(office):
    schema = office.ask("GET", "/published-schema").json
    text = office.ask("GET", "/published/%d/figures.csv" % QUARTER).body.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {(r["unit"], r["field"]) for r in rows} >= {("*", "*"), ("H07.100", "*"), ("*", "F1"), ("H07.102", "F2")}
    for row in rows:
        types = schema["properties"]
        assert not row.get(None)
        jsonschema.validate({k: None if v == "" else v if "string" in types[k]["type"] else json.loads(v) for k, v in row.items()}, schema)
    small = next(r for r in rows if (r["unit"], r["field"]) == ("H07.102", "F2"))
    assert small["answers"] == small["content_percent"] == small["response_percent"] == ""


def test_a_page_that_is_known_is_not_sent_again(office):
    first = office.ask("GET", "/published/%d" % QUARTER)
    again = office.ask("GET", "/published/%d" % QUARTER, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert office.ask("GET", "/published/20182").status == 404
    assert office.ask("GET", "/published/no").status == 404


def test_the_list_of_what_is_published_brings_the_newest_page(office):
    published = office.ask("GET", "/published").json
    assert published["periods"] == sorted(published["periods"], reverse=True)
    assert published["newest"] == office.ask("GET", "/published/%d" % published["periods"][0]).json


def test_a_frozen_period_is_signed_and_comes_to_the_same_bytes_whatever_happens_since(office):
    leader = office.staff(("leader", "*"))
    freeze = office.ask("GET", "/freezes/%d" % QUARTER, token=leader)
    with open(office.suite.run + "/keys/public/indexes.keys", encoding="utf-8") as f:
        key_id, key = f.read().split()
    assert freeze.headers["Motcua-Key"] == key_id
    assert is_signed(unbase64(key), freeze.body, unbase64(freeze.headers["Motcua-Signature"]))
    office.sql("UPDATE dossier SET ended_at = ended_at + interval '30 days' WHERE unit_code = 'H07.100'")
    office.sql("UPDATE procedure SET field_code = 'F1', has_fee = true WHERE code = 'P0'")
    assert office.ask("GET", "/freezes/%d/recount" % QUARTER, token=leader).json["same"] is True
    office.sql("UPDATE frozen_dossier SET ended_at = ended_at + interval '30 days' WHERE unit_code = 'H07.100'")
    assert office.ask("GET", "/freezes/%d/recount" % QUARTER, token=leader).json["same"] is False
    office.sql("UPDATE frozen_dossier SET ended_at = ended_at - interval '30 days' WHERE unit_code = 'H07.100'")
    office.sql("UPDATE dossier SET ended_at = ended_at - interval '30 days' WHERE unit_code = 'H07.100'")


def test_freezing_again_adds_nothing_to_what_was_signed(office):
    """A dossier of the period that is heard of late."""
    leader, late = office.staff(("leader", "*")), "H07.101-late"
    columns = "unit_code, handling_unit_code, procedure_code, procedure_version, channel, owner_kind, is_national, papers, papers_digital," \
              " filed_at, version, status, accepted_at, due_at, ended_at"
    office.sql("INSERT INTO dossier (code, %s) SELECT '%s', %s FROM dossier WHERE unit_code = 'H07.101' ORDER BY ended_at LIMIT 1"
               % (columns, late, columns))
    again = office.ask("POST", "/freezes/%d" % QUARTER, token=leader, key=True)
    office.sql("DELETE FROM dossier WHERE code = '%s'" % late)
    assert (again.status, again.json["code"]) == (409, "period_frozen")
    assert office.ask("GET", "/freezes/%d/recount" % QUARTER, token=leader).json["same"] is True


def test_behind_each_number_stand_its_dossiers(office):
    leader = office.staff(("leader", "H07.101"))
    figures = office.ask("GET", "/figures?unit=H07.101&period=%d" % QUARTER, token=leader).json
    for count in ("received", "received_online", "ended", "in_time", "electronic"):
        seen, after = [], ""
        while after is not None:
            page = office.ask("GET", "/figures/rows?unit=H07.101&period=%d&count=%s&limit=80&after=%s" % (QUARTER, count, after),
                              token=leader).json
            seen, after = seen + page["dossiers"], page["next"]
        codes = [row["code"] for row in seen]
        assert codes == sorted(set(codes)) and sum(row["adds"] for row in seen) == figures["counts"][count]


def test_who_may_see_what(office):
    other, clerk = office.staff(("leader", "H07.100")), office.staff(("clerk", "H07.101"))
    for token, status in ((None, 401), (other, 403), (clerk, 403)):
        assert office.ask("GET", "/figures?unit=H07.101&period=%d" % QUARTER, token=token).status == status
        assert office.ask("GET", "/alerts?unit=H07.101", token=token).status == status
    assert office.ask("GET", "/freezes/%d" % QUARTER, token=other).status == 403
    assert office.ask("GET", "/figures?unit=H07.101&period=2026Q3x", token=office.staff(("auditor", "*"))).status == 422


def test_what_the_office_declares_counts_until_the_period_is_frozen(office):
    leader, now = office.staff(("leader", "H07.101")), office.sql("SELECT extract(year FROM now())::int")
    body = {"part": 9, "whole": 10}
    assert office.ask("PUT", "/declared/%s/H07.101/1.1" % now, body, token=leader, key=True).status == 200
    figures = office.ask("GET", "/figures?unit=H07.101&period=%s" % now, token=leader).json
    assert figures["index_766"]["1.1"] == {"share": 9000, "points": 405}
    [kept] = office.ask("GET", "/declared/%s/H07.101" % now, token=leader)["declared"]
    assert (kept["name"], kept["part"], kept["whole"]) == ("1.1", 9, 10) and kept["by_name"]
    assert office.ask("GET", "/declared/%s/H07.100" % now, token=leader).status == 403
    frozen = office.ask("PUT", "/declared/%d/H07.101/1.1" % QUARTER, body, token=leader, key=True)
    assert (frozen.status, frozen.json["code"]) == (409, "period_frozen")
    wrong = office.ask("PUT", "/declared/%s/H07.101/2.1" % now, {"part": 11, "whole": 10}, token=leader, key=True)
    assert {e["code"] for e in wrong.json["errors"]} == {"part_not_declared", "part_above_whole"}


def test_a_period_that_runs_is_neither_frozen_nor_published(office):
    leader = office.staff(("leader", "*"))
    running = int(office.sql("SELECT quarter_of(now())"))
    assert office.ask("POST", "/freezes/%d" % running, token=leader, key=True).json["code"] == "period_not_ended"
    assert running not in office.ask("GET", "/published").json["periods"]


def test_nothing_is_declared_of_a_period_while_it_is_being_frozen(office):
    """Its facts are copied before they are counted and signed; what came between would be in every recount and not in what was signed."""
    leader = office.staff(("leader", "*"))
    put = lambda: office.ask("PUT", "/declared/201902/H07.101/1.1", {"part": 9, "whole": 10}, token=leader, key=True).status
    assert put() == 200
    office.sql("INSERT INTO frozen_unit VALUES (201902, 'H07.101', 'Xã', '')")
    assert put() == 409
