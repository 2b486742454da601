"""feedback — a scripted attacker: with the token endpoint, with others' tokens and with the whole database he cannot rate twice,
rate another's dossier, or tell who said what."""
import concurrent.futures
import os
import re
import subprocess

import pytest

from blind import BYTES, Token, b64, unb64
from bus import Bus
from feedback_office import OTHER_UNIT, UNIT, office  # noqa: F401
from lib import wait_for
from test_feedback_rating import ask_token, code_of, opened, rate, rating, token_of

TEN = 10


@pytest.fixture(scope="module")
def mailbox(office):
    """Whoever reads the mail of applicants: the secret of a dossier's link."""
    with Bus(office.suite, "notification") as bus:
        assert bus.connect()
        def secret(code):
            envelope, message = bus.listen("motcua.RatingOpened", key=code, seconds=30)
            bus.ack(envelope, bus.sender)
            return message.secret

        yield secret


def rater(office, mailbox, **changes):
    """(code, who) of somebody whose dossier has ended."""
    units = {"unit_code": changes["unit_code"]} if "unit_code" in changes else {}
    code = office.submit(**changes)
    office.live(code, [("SIGN_RESULT", 9)], **units)
    return code, {"headers": {"Rating-Secret": mailbox(code)}}


def refused_field(answer):
    return answer.status, [e["field"] for e in answer["errors"]]


# ---- twice ----

def test_a_token_is_counted_once(office, mailbox):
    code, who = rater(office, mailbox)
    token = token_of(office, code, **who)
    assert rate(office, token).status == 201
    for changes in ({}, {"is_clear": 1}, {"words": "lần nữa"}):
        assert code_of(rate(office, token, **changes)) == (409, "rated_already")


def test_a_token_shown_at_many_doors_at_once_is_counted_once(office, mailbox):
    code, who = rater(office, mailbox)
    token = token_of(office, code, **who)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = sorted(a.status for a in pool.map(lambda _: rate(office, token), range(8)))
    assert answers == [201] + [409] * 7


def test_a_dossier_gets_one_token_for_ever(office, mailbox):
    code, who = rater(office, mailbox)
    cell = opened(office, code, **who).json
    first, second = Token(cell), Token(cell)
    signed = ask_token(office, code, first.blinded, **who)
    assert ask_token(office, code, first.blinded, **who).json == signed.json  # the answer was lost
    assert code_of(ask_token(office, code, second.blinded, **who)) == (409, "rating_token_taken")
    assert rate(office, first.unblind(signed["signature"])).status == 201
    assert code_of(ask_token(office, code, second.blinded, **who)) == (409, "rating_token_taken")


def test_of_tokens_asked_for_at_once_one_is_signed(office, mailbox):
    code, who = rater(office, mailbox)
    cell = opened(office, code, **who).json
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = [a.status for a in pool.map(lambda token: ask_token(office, code, token.blinded, **who), [Token(cell) for _ in range(8)])]
    assert answers.count(200) == 1 and set(answers) <= {200, 409, 503}


def test_a_dossier_that_is_reopened_and_ends_again_gets_no_second_token(office, mailbox):
    code, who = rater(office, mailbox)
    assert rate(office, token_of(office, code, **who)).status == 201
    office.move(code, 2, "REOPEN_RESULT", 4)
    office.move(code, 3, "SIGN_RESULT", 9)
    cell = opened(office, code, **who).json
    assert code_of(ask_token(office, code, Token(cell).blinded, **who)) == (409, "rating_token_taken")


# ---- without a right to it ----

def test_nobody_rates_anothers_dossier(office, mailbox):
    code, who = rater(office, mailbox)
    other, others = rater(office, mailbox)
    blinded, (citizen, _) = Token(opened(office, code, **who).json).blinded, office.citizen()
    clerk = office.staff(("clerk", UNIT))
    for attempt in ({"token": citizen}, {"token": clerk}, others, {"headers": {"Rating-Secret": "guessed"}}):
        assert rating(office, code, **attempt).status == 404 and ask_token(office, code, blinded, **attempt).status == 404
    assert ask_token(office, code, blinded).status == 401
    assert rate(office, token_of(office, code, **who)).status == 201  # the owner still can


def test_what_was_not_signed_is_not_counted(office, mailbox):
    code, who = rater(office, mailbox)
    cell = opened(office, code, **who).json
    token = Token(cell)
    signed = ask_token(office, code, token.blinded, **who)["signature"]
    good = token.unblind(signed)
    n, s = token.n, int.from_bytes(unb64(good["signature"]), "big")
    forged = lambda number: {**good, "nonce": b64(os.urandom(32)), "signature": b64((number % n).to_bytes(BYTES, "big"))}
    for bad in ({**good, "nonce": b64(os.urandom(32))}, {**good, "signature": signed}, forged(s * s), forged(s + 1), forged(1), forged(0)):
        assert refused_field(rate(office, bad)) == (422, ["signature"]), bad
    assert rate(office, good).status == 201


def test_a_token_rates_its_own_cell_only(office, mailbox):
    code, who = rater(office, mailbox)
    far, whose = rater(office, mailbox, unit_code=OTHER_UNIT)
    token, cell = token_of(office, code, **who), opened(office, far, **whose)["id"]
    assert refused_field(rate(office, {**token, "cell": cell})) == (422, ["signature"])
    assert rate(office, token).status == 201


# ---- from the database alone ----

def dump(office):
    return subprocess.run(["pg_dump", "-h", office.suite.sockets, "-U", "postgres", "motcua_feedback"], capture_output=True, text=True,
                          check=True).stdout


