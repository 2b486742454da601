"""feedback — freezing, whatever else happens: two at once sign what was copied once."""
import threading

import pytest

from feedback_office import make_office
from feedback_quarter import FROM, QUARTER, fill
from lib import hold, wait_for
from programs import beside, settings

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
