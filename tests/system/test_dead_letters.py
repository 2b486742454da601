"""dead letters — `motcua dead` shows causes, not symptoms; a dry run says what a replay would write and writes nothing; a replay
goes the way of a first delivery, so however often and by however many it is asked for, it has its effect once. verification
remembers money for a case, which would show if it were remembered twice."""
import contextlib
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from bus import payment_pb2
from desk import COUNTER
from lib import motcua

FEE = 30000


@contextlib.contextmanager
def no_money(desk):
    """The store takes no money for any case."""
    desk.sql("ALTER TABLE case_file ADD CONSTRAINT no_money_now CHECK (paid_dong = 0) NOT VALID")
    try:
        yield
    finally:
        desk.sql("ALTER TABLE case_file DROP CONSTRAINT no_money_now")


def poisoned(desk, procedure, how_many=1):
    """Dossiers whose payment is a dead letter, and the cause is gone: their codes."""
    with no_money(desk):
        codes = [desk.file(procedure) for _ in range(how_many)]
        for code in codes:
            desk.pay(code, amount=FEE)
    return codes


def letter_of(desk, code):
    return desk.sql("SELECT id FROM dead_letter WHERE key = '%s'" % code)


def paid(desk, code):
    return int(desk.sql("SELECT paid_dong FROM case_file WHERE code = '%s'" % code))


AWAY = 2  # those of the services that are not part of the desk are named


def dead(desk, *args, code=0):
    """What `motcua dead …` printed."""
    ran = motcua(desk.suite, "dead", *args)
    assert ran.returncode == code and "Traceback" not in ran.stderr, ran
    return ran.stdout + ran.stderr


def causes(desk):
    """{cause: (cluster, count, samples)} of the payments that wait."""
    lines = dead(desk, code=AWAY).splitlines()
    heads = [(re.match(r"(\w{8})  (\d+) × motcua.PaymentSettled at verification: (.+)$", line), below)
             for line, below in zip(lines, lines[1:])]
    return {head[3]: (head[1], int(head[2]), below.partition("; ")[2].split()) for head, below in heads if head}


@pytest.fixture(autouse=True)
def nothing_waits(desk):
    yield
    desk.sql("DELETE FROM dead_letter")


# ---- causes ----

def test_letters_are_told_by_cause_with_counts_times_and_samples(desk, plain):
    codes = poisoned(desk, plain, 4)
    for i in range(2):  # of dossiers nobody knows
        desk.pay("%s-261123-88%02d" % (COUNTER, i))
    found = causes(desk)
    conflict = [cause for cause in found if "no_money_now" in cause]
    assert set(found) == {"not-found: no case <key>", *conflict} and len(conflict) == 1
    cluster, count, samples = found[conflict[0]]
    assert count == 4 and set(samples) <= {letter_of(desk, code) for code in codes} and len(samples) == 3
    assert "6 thư chết, 2 nguyên nhân" in dead(desk, code=AWAY)
    assert re.search(r"(?m)^cluster +%s$" % cluster, dead(desk, "show", samples[0]))


# ---- dry runs ----

def test_a_dry_run_says_what_it_would_fail_of(desk, plain):
    code = poisoned(desk, plain)[0]
    with no_money(desk):
        told = dead(desk, "replay", letter_of(desk, code), "--dry-run", code=1)
    assert "would fail again: case_paid: " in told and "no_money_now" in told


def test_a_dry_run_says_what_it_would_write_and_writes_nothing(desk, plain):
    code = poisoned(desk, plain)[0]
    told = dead(desk, "replay", letter_of(desk, code), "--dry-run")
    assert told.strip().endswith("would be applied: case_file ~1, inbox +1")
    assert paid(desk, code) == 0 and letter_of(desk, code) in str(causes(desk))


def test_a_dry_run_tells_nobody(desk, plain):
    """Of a dossier that was filed: its case would say so to four listeners."""
    desk.sql("ALTER TABLE case_file ADD CONSTRAINT no_case_now CHECK (code IS NULL) NOT VALID")
    try:
        code = desk.file(plain)
    finally:
        desk.sql("ALTER TABLE case_file DROP CONSTRAINT no_case_now")
    told = dead(desk, "replay", letter_of(desk, code), "--dry-run")
    assert "would be applied: case_file +1, inbox +1, move +1, outbox +4, paper +1" in told
    assert desk.sql("SELECT count(*) FROM case_file WHERE code = '%s'" % code) == "0"
    desk.hears(desk.file(plain), "DossierProgressed")  # what came before it is heard before it
    assert desk.told(code, "DossierProgressed") == []
    dead(desk, "replay", letter_of(desk, code))
    assert desk.hears(code, "DossierProgressed")[0].status == 1


# ---- replays ----

def test_a_cluster_is_replayed_and_the_others_wait_on(desk, plain):
    codes = poisoned(desk, plain, 3)
    desk.pay(COUNTER + "-261123-8899")
    cluster = next(c for cause, (c, _, _) in causes(desk).items() if "no_money_now" in cause)
    assert "3 applied" in dead(desk, "replay", "--cluster", cluster, code=AWAY)
    assert [paid(desk, code) for code in codes] == [FEE] * 3
    assert list(causes(desk)) == ["not-found: no case <key>"]
    assert "there is none" in dead(desk, "replay", "--cluster", cluster, code=AWAY)


def test_what_is_replayed_again_is_said_to_be_applied_before(desk, plain):
    code = poisoned(desk, plain)[0]
    letter = letter_of(desk, code)
    assert dead(desk, "replay", letter) == "%s verification: applied\n" % letter
    for more in ([], ["--dry-run"]):
        assert "had been applied before" in dead(desk, "replay", letter, *more)
    assert paid(desk, code) == FEE


def test_a_letter_whose_event_came_again_by_itself_is_not_applied_twice(desk, plain):
    with no_money(desk):
        code = desk.file(plain)
        event = desk.pay(code, amount=FEE)
    message = payment_pb2.PaymentSettled(code=code, request_no=1, amount_dong=FEE, method="CASH")
    desk.say("payment", message, code, 1, envelope_id=event)
    assert paid(desk, code) == FEE
    assert "had been applied before" in dead(desk, "replay", letter_of(desk, code))
    assert paid(desk, code) == FEE


def test_two_operators_who_replay_at_once_apply_it_once(desk, plain):
    codes = poisoned(desk, plain, 6)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: dead(desk, "replay", "--all", "--rate", "1000", code=AWAY), range(3)))
    assert [paid(desk, code) for code in codes] == [FEE] * 6


def test_all_are_replayed_at_the_rate_that_is_asked_for(desk, plain):
    poisoned(desk, plain, 5)
    assert "5 applied" in dead(desk, "replay", "--all", "--rate", "4", code=AWAY)
    spread = float(desk.sql("SELECT extract(epoch FROM max(replayed_at) - min(replayed_at)) FROM dead_letter"))
    assert 0.9 <= spread < 5


def test_those_that_fail_again_are_named_and_the_others_applied(desk, plain):
    code = poisoned(desk, plain)[0]
    lost = COUNTER + "-261123-8877"
    desk.pay(lost)
    told = dead(desk, "replay", "--all", code=1)
    assert "%s verification: failed again: " % letter_of(desk, lost) in told and "1 applied, 1 fails" in told
    assert paid(desk, code) == FEE


@pytest.mark.parametrize("args, why", [(["replay"], "say which"), (["replay", "x", "--all"], "say which"),
                                       (["replay", "--all", "--rate", "0"], "above 0")])
def test_a_replay_of_nothing_certain_is_refused(desk, args, why):
    assert why in dead(desk, *args, code=1)