def rate_as_many(office, mailbox, count, field):
    """Codes of dossiers of a field of their own, in the order in which they were rated; the n-th one's words are "word n"."""
    office.publish("1.9" + field, field_code=field, field_name="Lĩnh vực " + field)
    codes = []
    for n in range(count):
        code, who = rater(office, mailbox, procedure_code="1.9" + field)
        assert rate(office, token_of(office, code, **who), is_clear=1 + n % 5, words="word %d of %s" % (n, field)).status == 201
        codes.append(code)
    return codes


def said(office, field):
    rows = office.sql("SELECT words FROM rating WHERE field_code = '%s' ORDER BY ctid" % field)
    return [int(row.split()[1]) for row in rows.splitlines()]


def test_fewer_than_ten_answers_of_a_cell_can_be_read_by_nobody(office, mailbox):
    codes = rate_as_many(office, mailbox, TEN - 1, "NINE")
    assert said(office, "NINE") == [] and " of NINE" not in dump(office)
    code, who = rater(office, mailbox, procedure_code="1.9NINE")
    assert rate(office, token_of(office, code, **who), words="word 9 of NINE").status == 201
    assert wait_for(lambda: sorted(said(office, "NINE")), 20, "the tenth") == list(range(TEN))
    assert office.sql("SELECT count(*) FROM rating_sealed s JOIN rating_cell c ON c.id = s.cell WHERE field_code = 'NINE'") == "0"
    assert len(codes) == TEN - 1


def test_the_order_of_rows_and_transactions_does_not_say_who_said_what(office, mailbox):
    rate_as_many(office, mailbox, 3 * TEN, "MANY")
    order = wait_for(lambda: len(said(office, "MANY")) == 3 * TEN and said(office, "MANY"), 20, "all")
    grants = office.sql("SELECT g.xmin::text::bigint FROM rating_grant g JOIN rating_cell c ON c.id = g.cell WHERE field_code = 'MANY' ORDER BY 1")
    together = office.sql("SELECT min(n) FROM (SELECT count(*) AS n FROM rating WHERE field_code = 'MANY' GROUP BY xmin::text) x")
    assert len(set(grants.split())) == 3 * TEN and int(together) >= TEN  # he sees who came when, and that ten were written at once
    guessed = sum(n == place for place, n in enumerate(order))
    assert guessed < 3 * TEN / 2  # by chance it is three; half of them happens once in millions
    by_id = office.sql("SELECT words FROM rating WHERE field_code = 'MANY' ORDER BY id")
    assert sum(int(row.split()[1]) == place for place, row in enumerate(by_id.splitlines())) < 3 * TEN / 2


def test_nothing_in_the_database_stands_beside_both_a_dossier_and_an_answer(office, mailbox):
    code, who = rater(office, mailbox)
    cell = opened(office, code, **who).json
    token = Token(cell)
    shown = token.unblind(ask_token(office, code, token.blinded, **who)["signature"])
    assert rate(office, shown, words="điều chỉ tôi nói").status == 201
    whole = dump(office)
    for secret in (token.nonce, unb64(shown["signature"]), unb64(token.blinded)):
        assert secret.hex() not in whole and b64(secret) not in whole
    assert "điều chỉ tôi nói" not in whole and who["headers"]["Rating-Secret"] not in whole
    columns = office.sql("SELECT table_name || ' ' || column_name || ' ' || data_type FROM information_schema.columns"
                         " WHERE table_name LIKE 'rating%' AND data_type LIKE 'timestamp%'")
    assert columns == "rating_link expires_at timestamp with time zone"
    commands = re.search(r"(?s)\nCOPY public\.command .*?\n\\\.", whole)[0]
    assert code not in commands and "rated" not in commands


def test_the_only_one_at_the_counters_tablet_is_not_told_from_the_others(office, mailbox):
    """The clerk's link stands beside the dossier for some minutes."""
    rate_as_many(office, mailbox, TEN - 1, "TAB")
    code, who = rater(office, mailbox, procedure_code="1.9TAB")
    wait_for(lambda: rating(office, code, **who)["state"] == "open", 20, "the key")
    made = office.ask("POST", "/dossiers/%s/rating-link" % code, token=office.staff(("clerk", UNIT)))
    token = token_of(office, code, headers={"Rating-Secret": made["secret"]})
    assert rate(office, token, origin="tablet", words="word 9 of TAB").status == 201
    wait_for(lambda: len(said(office, "TAB")) == TEN, 20, "the tenth")
    assert office.sql("SELECT DISTINCT origin FROM rating WHERE field_code = 'TAB'") == "web"


def test_a_sealed_answer_is_as_long_as_any_other(office, mailbox):
    office.publish("1.9LONG", field_code="LONG", field_name="Dài ngắn")
    for words in ("", "dài " * 200):
        code, who = rater(office, mailbox, procedure_code="1.9LONG")
        assert rate(office, token_of(office, code, **who), words=words).status == 201
    lengths = office.sql("SELECT length(sealed) FROM rating_sealed s JOIN rating_cell c ON c.id = s.cell WHERE c.field_code = 'LONG'")
    assert len(lengths.split()) == 2 and len(set(lengths.split())) == 1


def test_the_mailed_links_of_a_quarter_end_at_one_time(office, mailbox):
    """When a link was made would say which dossier ended then."""
    rater(office, mailbox), rater(office, mailbox)
    assert office.sql("SELECT count(DISTINCT expires_at) FROM rating_link WHERE made_by = ''") == "1"
