"""payment — a fee is paid at the gateway once, whatever gateway, network and processes do meanwhile."""
import os

import pytest

from cashier import (account, api, ask_fee, attempt, bus, count, dial, invoice, ledger, offer, pay, restart,
                     settle_once, sim, sound_gateway, state_of, suite, told)
from lib import call, metric, wait_for

# ---- the gateway ----

def test_fee_is_paid_at_the_gateway_and_told_once(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    assert invoice(suite, citizen, code)["status"] == "open"
    offered = offer(suite, citizen, code, return_url="/nop-phi/xong", bank="NCB")
    assert offered["txn_ref"] == code + ".1.1" and offered["state"] == "pending"
    back = pay(suite, offered)
    assert back.startswith("http://localhost:%d/nop-phi/xong?vnp_" % suite.port)
    settled = settle_once(suite, bus, citizen, code)
    assert (settled.method, settled.request_no, settled.amount_dong) == (1, 1, 8000)
    assert settled.gateway_ref == call("GET", sim(suite, "/captures/" + offered["txn_ref"]))["captures"][0]["transaction_no"]
    assert [entry["rsp_code"] for entry in ledger(suite, offered["txn_ref"], "ipn")] == ["00"]
    bus.pump(0.5)
    assert told(bus, "PaymentSettled", code) == 1
    receipt = call("GET", suite.url(invoice(suite, citizen, code)["receipt"]["url"]), token=citizen)
    assert (receipt["phi_dong"], receipt["le_phi_dong"], receipt["total_words"]) == (2000, 6000, "Tám nghìn đồng")


def test_ipn_before_the_payer_is_back_settles(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    back = pay(suite, offer(suite, citizen, code), ipn="before_return")
    assert call("GET", api(suite, "/vnpay/return?" + back.partition("?")[2]))["state"] == "paid"
    settle_once(suite, bus, citizen, code)


def test_ipn_twice_at_once_counts_once(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    offered = offer(suite, citizen, code)
    pay(suite, offered, ipn="double")
    settle_once(suite, bus, citizen, code)
    calls = wait_for(lambda: [e for e in [ledger(suite, offered["txn_ref"], "ipn")] if len(e) == 2], what="both calls")[0]
    assert sorted(entry["rsp_code"] for entry in calls) == ["00", "02"]


def test_late_ipn_finds_the_fee_settled_by_the_query(suite, bus, citizen, account):
    dial(suite, ipn_late_ms=4000)
    code = ask_fee(bus, account)
    offered = offer(suite, citizen, code)
    pay(suite, offered, ipn="late")
    settle_once(suite, bus, citizen, code)
    assert not ledger(suite, offered["txn_ref"], "ipn")
    assert wait_for(lambda: ledger(suite, offered["txn_ref"], "ipn"), what="the late call")[0]["rsp_code"] == "02"
    assert count(suite, "receipt", code) == 1


def test_lost_ipn_is_made_good_by_the_query(suite, bus, citizen, account):
    dial(suite, drop_ipn=True)
    code = ask_fee(bus, account)
    pay(suite, offer(suite, citizen, code))
    settle_once(suite, bus, citizen, code)


def test_gateway_that_fails_after_capture_settles_once(suite, bus, citizen, account):
    dial(suite, capture_then_500=True, query_fail_next=1)
    code = ask_fee(bus, account)
    offered = offer(suite, citizen, code)
    assert pay(suite, offered, ipn="none") is None
    settle_once(suite, bus, citizen, code)
    assert call("GET", sim(suite, "/captures/" + offered["txn_ref"]))["count"] == 1


@pytest.mark.parametrize("forgery, rsp_code", [("wrong_signature", "97"), ("forged_amount", "04")])
def test_forged_ipn_settles_nothing(suite, bus, citizen, account, forgery, rsp_code):
    code = ask_fee(bus, account)
    offered = offer(suite, citizen, code)
    pay(suite, offered, outcome="cancelled", ipn=forgery)
    calls = wait_for(lambda: ledger(suite, offered["txn_ref"], "ipn"), what="the forged call")
    assert [(c["http_status"], c["rsp_code"]) for c in calls] == [(200, rsp_code)]
    wait_for(lambda: state_of(suite, citizen, code) == "failed", what="the gateway's own word")
    assert invoice(suite, citizen, code)["status"] == "open" and count(suite, "receipt", code) == 0


def test_ipn_of_an_unknown_order_is_01(suite):
    import sys
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "sim"))
    import vnpay
    params = {"vnp_TxnRef": "khong-co.1.1", "vnp_Amount": "800000", "vnp_TmnCode": "MOTCUA01", "vnp_ResponseCode": "00",
              "vnp_TransactionStatus": "00"}
    query = vnpay.signed_query(params, suite.secret("gateway.secret"))
    answer = call("GET", api(suite, "/vnpay/ipn?" + query))
    assert (answer.status, answer.json) == (200, {"RspCode": "01", "Message": "Order not found"})


def test_return_url_shows_and_changes_nothing(suite, bus, citizen, account):
    dial(suite, query_says_pending=True)
    code = ask_fee(bus, account)
    offered = offer(suite, citizen, code)
    query = pay(suite, offered, ipn="none").partition("?")[2]
    shown = call("GET", api(suite, "/vnpay/return?" + query))
    assert (shown["state"], shown["code"], shown["amount_dong"]) == ("checking", code, 8000)
    assert invoice(suite, citizen, code)["status"] == "open" and count(suite, "receipt", code) == 0
    forged = call("GET", api(suite, "/vnpay/return?" + query.replace("vnp_Amount=800000", "vnp_Amount=900000")))
    assert forged.status == 400 and forged["code"] == "return_not_genuine"
    dial(suite)
    settle_once(suite, bus, citizen, code)
    assert call("GET", api(suite, "/vnpay/return?" + query))["state"] == "paid"


def test_second_attempt_waits_for_the_first(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    offered = offer(suite, citizen, code)
    refused = attempt(suite, citizen, code, "gateway")
    assert refused.status == 409 and refused["code"] == "payment_running" and refused["attempt"]["id"] == offered["id"]
    pay(suite, offered, outcome="insufficient")
    wait_for(lambda: state_of(suite, citizen, code) == "failed", what="the refusal")
    again = offer(suite, citizen, code)
    assert again["txn_ref"] == code + ".1.2"
    pay(suite, again)
    settle_once(suite, bus, citizen, code)


def test_gateway_that_is_down_makes_unknown_never_failed(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    offered = offer(suite, citizen, code)
    dial(suite, drop_ipn=True)
    pay(suite, offered)
    dial(suite, drop_ipn=True, down=True)
    wait_for(lambda: state_of(suite, citizen, code) == "unknown", what="unknown")
    assert attempt(suite, citizen, code, "gateway").status == 409
    wait_for(lambda: metric(suite, "payment", "motcua_payment_attempts", 'state="unknown"') >= 1, what="the gauge")
    assert metric(suite, "payment", "motcua_payment_oldest_unknown_seconds") > 0
    dial(suite)
    settle_once(suite, bus, citizen, code)


def test_money_that_the_gateway_holds_is_unknown(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    pay(suite, offer(suite, citizen, code), outcome="suspected")
    wait_for(lambda: state_of(suite, citizen, code) == "unknown", what="unknown")
    assert invoice(suite, citizen, code)["status"] == "open"
    assert attempt(suite, citizen, code, "gateway").status == 409


def test_money_left_my_account_asks_the_gateway_at_once(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    offered = offer(suite, citizen, code, replica="two")
    pay(suite, offered, ipn="none")
    assert state_of(suite, citizen, code) == "pending"
    shown = call("POST", api(suite, "/attempts/%s/check" % offered["id"]), token=citizen)
    assert shown.status == 200 and shown["state"] == "pending"
    settle_once(suite, bus, citizen, code)
    assert call("POST", api(suite, "/attempts/%s/check" % offered["id"]), token=citizen)["state"] == "succeeded"


def check(suite, token, offered):
    return call("POST", api(suite, "/attempts/%s/check" % offered["id"]), token=token)["state"]


def test_expired_link_that_is_not_paid_makes_room_for_another(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    first = offer(suite, citizen, code, replica="two")
    assert attempt(suite, citizen, code, "gateway").status == 409
    second = wait_for(lambda: [a for a in [attempt(suite, citizen, code, "gateway")] if a.status == 201], 40, "room")[0]
    assert call("GET", second["pay_url"]).status == 200
    assert check(suite, citizen, first) == "pending"  # the gateway has not said that it ended
    pay(suite, second.json)
    settle_once(suite, bus, citizen, code)


def test_link_nobody_opened_fails_after_its_end(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    unopened = attempt(suite, citizen, code, "gateway", replica="two")
    wait_for(lambda: check(suite, citizen, unopened.json) == "failed", 40, "the end of the link")
    assert invoice(suite, citizen, code)["status"] == "open"


@pytest.mark.parametrize("ipn_delay_ms", [0, 2, 5, 300])
def test_kill_between_capture_and_answer_leaves_one_receipt(suite, bus, citizen, account, ipn_delay_ms):
    dial(suite, ipn_delay_ms=ipn_delay_ms)
    code = ask_fee(bus, account)
    offered = offer(suite, citizen, code)
    pay(suite, offered, ipn="double")
    restart(suite, "payment")
    settle_once(suite, bus, citizen, code)
    assert call("GET", sim(suite, "/captures/" + offered["txn_ref"]))["refunded_vnd"] == 0
