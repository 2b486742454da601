"""The judges, on evidence that is made up: each finds what breaks its invariant, and nothing where nothing is broken."""
import collections
import os
import sys
from types import SimpleNamespace

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ground  # noqa: E402,F401  (puts the suite's modules on the path)
import judges  # noqa: E402
from faults import StoreTrouble  # noqa: E402
from journal import Exchange, exchanges_of  # noqa: E402

judges.load_all()
import invariants_events  # noqa: E402
import invariants_filing  # noqa: E402
import invariants_outside  # noqa: E402
import invariants_store  # noqa: E402


def broken(judge, evidence):
    return list(judge(evidence)[1])


def exchange(asked, at, status, later="-", key="1", code=""):
    return Exchange("load-0000", key, asked, at, status, later, code)


# ---- the load's journal ----

def test_a_journal_tells_each_try_with_its_times():
    lines = ["? 7 1000", "- 7 1500", "? 7 1700", "= 7 1800 503 1 busy", "? 7 2000", "= 7 2100 201 - H21-1", "? 8 2000"]
    assert [x[1:] for x in exchanges_of("load-0000", map(str.split, lines))] == [
        ("7", 1.0, 1.5, 0, "-", ""), ("7", 1.7, 1.8, 503, "1", "busy"), ("7", 2.0, 2.1, 201, "-", "H21-1"), ("8", 2.0, 2.0, 0, "-", "")]


# ---- I3 ----

def filed(key, **changes):
    facts = {"asked_keys": {"1", "2"}, "refused_keys": set(), "codes_by_key": {"1": {"A"}}, "filed": {"A"}}
    return SimpleNamespace(**{**facts, "dossiers": {"A": ("A", 1, 1, "1"), "B": ("B", 1, 1, key)}, **changes})


def test_an_untold_dossier_must_have_the_key_of_an_unanswered_request():
    judge = invariants_filing.untold_dossiers_were_asked_for
    assert broken(judge, filed("2")) == []
    assert broken(judge, filed("3")) and broken(judge, filed("1"))
    assert broken(judge, filed("2", refused_keys={"2"}))


# ---- I8 ----

def mailed(taken, begun, cuts):
    run = SimpleNamespace(may_cut_a_mail=lambda at: any(since < at < until for since, until in cuts))
    return SimpleNamespace(mails={"A": collections.Counter({"<m>": len(taken)})}, texts={"<m>": {"text"}}, taken={"<m>": taken},
                           walked={}, unfinished=set(), mails_refused=0, run=run, unfinished_sends=lambda: begun)


@pytest.mark.parametrize("taken, begun, cuts, is_well", [
    ([(5, True)], {}, [], True),
    ([(5, True), (9, True)], {"<m>": 1}, [(4, 6)], True),    # its sender died, and knew that it had begun
    ([(5, False), (9, True)], {"<m>": 1}, [], True),         # the mail server cut the line
    ([(5, True), (9, True)], {}, [(4, 6)], False),           # nothing was being sent at that death
    ([(5, True), (9, True)], {"<m>": 1}, [(7, 8)], False),   # nothing had happened then
    ([(5, True), (9, True), (9.5, True)], {"<m>": 1}, [(4, 10)], False)])
def test_a_mail_comes_again_only_where_its_own_send_was_cut_off(taken, begun, cuts, is_well):
    assert (broken(invariants_outside.told_once, mailed(taken, begun, cuts)) == []) == is_well


# ---- I12, I14 ----

def asked(*answers, is_gone=True, people=(), back_s=()):
    trouble = StoreTrouble("postgres-gone", 10.0, 20.0, is_gone, ready_at=20.5)
    run = SimpleNamespace(store_troubles=[trouble], injected=[], back_s=list(back_s))
    return SimpleNamespace(answers=list(people), load=list(answers), run=run)


@pytest.mark.parametrize("answer, is_well", [
    (exchange(12, 12.2, 503, "1"), True), (exchange(12, 12.2, 503), False), (exchange(12, 13.5, 503, "1"), False),
    (exchange(12, 12.2, 201), False), (exchange(12, 14.5, 0), False), (exchange(9, 12.5, 0), False), (exchange(19.9, 23, 201), True),
    (exchange(5, 9.9, 201), True), (exchange(12, 12.1, 500), False)])
def test_without_a_store_people_hear_soon_when_to_come_again_and_nothing_else(answer, is_well):
    assert (broken(invariants_store.no_lies, asked(answer)) == []) == is_well


def test_a_full_store_may_take_what_it_has_room_for():
    assert broken(invariants_store.no_lies, asked(exchange(12, 12.2, 201), is_gone=False)) == []
    assert broken(invariants_store.no_lies, asked(exchange(12, 14.2, 201), is_gone=False))


@pytest.mark.parametrize("first, is_well", [(21.2, True), (21.8, False)])
def test_filing_goes_on_within_a_second_of_the_store(first, is_well):
    evidence = asked(exchange(20.3, 20.4, 503, "1"), exchange(20.7, first, 201))
    assert (broken(invariants_store.ready_again, evidence) == []) == is_well


def test_killed_services_answer_again_within_half_a_second():
    assert broken(invariants_store.ready_again, asked(back_s=[0.2, 0.3, 2.0])) == []
    assert broken(invariants_store.ready_again, asked(back_s=[0.2, 0.6, 0.7]))


# ---- ratings ----

@pytest.mark.parametrize("tokens, begun, answered, faults", [
    ([5, 4, 1, 3], 5, 4, 0), ([5, 4, 4, 0], 4, 3, 0),
    ([3, 4, 1, 3], 5, 4, 1),   # a token nobody signed
    ([5, 4, 1, 2], 5, 4, 1),   # an answer was lost on its way into the figures
    ([5, 4, 2, 3], 5, 4, 1),   # or counted twice
    ([5, 3, 0, 3], 5, 4, 1),   # one that was answered is not there
    ([7, 6, 6, 0], 5, 4, 1),   # more than were given
])
def test_a_rating_that_is_lost_doubled_or_made_up_is_found(tokens, begun, answered, faults):
    evidence = SimpleNamespace(tokens=tokens, ratings={"rating": begun, "rated": answered})
    assert len(broken(invariants_events.rated_once, evidence)) == faults


# ---- complaints ----

@pytest.mark.parametrize("kept, mails, faults", [
    ([("A", "PA-1", "7")], 2, 0),
    ([("A", "PA-1", "7"), ("B", "PA-2", "9")], 2, 0),  # B was sent, its answer never read
    ([], 2, 1),                                        # taken, and lost
    ([("A", "PA-1", "8")], 2, 1),                      # with another limit than was said
    ([("A", "PA-1", "7"), ("A", "PA-3", "7")], 2, 1),  # kept twice
    ([("A", "PA-1", "7"), ("C", "PA-3", "7")], 2, 1),  # nobody sent it
    ([("A", "PA-1", "7")], 3, 1),                      # told twice
    ([("A", "PA-1", "7")], 1, 1),                      # the answer was not told
])
def test_a_complaint_that_is_lost_doubled_made_up_or_told_wrongly_is_found(kept, mails, faults):
    evidence = SimpleNamespace(complaints=kept, complaining={"A", "B"}, complained={"A": {"code": "PA-1", "due_ms": 7}}, heard={"PA-1"},
                               complaint_mails=collections.defaultdict(set, {"PA-1": set(range(mails))}), mails_refused=0)
    assert len(broken(invariants_events.complained_once, evidence)) == faults
