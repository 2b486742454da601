"""verification's decisions: the way of a case through its states, who may take which step of it, what is refused and in which
words, two people at once, the same command twice, and what the others are told."""
import concurrent.futures
import os

import pytest

from desk import COUNTER, ELSEWHERE, OFFICE, RESULT
from lib import call, wait_for

ASKED = {"reason": "Thiếu bản vẽ", "papers": [{"component": "TP1", "name": "Bản vẽ hoàn công", "reason": "Bản cũ mờ"}]}


def in_progress(desk, procedure, unit=COUNTER):
    code = desk.file(procedure, received_by="Một cửa")
    assert desk.do(code, "FORWARD", unit=unit) == 4
    return code


def finished(desk, procedure):
    code = in_progress(desk, procedure)
    desk.do(code, "STEP", "officer")
    assert desk.do(code, "SIGN_RESULT", "leader", result=RESULT) == 9
    return code


def moves(desk, code):
    return [(move["transition"], move["status"]) for move in desk.case(code)["moves"]]


def problem(answer):
    return answer.status, answer["code"]


# ---- the way through ----

def test_a_case_goes_from_filed_to_handed_over_and_every_move_is_told(desk):
    code = desk.file(desk.procedure(fees=["before"]))
    assert desk.do(code, "ACCEPT") == 6
    desk.pay(code)
    assert desk.status(code) == 2
    assert desk.do(code, "FORWARD") == 4
    assert desk.do(code, "STEP", "officer") == 4
    assert desk.do(code, "ASK_SUPPLEMENT", "officer", **ASKED) == 5
    desk.supply(code)
    assert desk.do(code, "ACCEPT_SUPPLEMENT") == 4
    assert desk.do(code, "SIGN_RESULT", "leader", result=RESULT) == 9
    assert desk.do(code, "HAND_OVER", received_by="Trần Thị Mẫu") == 10
    way = [("SUBMIT", 1), ("ACCEPT", 2), ("ASK_PAYMENT", 6), ("SETTLE_PAYMENT", 2), ("FORWARD", 4), ("STEP", 4),
           ("ASK_SUPPLEMENT", 5), ("SUPPLY", 5), ("ACCEPT_SUPPLEMENT", 4), ("SIGN_RESULT", 9), ("HAND_OVER", 10)]
    assert moves(desk, code) == way
    told = desk.hears(code, "DossierProgressed", len(way))
    assert [m.status for m in told] == [status for _, status in way]
    assert [m.status_before for m in told] == [0] + [status for _, status in way[:-1]]
    versions = sorted(e.version for e, m in desk.heard if e.key == code and e.type == "motcua.DossierProgressed")
    assert versions == list(range(1, len(way) + 1))


def test_the_last_message_shows_the_whole_public_state(desk, plain):
    code = finished(desk, plain)
    desk.do(code, "HAND_OVER", received_by="Trần Thị Mẫu")
    last = desk.hears(code, "DossierProgressed", 5)[-1]
    case = desk.case(code)
    assert (last.result.number, last.result.signer) == ("12/GP", "Cán Bộ Thử") and last.received_by == "Trần Thị Mẫu"
    assert (last.due_at_ms, last.finished_at_ms, last.returned_at_ms) == (
        case["due_at_ms"], case["finished_at_ms"], case["returned_at_ms"])
    assert (last.unit_name, last.procedure_name) == ("Trung tâm", "Cấp giấy phép thử")
    assert last.by.name == "Cán Bộ Thử" and last.step_name == ""


def test_a_refusal_at_the_counter_ends_it_with_its_reason(desk, plain):
    code = desk.file(plain)
    assert desk.do(code, "REFUSE", reason="Không thuộc thẩm quyền") == 3
    told = desk.hears(code, "DossierProgressed", 2)[-1]
    assert (told.status, told.note) == (3, "Không thuộc thẩm quyền")
    assert desk.case(code)["allowed"] == [] and desk.case(code)["finished_at_ms"] > 0


