"""feedback — freezing, whatever else happens: two at once sign what was copied once, no period is left out after a stop, and pages are
written with the points that were in force at the freeze."""
import datetime
import threading

import pytest

from embedded.layout import ROOT
from feedback_office import make_office
from feedback_quarter import FROM, NOW, QUARTER, fill, run_job
from lib import hold, wait_for
from programs import beside, settings

DAYS_BEFORE = 300  # the first dossier of all was filed so long before the quarter
PATIENT = {"db_statement_ms": "60000", "request_ms": "60000"}
DOSSIER = "unit_code, handling_unit_code, procedure_code, procedure_version, channel, owner_kind, is_national, papers, papers_digital," \
          " version, status, accepted_at, due_at, ended_at"


@pytest.fixture(scope="module")
def office(new_suite):
    office = make_office(new_suite, **PATIENT)
    fill(office)
    return office


@pytest.fixture(scope="module")
def leader(office):
    return office.staff(("leader", "*"))


def plant(office, code, filed_at):
    """One dossier more, like another of H07.101 that ended in the quarter."""
    office.sql("INSERT INTO dossier (code, filed_at, %s) SELECT '%s', %s, %s FROM dossier WHERE unit_code = 'H07.101' AND code LIKE '%%-D%%'"
               " ORDER BY ended_at LIMIT 1" % (DOSSIER, code, filed_at, DOSSIER))


def in_background(work):
    """A thread that does it; .value afterwards."""
    thread = threading.Thread(target=lambda: setattr(thread, "value", work()))
    thread.start()
    return thread


def signing(office):
    return int(office.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT INTO frozen_period%'"))


def test_two_who_freeze_at_once_count_the_same(office, leader, tmp_path):
    """What is heard between the one's counting and signing is not copied by the other."""
    path = "/api/feedback/freezes/%d" % QUARTER
    with beside("feedback", tmp_path, settings(office.suite, "feedback", **PATIENT)) as other:
        held = hold(office.suite, "feedback", "LOCK TABLE frozen_period IN EXCLUSIVE MODE")
        try:
            first = in_background(lambda: office.ask("POST", "/freezes/%d" % QUARTER, token=leader, key=True, timeout=60))
            wait_for(lambda: signing(office) == 1, 60, "the first to sign")
            plant(office, "H07.101-late", FROM)
            second = in_background(lambda: other.ask("POST", path, token=leader, key=True, timeout=60))
            wait_for(lambda: signing(office) == 2, 60, "the second to sign")
        finally:
            held.let_go()
        first.join(), second.join()
    office.sql("DELETE FROM dossier WHERE code = 'H07.101-late'")
    assert sorted([first.value.status, second.value.status]) == [201, 409]
    assert office.ask("GET", "/freezes/%d/recount" % QUARTER, token=leader).json["same"] is True


def test_a_period_before_the_first_dossier_is_not_frozen(office, leader):
    """For ever: what is imported later would never be counted."""
    refused = office.ask("POST", "/freezes/20191", token=leader, key=True)
    assert (refused.status, refused.json["code"]) == (409, "period_empty")
    assert office.sql("SELECT count(*) FROM frozen_copy WHERE period = 20191") == "0"


def test_pages_are_written_with_the_points_that_were_in_force_at_the_freeze(office, leader, tmp_path):
    """The service broke off before it had written them, and came back with other points."""
    page = "SELECT body FROM publication WHERE period = %d AND name = 'index'" % QUARTER
    before = wait_for(lambda: office.sql(page), 60, "the pages of the freeze")
    with open(ROOT + "/deploy/sample/index_766.csv", encoding="utf-8") as f:
        points = f.read()
    (tmp_path / "points.csv").write_text(points.replace("2.1,14,", "2.1,6,").replace("2.2,6,", "2.2,14,"), encoding="utf-8")
    office.suite.stop("feedback")
    try:
        office.sql("DELETE FROM publication WHERE period = %d" % QUARTER)
        with beside("feedback", tmp_path, settings(office.suite, "feedback", index_weights=str(tmp_path / "points.csv"))) as other:
            run_job(office, "freeze")
            wait_for(lambda: office.sql(page), 60, "the pages")
            recount = other.ask("GET", "/api/feedback/freezes/%d/recount" % QUARTER, token=leader)
    finally:
        office.suite.start("feedback")
    assert '"index_766"' in before and office.sql(page) == before
    assert recount.json["same"] is True


def ripe_since(first):
    """Every period since then whose time has come, by its end; days: freeze_days of a month, rating_days of others."""
    found, now = [], datetime.datetime(*NOW[:6])
    year, month = first
    while datetime.datetime(year, month, 1) < now:
        end = datetime.datetime(year + month // 12, month % 12 + 1, 1)
        ended = [(year * 100 + month, 3)] + [(year * 10 + month // 3, 15)] * (month % 3 == 0) + [(year, 15)] * (month == 12)
        found += [period for period, days in ended if end + datetime.timedelta(days=days) <= now]
        year, month = end.year, end.month
    return found


def test_after_a_stop_every_period_follows_the_oldest_first(office):
    plant(office, "H07.101-first", FROM + " - interval '%d days'" % DAYS_BEFORE)
    first = office.sql("SELECT to_char(filed_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY MM') FROM dossier WHERE code = 'H07.101-first'")
    expected = ripe_since([int(n) for n in first.split()])
    office.sql("DELETE FROM frozen_period WHERE period <> %d" % QUARTER)
    run_job(office, "freeze")
    frozen = lambda: [int(p) for p in office.sql("SELECT period FROM frozen_period ORDER BY frozen_at").split()]
    wait_for(lambda: sorted(frozen()) == sorted(expected), 120, "every period")
    late = frozen()
    late.remove(QUARTER)
    expected.remove(QUARTER)
    assert late == expected and len(late) > 12
    done = office.sql("SELECT count(*) FROM publication WHERE name = 'done'")
    assert int(done) == len([p for p in expected if p < 100000]) + 1
