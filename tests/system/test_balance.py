"""balance — `motcua balance` on a suite in which dossiers have gone their whole way: it agrees while all is well and while
messages are under way; a row that is taken away, changed or doubled behind the suite's back is named, and where."""
import re

import pytest

from embedded.journey import expect
from embedded.sample import FREE, WITH_FEE
from lib import metric, motcua, wait_for
from sample_office import check, file_two, filing_and_accepting, office, settle, sql, suite  # noqa: F401


@pytest.fixture(scope="module")
def dossiers(suite, office):
    """One that was paid for and one that is only accepted, known everywhere."""
    paid, free = file_two(office)
    free.decide("clerk", "ACCEPT")
    settle(suite)
    return paid.code, free.code


class Planted:
    """A statement on one service's store, behind its back, until the end of the block; what it took away is put back."""

    def __init__(self, suite, service, table, statement):
        self.suite, self.service, self.table, self.statement = suite, service, table, statement

    def __enter__(self):
        sql(self.suite, self.service, "CREATE TABLE aside AS TABLE %s; %s" % (self.table, self.statement))

    def __exit__(self, *_):
        sql(self.suite, self.service, "DELETE FROM {0}; INSERT INTO {0} TABLE aside; DROP TABLE aside".format(self.table))


# ---- all is well ----

def test_a_suite_in_which_nothing_was_lost_balances_and_shows_the_terms(suite, dossiers):
    checked = check(suite)
    assert (checked.code, checked.told["balanced"], checked.broken) == (0, True, {})
    filed, books = checked.equations["filed"]["services"], checked.equations["books"]["services"]["payment"]
    by_state = {term: n["entries"] for term, n in filed["intake"].items()}
    assert sum(by_state.values()) == int(sql(suite, "intake", "SELECT count(*) FROM dossier")) >= 2
    assert {"state_2"} <= by_state.keys() == filed["verification"].keys()
    assert books["taken"]["amount"] == books["receipts"]["amount"] == books["paid"]["amount"] >= 75000


def test_the_table_is_in_both_languages_and_names_every_equation(suite, dossiers):
    ran = motcua(suite, "balance", "--settle", "0.2")
    lines = re.findall(r"(?m)^(\w+) +cân / balanced ", ran.stdout)
    assert ran.returncode == 0 and {"filed", "moves", "books", "told", "synced", "units"} <= set(lines)
    assert "Σ theo trạng thái" in ran.stdout and "Σ by state" in ran.stdout


def test_what_waits_for_a_listener_that_is_away_is_in_flight_and_not_broken(suite, office, dossiers):
    suite.stop("broker")
    try:
        code = office.file(FREE).code
        checked = check(suite)
        assert (checked.code, checked.broken) == (0, {}) and checked.equations["filed"]["in_flight"] == 4, code
    finally:
        suite.start("broker")
    wait_for(lambda: check(suite, "filed").equations["filed"]["in_flight"] == 0, 30, "the broker's return")


def test_nobody_is_accused_while_dossiers_are_filed_and_moved(suite, office, dossiers):
    with filing_and_accepting(office, 2):
        checks = [check(suite) for _ in range(4)]
    assert [(c.code, c.broken) for c in checks] == [(0, {})] * 4
    filed = [sum(n["entries"] for n in c.equations["filed"]["services"]["intake"].values()) for c in checks]
    assert filed == sorted(filed) and filed[0] < filed[-1]
    settle(suite)


def test_a_fee_that_is_not_owed_any_more_is_in_flight_until_its_invoice_is_void(suite, office, dossiers):
    dossier = office.file(WITH_FEE)
    dossier.decide("clerk", "ACCEPT")
    wait_for(lambda: dossier.invoice(), 30, "the invoice")
    dossier.ask_withdrawal("đổi ý")
    wait_for(lambda: dossier.case()["status"] == 7, 30, "the request")
    wait_for(lambda: check(suite).equations["owing"]["in_flight"] == 0, 30, "a balance")
    suite.stop("broker")
    try:
        dossier.decide("clerk", "CONFIRM_WITHDRAWAL")
        checked = check(suite)
        assert (checked.broken, checked.in_flight) == ({}, {"owing", "moves", "states"})
    finally:
        suite.start("broker")
    wait_for(lambda: not check(suite).in_flight, 30, "the broker's return")
    assert check(suite).code == 0


