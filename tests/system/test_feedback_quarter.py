"""feedback — when a quarter closes: nobody rates it any more, what is too little to stand alone is counted for the unit or the
province, and the tokens still balance; what was lost or doubled is named."""
import pytest

from feedback_office import OTHER_UNIT, UNIT, office  # noqa: F401
from lib import call, operator, wait_for
from test_feedback_attacker import mailbox, rater  # noqa: F401
from test_feedback_rating import ANSWERS, ask_token, code_of, opened, rate, token_of
from blind import Token

CLOSED = 20261


def many(office, mailbox, count, field, unit=UNIT):
    office.publish("1.8" + field, field_code=field, field_name=field)
    for _ in range(count):
        code, who = rater(office, mailbox, procedure_code="1.8" + field, unit_code=unit)
        assert rate(office, token_of(office, code, **who)).status == 201


def close(office, *fields):
    """As if it had been a quarter of long ago."""
    office.sql("UPDATE rating_cell SET quarter = %d WHERE field_code IN (%s)" % (CLOSED, ", ".join("'%s'" % f for f in fields)))
    office.sql("UPDATE job SET run_at = now() WHERE kind = 'pool'")


def counted(office):
    rows = office.sql("SELECT unit_code, field_code, count(*) FROM rating WHERE quarter = %d GROUP BY 1, 2 ORDER BY 1" % CLOSED)
    return [tuple(row.split("|")) for row in rows.splitlines()]


def ledger(office):
    """{term: (amount, wrong)} over all units."""
    found = call("GET", office.suite.admin_url("feedback") + "/admin/ledgers/rated?after=&until=", token=operator(office.suite))
    return {t["term"]: (int(t["amount"]), int(t["wrong"])) for t in found["terms"]}


def test_what_is_too_little_is_counted_for_the_unit_then_for_the_province(office, mailbox):
    many(office, mailbox, 6, "A")
    many(office, mailbox, 5, "B")
    many(office, mailbox, 3, "C", OTHER_UNIT)
    close(office, "A", "B", "C")
    wait_for(lambda: counted(office) == [(UNIT, "", "11")], 30, "the unit's")
    assert ledger(office) == {"issued": (14, 0), "open": (0, 0), "waiting": (3, 0), "counted": (11, 0)}
    many(office, mailbox, 7, "D", "000.00.03.H07")
    close(office, "D")
    wait_for(lambda: counted(office) == [("", "", "10"), (UNIT, "", "11")], 30, "the province's")
    assert office.sql("SELECT count(*) FROM rating_sealed") == "0"
    assert ledger(office) == {"issued": (21, 0), "open": (0, 0), "waiting": (0, 0), "counted": (21, 0)}


def test_a_closed_quarter_signs_no_token_and_takes_no_answer(office, mailbox):
    (early, who), (late, whose) = rater(office, mailbox), rater(office, mailbox)
    token, cell = token_of(office, early, **who), opened(office, late, **whose).json
    office.sql("UPDATE rating_cell SET quarter = %d WHERE id = %d" % (CLOSED, cell["id"]))
    office.sql("UPDATE dossier SET ended_at = '2026-02-03' WHERE code = '%s'" % late)
    try:
        assert code_of(rate(office, token)) == (409, "rating_closed")
        assert code_of(ask_token(office, late, Token(cell).blinded, **whose)) == (409, "rating_closed")
    finally:
        office.sql("UPDATE rating_cell SET quarter = %d WHERE id = %d" % (cell["quarter"], cell["id"]))
    assert rate(office, token, **ANSWERS).status == 201


@pytest.mark.parametrize("harm, undo, term", [
    ("DELETE FROM rating_sealed WHERE cell = {0}", None, "counted"),
    ("INSERT INTO rating (unit_code, field_code, quarter, is_clear, is_simple, is_helpful, is_in_time, words, origin) SELECT unit_code,"
     " field_code, quarter, 5, 5, 5, 5, '', 'web' FROM rating_cell WHERE id = {0}", "DELETE FROM rating WHERE field_code = 'E'", "counted"),
    ("INSERT INTO rating_spent SELECT sha256(n::text::bytea), {0} FROM generate_series(1, 3) n",
     "DELETE FROM rating_spent WHERE nonce_hash IN (SELECT sha256(n::text::bytea) FROM generate_series(1, 3) n)", "open"),
], ids=["lost", "doubled", "made up"])
def test_a_rating_that_was_lost_doubled_or_made_up_is_named(office, mailbox, harm, undo, term):
    many(office, mailbox, 1, "E")
    cell = office.sql("SELECT id FROM rating_cell WHERE field_code = 'E'")
    office.sql("CREATE TABLE aside AS TABLE rating_sealed; " + harm.format(cell))
    try:
        assert ledger(office)[term][1] == 1
    finally:
        office.sql((undo or "INSERT INTO rating_sealed SELECT a.* FROM aside a LEFT JOIN rating_sealed s USING (id) WHERE s.id IS NULL")
                   + "; DROP TABLE aside")
    assert ledger(office)[term][1] == 0


def test_a_unit_is_counted_for_itself_however_many_answers_wait_before_it(office, mailbox):
    """They are read page by page: what the end of a page cuts is not too little."""
    first, last, copies = "000.00.00.H07", "000.00.04.H07", 4994
    many(office, mailbox, 1, "G", first)
    many(office, mailbox, 6, "H", last), many(office, mailbox, 6, "I", last)
    office.sql("INSERT INTO rating_sealed (cell, sealed) SELECT s.cell, s.sealed FROM rating_sealed s JOIN rating_cell c ON c.id = s.cell,"
               " generate_series(1, %d) WHERE field_code = 'G'" % copies)
    close(office, "G", "H", "I")
    try:
        wait_for(lambda: (first, "", str(copies + 1)) in counted(office), 60, "the many")
        wait_for(lambda: (last, "", "12") in counted(office), 30, "the last unit's own")
    finally:
        office.sql("DELETE FROM rating WHERE id IN (SELECT id FROM rating WHERE unit_code = '%s' OFFSET 1)" % first)
        office.sql("UPDATE rating_cell SET pooled = least(pooled, 1) WHERE field_code = 'G'")
