"""jobs — work that is asked for again while it ends: it runs once more, at once. notification sends the mails of a dossier, one
job each; here they are dossiers without mails, so a run finds nothing to do."""
import pytest

from lib import hold, wait_for


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "notification"])


def sql(suite, text):
    return suite.psql(text, database="motcua_notification")


def job(suite, what, key):
    return sql(suite, "SELECT %s FROM job WHERE kind = 'send' AND key = '%s'" % (what, key))


def waits(suite, table):
    """Somebody waits for a lock of the table, or of a row of it."""
    return sql(suite, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE '%%%s%%'"
               " AND application_name = 'notification'" % table) != "0"


def test_a_job_that_is_asked_for_again_while_it_ends_runs_again_at_once(suite):
    run = hold(suite, "notification", "LOCK TABLE message IN ACCESS EXCLUSIVE MODE")
    sql(suite, "INSERT INTO job (kind, key, run_at) VALUES ('send', 'K1', now())")
    wait_for(lambda: job(suite, "holder", "K1"), what="the run")
    asked = hold(suite, "notification", "UPDATE job SET generation = generation + 1 WHERE key = 'K1'")
    run.let_go()
    wait_for(lambda: waits(suite, "job"), what="its end")
    asked.let_go()
    wait_for(lambda: not job(suite, "key", "K1"), 6, "the second run, and its end")
