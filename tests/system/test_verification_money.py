"""verification and money: what it asks payment for and when, what a payment moves, what comes twice, late or between two other
things, and what has to be given back."""
import concurrent.futures
import contextlib
import subprocess

import pytest

from bus import common_pb2, intake_pb2, payment_pb2
from desk import COUNTER, RESULT, now_ms
from lib import call, metric, wait_for


@pytest.fixture(scope="module")
def with_fee(desk):
    return desk.procedure(fees=["before"])


def asked(desk, procedure):
    """An accepted case that waits for its payment."""
    code = desk.file(procedure)
    assert desk.do(code, "ACCEPT") == 6
    return code


def refunds(desk, code, how_many=1):
    return [(m.request_no, m.reason) for m in desk.hears(code, "RefundDue", how_many)]


def names(desk, code):
    return [move["transition"] for move in desk.case(code)["moves"]]


@contextlib.contextmanager
def held(desk, code):
    """Nobody can write the case: whoever wants to waits, with everything behind him."""
    psql = ["psql", "-h", desk.suite.sockets, "-U", "postgres", "-d", "motcua_verification", "-qAt"]
    with subprocess.Popen(psql, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        child.stdin.write("BEGIN; SELECT 1 FROM case_file WHERE code = '%s' FOR UPDATE;\n" % code)
        child.stdin.flush()
        assert child.stdout.readline().strip() == "1"
        yield
        child.stdin.write("COMMIT;\n")
        child.stdin.close()


def loads(desk):
    return metric(desk.suite, "verification", "motcua_db_seconds_count", 'statement="case"')


def somebody_waits(desk):
    return desk.sql("SELECT count(*) FROM pg_stat_activity"
                    " WHERE usename = 'motcua_verification' AND wait_event_type = 'Lock'") != "0"


# ---- asking and paying ----

def test_a_fee_before_is_asked_for_on_acceptance_once_and_line_by_line(desk, with_fee):
    code = asked(desk, with_fee)
    fee = desk.hears(code, "FeeDue")[0]
    assert (fee.request_no, [(line.code, line.amount_dong) for line in fee.lines]) == (1, [("P1", 30000)])
    case = desk.case(code)
    assert fee.pay_by_ms == case["answer_by_ms"] > now_ms() and (fee.payer_name, fee.unit_name) == ("Trần Thị Mẫu", "Trung tâm")
    told = desk.hears(code, "DossierProgressed", 3)
    assert [(m.status, m.fee_dong) for m in told] == [(1, 0), (2, 0), (6, 30000)]
    assert told[1].by.name and not told[2].HasField("by")


def test_what_is_free_online_is_not_asked_for(desk):
    free = common_pb2.FeeLine(kind="PHI", code="P1", name="Phí", amount_dong=30000, when="BEFORE", has_online_amount=True)
    code = desk.file(desk.procedure(lines=[free]))
    assert desk.do(code, "ACCEPT") == 2


def test_a_fee_of_the_result_is_the_second_request_and_comes_before_the_signature(desk):
    code = asked(desk, desk.procedure(fees=["before", "after"], steps=[]))
    desk.pay(code, 1, 30000)
    desk.do(code, "FORWARD")
    refused = desk.decide(code, "SIGN_RESULT", "leader", result=RESULT)
    assert (refused.status, refused["code"]) == (409, "fee_not_asked")
    assert desk.do(code, "ASK_PAYMENT", "officer") == 6
    assert [(m.request_no, m.lines[0].code) for m in desk.hears(code, "FeeDue", 2)] == [(1, "P1"), (2, "L1")]
    desk.pay(code, 2, 10000)
    assert desk.do(code, "SIGN_RESULT", "leader", result=RESULT) == 9
    assert desk.case(code)["paid_dong"] == 40000


def test_a_payment_lets_the_case_go_on_and_is_told_as_nobodys_move(desk, with_fee):
    code = asked(desk, with_fee)
    desk.pay(code)
    assert desk.status(code) == 2 and desk.case(code)["paid_dong"] == 30000 and not desk.case(code)["fee_open"]
    told = desk.hears(code, "DossierProgressed", 4)[-1]
    assert (told.transition, told.status_before, told.answer_by_ms) == (12, 6, 0) and not told.HasField("by")


def test_a_payment_that_is_told_twice_counts_once(desk, with_fee):
    code = asked(desk, with_fee)
    envelope = desk.pay(code)
    desk.pay(code, envelope_id=envelope)
    assert desk.case(code)["paid_dong"] == 30000 and names(desk, code).count("SETTLE_PAYMENT") == 1
    desk.do(code, "FORWARD")
    assert len(desk.hears(code, "DossierProgressed", 5)) == 5


def test_an_answer_to_another_request_does_not_move_the_case(desk, with_fee):
    code = asked(desk, with_fee)
    desk.pay(code, no=2)
    assert desk.status(code) == 6 and desk.case(code)["fee_open"]


def test_a_payment_for_a_case_that_does_not_exist_is_a_dead_letter(desk):
    desk.pay(COUNTER + "-990101-0001")
    assert desk.sql("SELECT count(*) FROM dead_letter WHERE key = '%s-990101-0001'" % COUNTER) == "1"


# ---- too late, meanwhile, back ----

def test_a_term_of_payment_that_runs_out_stops_the_case_and_voids_the_fee(desk, with_fee):
    code = asked(desk, with_fee)
    desk.sql("UPDATE case_file SET answer_by = 1 WHERE code = '%s'" % code)
    desk.sql("UPDATE job SET run_at = now() WHERE key = '%s'" % code)
    wait_for(lambda: desk.status(code) == 8, 30, "the end of the term")
    assert names(desk, code)[-1] == "PAYMENT_EXPIRED" and refunds(desk, code) == [(1, "PAYMENT_EXPIRED")]


def test_money_that_comes_after_the_end_is_counted_and_given_back(desk, with_fee):
    code = asked(desk, with_fee)
    desk.withdraw(code)
    desk.do(code, "CONFIRM_WITHDRAWAL")
    assert len(refunds(desk, code)) == 1
    desk.pay(code)
    assert desk.status(code) == 8 and desk.case(code)["paid_dong"] == 30000
    assert refunds(desk, code, 2)[1][0] == 1


def test_a_payment_during_a_withdrawal_is_remembered_when_that_is_declined(desk, with_fee):
    code = asked(desk, with_fee)
    desk.withdraw(code)
    desk.pay(code)
    assert desk.status(code) == 7
    assert desk.do(code, "DECLINE_WITHDRAWAL", reason="Đã nộp phí") == 2
    case = desk.case(code)
    assert (case["paid_dong"], case["fee_open"], case["answer_by_ms"]) == (30000, False, 0)


def test_a_declined_withdrawal_waits_for_the_payment_again(desk, with_fee):
    code = asked(desk, with_fee)
    desk.withdraw(code)
    assert desk.do(code, "DECLINE_WITHDRAWAL", reason="Không có lý do") == 6
    desk.pay(code)
    assert desk.status(code) == 2


@pytest.mark.parametrize("refund", [True, False])
def test_whoever_stops_a_paid_case_says_whether_the_money_goes_back(desk, with_fee, refund):
    code = asked(desk, with_fee)
    desk.pay(code)
    desk.do(code, "FORWARD")
    assert desk.do(code, "STOP", "officer", reason="Không đủ điều kiện", refund=refund) == 8
    desk.hears(code, "DossierProgressed", 6)
    if refund:
        assert refunds(desk, code) == [(1, "Không đủ điều kiện")]
        assert desk.told(code, "RefundDue")[0].decided_by.name == "Cán Bộ Thử"
    else:
        assert desk.told(code, "RefundDue") == []


# ---- at the same moment ----

def test_a_payment_is_not_forgotten_by_a_decision_taken_at_the_same_moment(desk, with_fee):
    code = asked(desk, with_fee)
    desk.withdraw(code)
    desk.token("clerk")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with held(desk, code):
            desk.bus["payment"].send("verification", payment_pb2.PaymentSettled(code=code, request_no=1, amount_dong=30000), code)
            wait_for(lambda: somebody_waits(desk), what="the payment")
            before = loads(desk)
            declined = pool.submit(desk.decide, code, "DECLINE_WITHDRAWAL", reason="Không có lý do", version=4)
            wait_for(lambda: loads(desk) > before, what="the decision")
        assert declined.result().status == 200
    case = desk.case(code)
    assert (case["status"], case["paid_dong"], case["fee_open"]) == (2, 30000, False)


def test_a_payment_is_not_lost_when_a_withdrawal_is_faster(desk, with_fee):
    code = asked(desk, with_fee)
    with held(desk, code):
        desk.bus["intake"].send("verification", intake_pb2.WithdrawalRequested(code=code, reason="Đổi ý"), code, version=2)
        wait_for(lambda: somebody_waits(desk), what="the withdrawal")
        before = loads(desk)
        payment = desk.bus["payment"].send("verification", payment_pb2.PaymentSettled(code=code, request_no=1, amount_dong=30000),
                                           code)
        wait_for(lambda: loads(desk) >= before + 2, what="the payment")
    desk.pay(code, envelope_id=payment)
    case = desk.case(code)
    assert (case["status"], case["paid_dong"]) == (7, 30000)
    assert desk.sql("SELECT count(*) FROM dead_letter WHERE key = '%s'" % code) == "0"


def test_whoever_takes_a_case_keeps_it_through_a_decision_of_the_same_moment(desk, with_fee):
    code = desk.file(with_fee)
    desk.token("clerk")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        with held(desk, code):
            taken = pool.submit(call, "PUT", desk.url("/cases/%s/assignee" % code), {}, key=True, token=desk.token("clerk"))
            wait_for(lambda: somebody_waits(desk), what="the assignment")
            before = loads(desk)
            desk.bus["intake"].send("verification", intake_pb2.WithdrawalRequested(code=code), code, version=2)
            wait_for(lambda: loads(desk) > before, what="the withdrawal")
        assert taken.result().status == 200
    wait_for(lambda: desk.status(code) == 7, what="the withdrawal")
    assert desk.case(code)["assignee_name"] == "Cán Bộ Thử"
