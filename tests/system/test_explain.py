"""explain — every statement of every service on tables that have grown: none reads a table that grows from end to end, none sorts
more than a page. ROWS=1000000 makes as many dossiers as the bench; `make bench-growth` does that."""
import os
import sys

import pytest

import explain
from lib import ROOT

sys.path.insert(0, os.path.join(ROOT, "tests", "bench"))
from generate import SERVICES, Filler  # noqa: E402

@pytest.fixture(scope="module")
def grown(new_suite):
    """The schemas as the services made them, without the services, with many rows."""
    suite = new_suite(["postgres", "redis", "broker", *explain.STORES])
    for service in explain.STORES:
        suite.stop(service)
    filler = Filler(suite.sockets)
    filler.grow(int(os.environ.get("ROWS") or 50000), SERVICES + ("identity",))
    return suite


@pytest.mark.parametrize("service", explain.STORES)
def test_no_statement_reads_or_sorts_a_table_that_grows(grown, service):
    assert not explain.objections_of(grown, service)


@pytest.mark.parametrize("service", explain.STORES)
def test_the_fuzzer_gives_a_row_where_there_always_is_one(grown, service):
    assert not explain.misjudged_by_the_fuzzer(grown, service)


def test_the_search_for_duplicates_ends_after_a_page_however_many_dossiers_an_applicant_has(grown):
    """A company may have thousands that run: they are read in the order they are answered in."""
    plan = next(plan for s, plan in explain.explained(grown, "verification")[1] if s["name"] == "duplicates")
    above = {node.get("Index Name"): parent for node, parent in explain.nodes(plan)}
    assert above["case_file_alike"] == "Limit"


def test_a_statement_without_an_index_is_objected_to(grown):
    grown.psql("DROP INDEX dossier_account", database="motcua_intake")
    try:
        assert any(o.startswith("intake dossiers_of: ") for o in explain.objections_of(grown, "intake"))
    finally:
        grown.psql("CREATE INDEX dossier_account ON dossier (account_id, filed_at DESC, code DESC) WHERE account_id IS NOT NULL",
                   database="motcua_intake")