def test_a_service_that_is_away_makes_it_unknown_and_is_named(suite, dossiers):
    suite.stop("notification")
    try:
        checked = check(suite)
    finally:
        suite.start("notification")
    verdicts = {name: e["verdict"] for name, e in checked.equations.items()}
    assert (checked.code, checked.told["balanced"], checked.told["unreachable"]) == (2, None, ["notification"])
    assert "notification does not answer" in checked.stderr
    assert verdicts["told"] == verdicts["filed"] == "unknown" and verdicts["books"] == verdicts["states"] == "balanced"


def test_so_does_a_service_that_has_no_database_at_the_moment(suite, dossiers):
    suite.psql("ALTER DATABASE motcua_notification CONNECTION LIMIT 0")
    suite.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'motcua_notification'")
    try:
        checked = wait_for(lambda: (c := check(suite)).code and c, 10, "the loss to be noticed")
    finally:
        suite.psql("ALTER DATABASE motcua_notification CONNECTION LIMIT -1")
    assert (checked.code, checked.told["balanced"], checked.told["unreachable"]) == (2, None, ["notification"])
    wait_for(lambda: check(suite).code == 0, 30, "the database's return")


def test_an_equation_there_is_not_is_refused(suite):
    ran = motcua(suite, "balance", "everything")
    assert ran.returncode == 1 and "there is no equation everything; there are filed" in ran.stderr


def test_what_is_said_of_a_complaint_and_not_told_is_named(suite, office, dossiers):
    body = {"class": "petition", "category": "late", "title": "Trễ hẹn", "content": "Trễ một tuần.", "unit": office.unit,
            "contact": {"name": "Trần Văn Mẫu", "address": "12 Đường Thử", "phone": "0912345678"}}
    code = expect(office.citizen.ask("POST", "/api/feedback/complaints", body, key=True), 201)["code"]
    answers = lambda: check(suite, "answers").equations["answers"]
    told = wait_for(lambda: (e := answers())["in_flight"] == 0 and e["services"]["notification"], 30, "the telling")
    assert told["told"]["amount"] >= 1
    with Planted(suite, "notification", "message", "DELETE FROM message WHERE code = '%s'" % code):
        checked = check(suite, "answers")
    assert checked.code == 1 and list(checked.broken) == [("answers", "notification", code)]


# ---- what is planted is found ----

LOST = [  # service, table, what is done to dossier {0}, equations that name it there
    ("verification", "case_file", "DELETE FROM case_file WHERE code = '{0}'", {"filed", "moves", "states", "fees", "paid"}),
    ("notification", "dossier", "DELETE FROM dossier WHERE code = '{0}'", {"filed", "moves", "settled"}),
    ("status-sync", "line", "DELETE FROM line WHERE code = '{0}' AND version = 2", {"moves"}),
    ("status-sync", "line", "INSERT INTO line SELECT code, version + 90, status, transition, at, message, pushed_at FROM line"
     " WHERE code = '{0}' AND version = 1", {"moves"}),
    ("intake", "progress", "DELETE FROM progress WHERE code = '{0}' AND version = 1", {"moves"}),
    ("intake", "payment", "DELETE FROM payment WHERE code = '{0}'", {"settled", "paid"}),
    ("intake", "dossier", "UPDATE dossier SET paid_dong = paid_dong + 1 WHERE code = '{0}'", {"paid"}),
    ("payment", "invoice", "DELETE FROM invoice WHERE code = '{0}'", {"fees"}),
    ("payment", "receipt", "DELETE FROM receipt WHERE code = '{0}'", {"books"}),
    ("payment", "attempt", "INSERT INTO attempt (id, code, request_no, no, method, state, amount_dong, created_at)"
     " SELECT gen_random_uuid(), code, request_no, no + 90, method, state, amount_dong, created_at FROM attempt"
     " WHERE code = '{0}'", {"books"}),
    ("verification", "move", "DELETE FROM move WHERE code = '{0}' AND version = 1", {"filed"}),
]