def test_a_confirmed_withdrawal_stops_the_case(desk, plain):
    code = in_progress(desk, plain)
    desk.withdraw(code)
    assert desk.status(code) == 7
    assert desk.do(code, "CONFIRM_WITHDRAWAL") == 8


def test_a_declined_withdrawal_leads_back_to_where_it_was(desk, plain):
    code = desk.file(plain)
    desk.withdraw(code)
    assert desk.do(code, "DECLINE_WITHDRAWAL", reason="Đã hết hạn rút") == 1


def test_a_withdrawal_after_the_result_is_noted_and_moves_nothing(desk, plain):
    code = finished(desk, plain)
    desk.withdraw(code)
    assert desk.status(code) == 9
    assert [note["what"] for note in desk.case(code)["notes"]] == ["withdrawal_too_late"]


def test_an_officer_stops_what_is_not_eligible(desk, plain):
    code = in_progress(desk, plain)
    assert desk.do(code, "STOP", "officer", reason="Không đủ điều kiện") == 8
    assert desk.hears(code, "DossierProgressed", 3)[-1].note == "Không đủ điều kiện"


def test_a_wrong_result_goes_back_to_work(desk, plain):
    code = finished(desk, plain)
    assert desk.do(code, "REOPEN_RESULT", "leader", reason="Sai tên") == 4
    told = desk.hears(code, "DossierProgressed", 5)[-1]
    assert not told.HasField("result") and told.finished_at_ms == 0 and told.step_name == "Ký"


def test_a_result_while_one_waits_needs_no_processing(desk):
    code = desk.file(desk.procedure(is_immediate=True, limit_unit="LIMIT_UNSPECIFIED"), received_by="Một cửa")
    assert desk.do(code, "HAND_OVER", result=RESULT, received_by="Trần Thị Mẫu") == 10


def test_a_dossier_forwarded_to_another_unit_is_worked_there(desk, plain):
    code = in_progress(desk, plain, OFFICE)
    assert desk.decide(code, "STEP", "officer", COUNTER).status == 403
    assert desk.do(code, "STEP", "officer", OFFICE) == 4
    told = desk.hears(code, "DossierProgressed", 3)[-1]
    assert (told.handling_unit_code, told.handling_unit_name, told.unit_name) == (OFFICE, "Sở Nội vụ", "Trung tâm")
    assert desk.do(code, "SIGN_RESULT", "leader", OFFICE, result=RESULT) == 9
    assert desk.do(code, "HAND_OVER", "clerk", COUNTER, received_by="Trần Thị Mẫu") == 10


# ---- supplements ----

def test_the_counter_asks_once_and_a_second_time_is_refused(desk, plain):
    code = desk.file(plain)
    assert desk.do(code, "ASK_SUPPLEMENT", **ASKED) == 5
    told = desk.hears(code, "DossierProgressed", 2)[-1]
    assert [paper.name for paper in told.asked_papers] == ["Bản vẽ hoàn công"] and told.answer_by_ms > told.at_ms
    assert problem(desk.decide(code, "ASK_SUPPLEMENT", **ASKED)) == (409, "not_in_this_state")
    desk.supply(code)
    assert desk.do(code, "ACCEPT_SUPPLEMENT") == 2
    assert "ASK_SUPPLEMENT" not in desk.case(code)["allowed"]
    assert problem(desk.decide(code, "ASK_SUPPLEMENT", **ASKED)) == (409, "not_in_this_state")


def test_only_a_leader_asks_for_papers_again(desk, plain):
    code = desk.file(plain)
    desk.do(code, "ASK_SUPPLEMENT", **ASKED)
    desk.supply(code)
    desk.do(code, "ACCEPT_SUPPLEMENT")
    desk.do(code, "FORWARD")
    assert problem(desk.decide(code, "ASK_SUPPLEMENT", "officer", **ASKED)) == (409, "supplement_again_leader")
    assert desk.do(code, "ASK_SUPPLEMENT", "leader", **ASKED) == 5
    assert desk.hears(code, "DossierProgressed", 6)[-1].supplement_count == 2


