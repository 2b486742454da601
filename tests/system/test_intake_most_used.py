"""intake — what is applied for most these days, as the portal's first page shows it."""
import pytest

from intake import DISTRICT, import_catalogue, load_units, procedure, sql
from lib import call, file_dossier, sign_up

ONCE, TWICE, LONG_AGO = "1.900001", "1.900002", "1.900003"


@pytest.fixture(scope="module")
def suite(new_suite):
    suite = new_suite(["postgres", "redis", "broker", "identity", "intake", "nginx"])
    load_units(suite)
    import_catalogue(suite, [procedure(code) for code in (ONCE, TWICE, LONG_AGO)])
    return suite


def test_the_most_used_comes_first_and_what_is_a_week_old_does_not_count(suite):
    citizen = sign_up(suite)
    for code in (ONCE, TWICE, TWICE, LONG_AGO, LONG_AGO, LONG_AGO):
        file_dossier(suite, citizen, code, DISTRICT)
    sql(suite, "UPDATE dossier SET filed_at = now() - interval '8 days' WHERE procedure_code = '%s'" % LONG_AGO)
    answer = call("GET", suite.url("/api/intake/procedures/most-used"))
    assert (answer["days"], [p["code"] for p in answer["procedures"]]) == (7, [TWICE, ONCE])