@pytest.mark.parametrize("service, table, statement, named", LOST)
def test_what_is_taken_away_doubled_or_changed_in_one_store_is_named(suite, dossiers, service, table, statement, named):
    with Planted(suite, service, table, statement.format(dossiers[0])):
        checked = check(suite)
        found = {(name, where) for name, where, key in checked.broken if key == dossiers[0]}
        assert checked.code == 1 and {key for _, _, key in checked.broken} == {dossiers[0]}
        assert {name for name, where in found if where == service} >= named
    assert check(suite).code == 0


def test_a_fee_that_is_owed_at_one_of_two_only_is_named(suite, dossiers):
    with Planted(suite, "payment", "invoice", "UPDATE invoice SET status = 'open' WHERE code = '%s'" % dossiers[0]):
        broken = check(suite, "owing").broken
        assert [(key, b["expected"], b["found"]) for key, b in broken.items()] == [(("owing", "verification", dossiers[0]), "1", None)]


def test_of_many_pages_only_what_differs_is_named(suite, dossiers):
    """5000 accounts, of which one is missing here, one there and one has another version: the pages do not end alike."""
    ids = "SELECT md5('many' || i)::uuid AS id FROM generate_series(1, 5000) AS i"
    sql(suite, "identity", "INSERT INTO account (id, kind, name, password_hash) SELECT id, 'citizen', '', '' FROM (%s) i" % ids)
    sql(suite, "notification", "INSERT INTO account SELECT id, '', 'vi', true, 1 FROM (%s) i" % ids)
    try:
        assert check(suite, "accounts").code == 0
        first, middle, late = sql(suite, "identity", "SELECT id FROM account ORDER BY id OFFSET 10 LIMIT 1; SELECT id FROM account"
                                  " ORDER BY id OFFSET 2500 LIMIT 1; SELECT id FROM account ORDER BY id OFFSET 4900 LIMIT 1").split()
        sql(suite, "notification", "DELETE FROM account WHERE id = '%s'; UPDATE account SET version = 2 WHERE id = '%s'" % (first, late))
        sql(suite, "identity", "DELETE FROM account WHERE id = '%s'" % middle)
        found = check(suite, "accounts").broken
        assert {(where, key): (b["expected"], b["found"]) for (_, where, key), b in found.items()} == {
            ("notification", first): ("1", None), ("identity", middle): ("1", None), ("notification", late): ("1", "2")}
    finally:
        for service in ("identity", "notification"):
            sql(suite, service, "DELETE FROM account WHERE id IN (%s)" % ids)


def test_an_event_that_was_lost_on_its_way_is_named_with_the_listener(suite, office, dossiers):
    """Its outbox row is deleted before the listener has heard of it."""
    suite.stop("broker")
    code = office.file(FREE).code
    suite.kill("intake")
    sql(suite, "intake", "DELETE FROM outbox WHERE destination = 'status-sync'")
    suite.start("broker")
    suite.start("intake")
    try:
        checked = wait_for(lambda: (c := check(suite, "filed")).equations["filed"]["in_flight"] == 0 and c, 30, "the others")
        assert checked.code == 1 and list(checked.broken) == [("filed", "status-sync", code)]
    finally:
        for service, tables in (("intake", "dossier paper progress"), ("verification", "case_file move paper"),
                                ("notification", "dossier message attempt untold"), ("feedback", "dossier move")):
            column = {"attempt": "message_id NOT IN (SELECT id FROM message)"}
            for table in tables.split():
                sql(suite, service, "DELETE FROM %s WHERE %s" % (table, column.get(table, "code = '%s'" % code)))
    wait_for(lambda: check(suite).code == 0, 30, "a balance")