def test_papers_that_have_not_come_cannot_be_accepted(desk, plain):
    code = desk.file(plain)
    desk.do(code, "ASK_SUPPLEMENT", **ASKED)
    assert problem(desk.decide(code, "ACCEPT_SUPPLEMENT")) == (409, "papers_not_supplied")


def test_papers_that_came_are_shown_with_their_batch(desk, plain):
    code = desk.file(plain)
    desk.do(code, "ASK_SUPPLEMENT", **ASKED)
    desk.supply(code)
    assert [(p["batch"], p["name"]) for p in desk.case(code)["papers"]] == [(1, "Giấy tờ"), (2, "Giấy tờ bổ sung")]


def test_papers_that_nothing_waits_for_are_kept_and_noted(desk, plain):
    code = desk.file(plain)
    desk.do(code, "ASK_SUPPLEMENT", **ASKED)
    desk.withdraw(code)
    desk.supply(code, version=3)
    case = desk.case(code)
    assert case["status"] == 7 and [note["what"] for note in case["notes"]] == ["papers_too_late"]
    assert [(p["batch"], p["name"]) for p in case["papers"]] == [(1, "Giấy tờ"), (3, "Giấy tờ bổ sung")]


def test_a_term_for_papers_that_runs_out_stops_the_case(desk, plain):
    code = desk.file(plain)
    desk.do(code, "ASK_SUPPLEMENT", **ASKED)
    desk.sql("UPDATE case_file SET answer_by = 1 WHERE code = '%s'" % code)
    desk.sql("UPDATE job SET run_at = now() WHERE key = '%s'" % code)
    wait_for(lambda: desk.status(code) == 8, 30, "the end of the term")
    assert moves(desk, code)[-1] == ("SUPPLEMENT_EXPIRED", 8)


# ---- what is refused ----

def test_what_the_state_does_not_allow_is_refused_in_words(desk, plain):
    code = desk.file(plain)
    answer = desk.decide(code, "SIGN_RESULT", "leader", result=RESULT)
    assert problem(answer) == (409, "not_in_this_state") and "Mới đăng ký" in answer["title"]
    assert desk.case(code)["version"] == 1 and "ACCEPT" in desk.case(code)["allowed"]


def test_a_step_of_another_role_is_refused(desk, plain):
    code = in_progress(desk, plain)
    assert problem(desk.decide(code, "STEP", "clerk")) == (409, "step_not_yours")


def test_a_result_is_signed_after_the_last_step_and_by_a_leader(desk, plain):
    code = in_progress(desk, plain)
    assert problem(desk.decide(code, "SIGN_RESULT", "leader", result=RESULT)) == (409, "steps_left")
    desk.do(code, "STEP", "officer")
    assert desk.decide(code, "SIGN_RESULT", "officer", result=RESULT).status == 403


@pytest.mark.parametrize("action", ["SETTLE_PAYMENT", "PAYMENT_EXPIRED", "ASK_WITHDRAWAL", "SUPPLY", "SUPPLEMENT_EXPIRED"])
def test_nobody_decides_what_the_applicant_or_the_system_does(desk, plain, action):
    code = desk.file(desk.procedure(fees=["before"]))
    if "SUPPL" in action:
        desk.do(code, "ASK_SUPPLEMENT", **ASKED)
    else:
        desk.do(code, "ACCEPT")
    before = desk.case(code).json
    assert desk.decide(code, action).status == 403
    assert desk.case(code).json == before


def test_a_unit_that_has_nothing_to_do_with_the_case_learns_nothing(desk, plain):
    code = in_progress(desk, plain, OFFICE)
    for answer in (desk.get("/cases/" + code, "leader", ELSEWHERE), desk.get("/cases/" + code + "/appointment", "leader", ELSEWHERE),
                   desk.decide(code, "STOP", "leader", ELSEWHERE, reason="Không"),
                   desk.decide(code, "STOP", "leader", ELSEWHERE, reason="Không", version=1),
                   desk.decide(code, "ACCEPT", "leader", ELSEWHERE)):
        assert answer.status == 404 and "changes" not in answer.json, answer


def test_roles_decide_what_is_offered(desk, plain):
    code = in_progress(desk, plain, OFFICE)
    assert desk.case(code, "clerk", COUNTER)["allowed"] == []
    assert desk.case(code, "officer", OFFICE)["allowed"] == ["ASK_SUPPLEMENT", "STEP", "STOP"]
    assert set(desk.case(code, "leader", OFFICE)["allowed"]) == {"ASK_SUPPLEMENT", "STEP", "STOP", "REAPPOINT"}
    assert desk.case(code, "auditor", COUNTER)["allowed"] == []
    assert desk.decide(code, "STOP", "auditor", OFFICE, reason="Không").status == 403


@pytest.mark.parametrize("action, role, field", [("REFUSE", "clerk", "reason"), ("ASK_SUPPLEMENT", "clerk", "papers")])
def test_what_a_decision_needs_is_named(desk, plain, action, role, field):
    answer = desk.decide(desk.file(plain), action, role)
    assert answer.status == 422 and field in [fault["field"] for fault in answer["errors"]]


def test_a_new_date_that_is_missing_is_named_as_the_request_calls_it(desk, plain):
    answer = desk.decide(desk.file(plain, received_by="Một cửa"), "REAPPOINT", "leader", reason="Chờ ý kiến")
    assert answer.status == 422 and [fault["field"] for fault in answer["errors"]] == ["due"]


@pytest.mark.parametrize("brings, field", [({"action": "DANCE"}, "action"), ({"action": "FORWARD", "unit": "999"}, "unit"),
                                           ({"action": "ACCEPT", "color": "red"}, "color"), ({"action": 4}, "action")])
def test_a_request_that_makes_no_sense_names_the_field(desk, plain, brings, field):
    answer = desk.decide(desk.file(plain), **brings)
    assert answer.status == 422 and field in [fault["field"] for fault in answer["errors"]]


# ---- two at once, and the same twice ----

def test_of_two_who_decide_at_once_one_wins_and_the_other_sees_what_changed(desk, plain):
    code = desk.file(plain)
    requests = [("ACCEPT", {}), ("REFUSE", {"reason": "Không thuộc thẩm quyền"})]
    desk.token("clerk")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda r: desk.decide(code, r[0], version=1, **r[1]), requests))
    assert sorted(answer.status for answer in answers) == [200, 412]
    won = 0 if answers[0].status == 200 else 1
    assert [c["transition"] for c in answers[1 - won]["changes"]] == [requests[won][0]]
    assert [name for name, _ in moves(desk, code)] == ["SUBMIT", requests[won][0]]


def test_a_decision_on_an_old_version_is_shown_all_that_happened_since(desk, plain):
    code = in_progress(desk, plain)
    desk.do(code, "STEP", "officer")
    answer = desk.decide(code, "STOP", "officer", reason="Không", version=1)
    assert answer.status == 412
    assert [(c["version"], c["transition"], c["by"]) for c in answer["changes"]] == [
        (2, "FORWARD", "Cán Bộ Thử"), (3, "STEP", "Cán Bộ Thử")]


def test_the_same_command_twice_gets_the_same_answer_and_is_told_once(desk, plain):
    code, key = desk.file(plain), "quyết định " + os.urandom(4).hex()
    first = desk.decide(code, "ACCEPT", version=1, key=key.encode().hex())
    again = desk.decide(code, "ACCEPT", version=1, key=key.encode().hex())
    assert first.status == again.status == 200 and first.json == again.json
    assert desk.decide(code, "REFUSE", version=1, key=key.encode().hex(), reason="Khác").status == 409
    desk.do(code, "FORWARD")
    assert len(desk.hears(code, "DossierProgressed", 3)) == 3


@pytest.mark.parametrize("shown", [None, '""', '"0"', "*", '"eins"'])
def test_a_decision_says_which_version_it_is_about(desk, plain, shown):
    code = desk.file(plain)
    headers = {"If-Match": shown} if shown else {}
    answer = call("POST", desk.url("/cases/%s/decisions" % code), {"action": "ACCEPT"}, key=True, headers=headers,
                  token=desk.token("clerk"))
    assert problem(answer) == (400, "if_match_required") and desk.status(code) == 1