def test_a_dead_letter_explains_what_is_broken(suite, office, dossiers):
    code = None
    sql(suite, "status-sync", "ALTER TABLE dossier ADD CONSTRAINT not_now CHECK (code < '0') NOT VALID")
    try:
        code = office.file(FREE).code
        checked = wait_for(lambda: (c := check(suite, "filed")).code == 1 and c, 30, "the dead letter")
        assert re.match(r"dead letter [0-9a-f-]{36}: .*not_now", checked.broken["filed", "status-sync", code]["why"])
    finally:
        sql(suite, "status-sync", "ALTER TABLE dossier DROP CONSTRAINT not_now")
    letter = sql(suite, "status-sync", "SELECT id FROM dead_letter WHERE key = '%s'" % code)
    assert motcua(suite, "dead", "replay", letter).returncode == 0
    wait_for(lambda: check(suite).code == 0, 30, "a balance")


# ---- metrics ----

def walked(suite, service):
    """The service walks its ledgers now."""
    sql(suite, service, "UPDATE job SET run_at = now() WHERE kind = 'walk_ledgers'")
    before = metric(suite, service, "motcua_jobs_done_total", "walk_ledgers")
    wait_for(lambda: metric(suite, service, "motcua_jobs_done_total", "walk_ledgers") > before, 15, "a walk")
    return lambda labels: metric(suite, service, "motcua_balanced", labels)


def test_each_service_shows_its_terms_and_that_it_balances(suite, dossiers):
    balanced = walked(suite, "payment")
    wait_for(lambda: metric(suite, "payment", "motcua_ledger_amount", 'term="receipts"') >= 75000, 10, "the terms")
    assert balanced('equation="books"') == 1
    for service, equation in (("intake", "filed"), ("verification", "filed"), ("notification", "told"), ("status-sync", "synced")):
        balanced = walked(suite, service)
        wait_for(lambda: balanced('equation="%s"' % equation) == 1, 10, equation)


def test_what_breaks_a_services_own_equation_shows_in_its_metrics_and_its_log(suite, dossiers):
    with Planted(suite, "payment", "receipt", "DELETE FROM receipt WHERE code = '%s'" % dossiers[0]):
        balanced = walked(suite, "payment")
        wait_for(lambda: balanced('equation="books"') == 0, 10, "the metric")
        with open(suite.path("log", "payment.log"), encoding="utf-8") as log:
            assert any('"imbalance"' in line and dossiers[0] in line for line in log)
    balanced = walked(suite, "payment")
    wait_for(lambda: balanced('equation="books"') == 1, 10, "the metric")


def test_a_mail_that_no_job_will_send_and_a_line_that_no_job_will_push_are_named(suite, dossiers):
    plants = (("notification", "message", "UPDATE message SET state = 'queued' WHERE code = '%s' AND channel = 'email'", "told"),
              ("status-sync", "dossier", "UPDATE dossier SET owed_since = now() - interval '1 hour' WHERE code = '%s'", None),
              ("status-sync", "line", "UPDATE line SET pushed_at = NULL WHERE code = '%s' AND version = 2", "synced"))
    with Planted(suite, *plants[0][:2], plants[0][2] % dossiers[0]):
        assert list(check(suite, "told").broken) == [("told", "notification", dossiers[0])]
    with Planted(suite, *plants[1][:2], plants[1][2] % dossiers[0]):
        sql(suite, "status-sync", plants[2][2] % dossiers[0])
        assert list(check(suite, "synced").broken) == [("synced", "status-sync", dossiers[0])]
        sql(suite, "status-sync", "UPDATE line SET pushed_at = now() WHERE pushed_at IS NULL")


def test_the_whole_answer_can_be_read_by_prometheus(suite, dossiers):
    told = motcua(suite, "balance", "--metrics", "--settle", "0.2").stdout
    assert 'motcua_balanced{equation="filed",between="all"} 1' in told
    assert all(line.startswith("#") or re.fullmatch(r'motcua_balanced\{equation="\w+",between="all"\} 1', line)
               for line in told.splitlines())
