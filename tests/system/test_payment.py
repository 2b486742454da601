"""payment — transfers and cash, receipts without gaps, money that came too often goes back, who may see and do what."""
import concurrent.futures
import datetime
import random
import signal
import time
import uuid

from bus import Bus, verification_pb2
from cashier import (OTHER_UNIT, UNIT, account, api, ask_fee, ask_refund, attempt, bus, clerk, count, dial,
                     hear, invoice, ledger, line, new_code, offer, pay, restart, settle_once, sim, sound_gateway, sql,
                     state_of, suite)
from lib import call, hold, operator, sign_up, staff, wait_for

# ---- transfers and cash ----

def days_ago(n):
    return (datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=7))) - datetime.timedelta(days=n)).date().isoformat()


def transfer(suite, token, code, amount=8000, ref=None, key=True, paid_at=None):
    body = {"amount": amount, "bank_ref": ref or "FT" + uuid.uuid4().hex[:12], "paid_at": paid_at or days_ago(0)}
    return call("POST", api(suite, "/invoices/%s/transfers" % code), body, token=token, key=key)


def test_transfer_is_announced_by_qr_and_confirmed_by_a_clerk(suite, bus, citizen, clerk, account):
    code = ask_fee(bus, account)
    shown = attempt(suite, citizen, code, "transfer")
    assert shown.status == 201 and shown["transfer"]["purpose"] == "NOP PHI " + code.replace(".", "").replace("-", "")
    assert "5405" not in shown["transfer"]["qr_text"] and "54048000" in shown["transfer"]["qr_text"]
    assert attempt(suite, citizen, code, "transfer")["id"] == shown["id"]
    picture = call("GET", suite.url(shown["transfer"]["picture_url"]), token=citizen)
    assert picture.headers["Content-Type"] == "image/svg+xml" and picture.body.startswith(b"<svg")
    assert transfer(suite, citizen, code).status == 403
    confirmed = transfer(suite, clerk, code, ref="FT-" + code)
    assert confirmed.status == 201 and confirmed["attempt"] == shown["id"]
    settled = settle_once(suite, bus, citizen, code)
    assert (settled.method, settled.gateway_ref, settled.receipt_no) == (2, "FT-" + code, confirmed["receipt_no"])


def test_transfer_that_comes_after_cash_waits_to_be_paid_back(suite, bus, citizen, clerk, account):
    code = ask_fee(bus, account)
    attempt(suite, citizen, code, "transfer")
    attempt(suite, clerk, code, "cash")
    assert [(a["method"], a["state"]) for a in invoice(suite, citizen, code)["attempts"]] == [
        ("cash", "succeeded"), ("transfer", "failed")]
    late = transfer(suite, clerk, code)
    assert late.status == 201 and late["is_surplus"] and "receipt_no" not in late.json
    refund = invoice(suite, citizen, code)["refunds"][0]
    assert (refund["state"], refund["method"], refund["amount_dong"]) == ("requested", "transfer", 8000)
    assert settle_once(suite, bus, citizen, code).method == 3


def test_money_from_before_the_invoice_is_not_for_it(suite, bus, clerk, account):
    code = ask_fee(bus, account)
    for when, fault in ((days_ago(2), "paid_at_before_invoice"), (days_ago(-1), "paid_at_future")):
        refused = transfer(suite, clerk, code, paid_at=when)
        assert (refused.status, [(e["field"], e["code"]) for e in refused["errors"]]) == (422, [("paid_at", fault)])
    assert transfer(suite, clerk, code, paid_at=days_ago(1)).status == 201  # posted under the day before


def test_bank_reference_counts_once(suite, bus, clerk, account):
    code, other = ask_fee(bus, account), ask_fee(bus, account)
    ref = "FT" + uuid.uuid4().hex
    wrong = transfer(suite, clerk, code, amount=7999, ref=ref)
    assert wrong.status == 422 and wrong["errors"][0]["code"] == "amount_differs"
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: transfer(suite, clerk, code, ref=ref), range(4)))
    assert sorted(a.status for a in answers) == [200, 200, 200, 201], answers
    assert count(suite, "receipt", code) == 1 and count(suite, "refund", code) == 0
    used = transfer(suite, clerk, other, ref=ref)
    assert used.status == 409 and used["code"] == "bank_ref_used"
    ask_fee(bus, account, code=code, amount=5000, request_no=2)
    known = transfer(suite, clerk, code, ref=ref)
    assert (known.status, known["was_known"], known["request_no"]) == (200, True, 1)
    assert transfer(suite, clerk, code, amount=5000)["request_no"] == 2
    assert sql(suite, "SELECT string_agg(status, ',') FROM invoice WHERE code = '%s'" % code) == "paid,paid"


def test_statement_settles_what_it_names(suite, bus, account):
    named, short, paid = (ask_fee(bus, account) for _ in range(3))
    compact = named.replace(".", "").replace("-", "")
    rows = ["23/11/2026,\"8,000\",MBVCB.3012345678.NOP PHI %s.CT tu 0071001234567,FT%s" % (compact, compact),
            "2026-11-23,7000,nop phi %s,FTS%s" % (short.replace("-", " "), compact),
            "2026-11-23,8000,tien hoc phi,FTX%s" % compact, "2026-11-23,8000,%s,FTP%s" % (paid, compact),
            "2026-11-23,8000,%s lan hai,FTQ%s" % (paid, compact), "2026-11-23,nothing,%s,FTY" % paid]
    text = "\ufeffdate,amount,purpose,bank_ref\r\n" + "\r\n".join(rows) + "\r\n"
    send = lambda: call("POST", suite.admin_url("payment") + "/admin/transfers", raw=text.encode(), token=operator(suite))
    first, again = send(), send()
    outcomes = [row["outcome"] for row in first["rows"]]
    assert outcomes == ["matched", "amount_differs", "unmatched", "matched", "matched"], first
    assert first["rows"][0]["dossier"] == named and first["rows"][1]["expected_dong"] == 8000
    assert first["rows"][4]["is_surplus"] and [(r["line"], r["column"]) for r in first["refused"]] == [(7, "amount")]
    assert [row.get("was_known") for row in again["rows"]] == [True, None, None, True, True]
    assert count(suite, "receipt", named) == 1 and count(suite, "receipt", short) == 0
    assert count(suite, "refund", paid, "AND state = 'requested' AND is_surplus") == 1
    assert hear(bus, "PaymentSettled", named).method == 2


def test_cash_is_taken_by_a_clerk_of_the_unit(suite, bus, citizen, clerk, account):
    code = ask_fee(bus, account)
    assert attempt(suite, citizen, code, "cash").status == 403
    assert attempt(suite, staff(suite, [("clerk", OTHER_UNIT)]), code, "cash").status == 404
    assert attempt(suite, staff(suite, [("officer", UNIT)]), code, "cash").status == 403
    key = uuid.uuid4().hex
    taken = attempt(suite, clerk, code, "cash", key=key)
    assert taken.status == 201 and taken["state"] == "succeeded"
    assert attempt(suite, clerk, code, "cash", key=key).json == taken.json
    again = attempt(suite, clerk, code, "cash")
    assert again.status == 409 and again["code"] == "already_paid"
    settled = settle_once(suite, bus, citizen, code)
    assert (settled.method, settled.gateway_ref, settled.receipt_no) == (3, "", taken["receipt_no"])


def test_a_book_that_is_held_keeps_no_other_unit_waiting(suite, bus, account):
    """So two replicas whose commits want two books in turn do not wait for each other."""
    units = "000.00.04.H07", "000.00.05.H07"
    token, key = staff(suite, [("clerk", unit) for unit in units]), uuid.uuid4().hex
    for unit in units:  # there are the books
        assert attempt(suite, token, ask_fee(bus, account, unit=unit), "cash").status == 201
    codes = [ask_fee(bus, account, unit=unit) for unit in units]
    held = hold(suite, "payment", "SELECT FROM receipt_book WHERE unit = '%s' FOR UPDATE" % units[0])
    tried = ("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'WITH l AS%%' AND query_start > '%s'"
             % sql(suite, "SELECT clock_timestamp()"))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(attempt, suite, token, codes[0], "cash", key=key)
        wait_for(lambda: sql(suite, tried) != "0", what="the first save")
        assert sql(suite, "SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0") == "0"
        assert attempt(suite, token, codes[1], "cash").status == 201
        held.let_go()
        assert waiting.result().status in (201, 503)
    wait_for(lambda: attempt(suite, token, codes[0], "cash", key=key).status == 201, what="the receipt")
    assert count(suite, "receipt", codes[0]) == 1


def test_receipt_numbers_have_no_gaps(suite, bus, clerk, account):
    unit = "000.00.03.H07"
    token = staff(suite, [("clerk", unit)])
    codes = [ask_fee(bus, account, unit=unit) for _ in range(40)]
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda c: attempt(suite, token, c[1], "cash", replica=("one", "two")[c[0] % 2]),
                                enumerate(codes)))
    assert [a.status for a in answers] == [201] * 40, [a for a in answers if a.status != 201]
    numbers = sorted(a["receipt_no"] for a in answers)
    prefix = "%s/%s/" % (unit, time.strftime("%Y", time.gmtime(time.time() + 7 * 3600)))
    assert numbers == ["%s%06d" % (prefix, n) for n in range(1, 41)]
    assert int(sql(suite, "SELECT last FROM receipt_book WHERE unit = '%s'" % unit)) == 40


# ---- money that goes back ----

def test_double_money_goes_back_through_the_gateway(suite, bus, citizen, clerk, account):
    code = ask_fee(bus, account)
    offered = offer(suite, citizen, code)
    assert attempt(suite, clerk, code, "cash").status == 201
    pay(suite, offered)
    refunded = hear(bus_of_notification(suite), "PaymentRefunded", code)
    assert (refunded.amount_dong, refunded.request_no) == (8000, 1)
    assert [r["amount_vnd"] for r in ledger(suite, offered["txn_ref"], "refund")] == [8000]
    shown = invoice(suite, citizen, code)
    assert (shown["status"], shown["refunds"][0]["state"], shown["refunds"][0]["is_surplus"]) == ("paid", "done", True)
    assert settle_once(suite, bus, citizen, code).method == 3


LISTENERS = {}


def bus_of_notification(suite):
    """Kept open to the end of the run: notification is the only one that hears of refunds."""
    if suite not in LISTENERS:
        LISTENERS[suite] = Bus(suite, "notification")
        assert LISTENERS[suite].connect()
    return LISTENERS[suite]


def test_refund_that_gets_no_answer_is_unknown_and_pays_once(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    offered = offer(suite, citizen, code)
    pay(suite, offered)
    settle_once(suite, bus, citizen, code)
    dial(suite, query_garbage=True)
    ask_refund(bus, code)
    wait_for(lambda: invoice(suite, citizen, code)["refunds"][0]["state"] == "unknown", what="unknown")
    assert invoice(suite, citizen, code)["status"] == "refunding"
    dial(suite)
    hear(bus_of_notification(suite), "PaymentRefunded", code)
    assert len(ledger(suite, offered["txn_ref"], "refund")) == 1
    assert invoice(suite, citizen, code)["status"] == "refunded"


def test_refund_that_was_done_unheard_is_not_done_again(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    offered = offer(suite, citizen, code)
    pay(suite, offered)
    settle_once(suite, bus, citizen, code)
    dial(suite, delay_ms=500)
    ask_refund(bus, code)
    wait_for(lambda: ledger(suite, "", "fault")[-1:] and ledger(suite, "", "fault")[-1]["dial"] == "delay_ms", what="the call")
    for name in ("payment", "payment-two"):
        suite.children[name][1].send_signal(signal.SIGSTOP)
    wait_for(lambda: ledger(suite, offered["txn_ref"], "refund"), what="the refund nobody heard of")
    for name in ("payment", "payment-two"):
        restart(suite, name)
    dial(suite)
    hear(bus_of_notification(suite), "PaymentRefunded", code, seconds=40)  # when the lease of the dead has ended
    assert len(ledger(suite, offered["txn_ref"], "refund")) == 1
    refused = ledger(suite, offered["txn_ref"], "refused")
    assert refused[-1]["reason"] == "vnp_RequestId is used already"


def test_fee_that_is_not_paid_becomes_void_and_late_money_goes_back(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    offered = offer(suite, citizen, code)
    ask_refund(bus, code)
    assert invoice(suite, citizen, code)["status"] == "void"
    refused = attempt(suite, citizen, code, "transfer")
    assert refused.status == 409 and refused["code"] == "not_due"
    pay(suite, offered)
    hear(bus_of_notification(suite), "PaymentRefunded", code)
    assert invoice(suite, citizen, code)["status"] == "void" and count(suite, "receipt", code) == 0


def test_cash_is_paid_back_by_a_clerk(suite, bus, citizen, clerk, account):
    code = ask_fee(bus, account)
    attempt(suite, clerk, code, "cash")
    ask_refund(bus, code)
    waiting = call("GET", api(suite, "/refunds?unit=%s&limit=50" % UNIT), token=clerk)["refunds"]
    refund = next(r for r in waiting if r["code"] == code)
    assert (refund["state"], refund["amount_dong"], refund["reason"]) == ("requested", 8000, "Hồ sơ bị từ chối")
    confirm = lambda token: call("POST", api(suite, "/refunds/%s/confirm" % refund["id"]), {"ref": "PC 12"}, token=token, key=True)
    assert confirm(citizen).status == 403
    assert confirm(staff(suite, [("clerk", OTHER_UNIT)])).status == 404
    assert confirm(clerk).status == 200
    assert confirm(clerk)["code"] == "refund_done"
    assert hear(bus_of_notification(suite), "PaymentRefunded", code).reason == "Hồ sơ bị từ chối"
    assert invoice(suite, citizen, code)["status"] == "refunded"


def test_two_refunds_of_a_dossier_that_end_at_once_are_told_as_two(suite, bus, clerk, account):
    code = ask_fee(bus, account)
    attempt(suite, clerk, code, "cash")
    for _ in range(2):
        assert transfer(suite, clerk, code)["is_surplus"]
    ids = sql(suite, "SELECT id FROM refund WHERE code = '%s'" % code).split()
    held = hold(suite, "payment", "SELECT FROM refund WHERE code = '%s' FOR UPDATE" % code)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(call, "POST", api(suite, "/refunds/%s/confirm" % refund, replica), {"ref": "PC"},
                               token=clerk, key=True) for refund, replica in zip(ids, ("one", "two"))]
        wait_for(lambda: sql(suite, "SELECT count(*) FROM pg_locks WHERE NOT granted") == "2", what="both")
        held.let_go()
    assert [a.result().status for a in answers] == [200, 200]
    listener = bus_of_notification(suite)
    told = lambda: {e.version for e in listener.heard if e.key == code}
    wait_for(lambda: listener.pump() or len(told()) == 2, 10, "both refunds, each with a version of its own")


def test_clerk_cannot_pay_back_what_the_gateway_still_may(suite, bus, citizen, clerk, account):
    code = ask_fee(bus, account)
    pay(suite, offer(suite, citizen, code))
    settle_once(suite, bus, citizen, code)
    dial(suite, down=True)
    ask_refund(bus, code)
    refund = invoice(suite, citizen, code)["refunds"][0]
    confirmed = call("POST", api(suite, "/refunds/%s/confirm" % refund["id"]), token=clerk, key=True, raw=b"")
    assert confirmed.status == 409 and confirmed["code"] == "refund_at_gateway"


def test_money_is_conserved_through_faults_and_kills(suite, bus, clerk, account):
    random.seed(8)
    codes = [ask_fee(bus, account) for _ in range(16)]
    offers = [offer(suite, clerk, code) for code in codes]
    dial(suite, query_fail_next=4, ipn_retry_ms=200)
    for i, offered in enumerate(offers):
        if random.random() < 0.3:
            attempt(suite, clerk, codes[i], "cash", replica=random.choice(["one", "two"]))
        pay(suite, offered, outcome=random.choice(["success", "success", "cancelled"]),
            ipn=random.choice(["normal", "none", "double", "before_return"]))
        if i % 5 == 4:
            restart(suite, "payment")
    mine = "code IN ('%s')" % "', '".join(codes)
    open_ends = "SELECT (SELECT count(*) FROM attempt WHERE %s AND state IN ('pending', 'unknown')) + (SELECT count(*)" \
                " FROM refund WHERE %s AND state <> 'done')" % (mine, mine)
    wait_for(lambda: sql(suite, open_ends) == "0", 60, "rest")
    for code, offered in zip(codes, offers):
        money = call("GET", sim(suite, "/captures/" + offered["txn_ref"]))
        methods = sql(suite, "SELECT method FROM receipt r JOIN attempt a ON a.id = r.attempt_id WHERE r.code = '%s'" % code)
        assert money["count"] <= 1 and methods in ("", "gateway", "cash")
        assert money["total_vnd"] - money["refunded_vnd"] == (8000 if methods == "gateway" else 0)
        assert methods or not money["count"]


# ---- what verification says ----

def test_fee_of_nothing_settles_itself(suite, bus, citizen, account):
    code = ask_fee(bus, account, amount=0)
    settled = hear(bus, "PaymentSettled", code)
    assert (settled.amount_dong, settled.method, settled.receipt_no) == (0, 0, "")
    shown = invoice(suite, citizen, code)
    assert shown["status"] == "paid" and "receipt" not in shown
    assert attempt(suite, citizen, code, "gateway").status == 409


def test_fee_asked_twice_is_owed_once(suite, bus, citizen, account):
    envelope_id = uuid.uuid4().bytes
    code = ask_fee(bus, account, envelope_id=envelope_id)
    ask_fee(bus, account, code=code, envelope_id=envelope_id)
    ask_fee(bus, account, code=code, amount=9000)
    ask_fee(bus, account, code=code, amount=5000, request_no=2)
    owed = call("GET", api(suite, "/invoices/" + code), token=citizen)["invoices"]
    assert [(v["request_no"], v["total_dong"]) for v in owed] == [(1, 8000), (2, 5000)]


def test_refund_that_overtakes_its_fee_is_applied_later(suite, bus, citizen, account):
    code = new_code()
    early = bus.send("payment", verification_pb2.RefundDue(code=code, request_no=1, reason="x"), key=code, version=2)
    assert bus.answer_to(early) != "ack"
    ask_fee(bus, account, code=code)
    ask_refund(bus, code, envelope_id=early)
    assert invoice(suite, citizen, code)["status"] == "void"


def test_fee_that_makes_no_sense_is_a_dead_letter(suite, bus, account):
    code = new_code()
    bus.say("payment", verification_pb2.FeeDue(code=code, request_no=1, unit_code=UNIT, lines=[line(0, 5)]), key=code)
    dead = lambda: call("GET", suite.admin_url("payment") + "/admin/dead", token=operator(suite))["dead_letters"]
    letter = wait_for(lambda: [d for d in dead() if d["key"] == code], what="the dead letter")[0]
    assert "neither phí nor lệ phí" in letter["reason"]


# ---- who may see and do what ----

def test_only_owner_staff_of_the_unit_and_auditors_see_an_invoice(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    url = api(suite, "/invoices/" + code)
    assert call("GET", url).status == 401
    assert call("GET", url, token=citizen).status == 200
    assert call("GET", url, token=sign_up(suite)).status == 404
    for roles, status in (([("officer", UNIT)], 200), ([("auditor", "*")], 200), ([("officer", OTHER_UNIT)], 404),
                          ([("administrator", "*")], 404)):
        assert call("GET", url, token=staff(suite, roles)).status == status
    assert call("GET", api(suite, "/invoices/" + new_code()), token=citizen).status == 404


def test_receipt_is_shown_to_those_who_may_see_its_invoice(suite, bus, citizen, clerk, account):
    code = ask_fee(bus, account, amount=1005000)
    number = attempt(suite, clerk, code, "cash")["receipt_no"]
    receipt = call("GET", api(suite, "/receipts/" + number), token=citizen)
    assert receipt["total_words"] == "Một triệu không trăm linh năm nghìn đồng" and receipt["number"] == number
    assert call("GET", api(suite, "/receipts/" + number), token=sign_up(suite)).status == 404
    assert call("GET", api(suite, "/receipts/%s/2026/999999" % UNIT), token=citizen).status == 404
    assert call("GET", api(suite, "/receipts/%s/x/1" % UNIT), token=citizen).status == 404


def test_request_that_is_wrong_says_where(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    wrong = attempt(suite, citizen, code, "gateway", return_url="https://evil.example/x", bank="n c b")
    assert wrong.status == 422
    assert {e["field"]: e["code"] for e in wrong["errors"]} == {"return_url": "return_url_elsewhere", "bank": "bank_invalid"}
    assert attempt(suite, citizen, code, "bitcoin")["errors"][0]["field"] == "method"
    assert count(suite, "attempt", code) == 0


def test_command_repeated_is_answered_alike(suite, bus, citizen, account):
    code = ask_fee(bus, account)
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: attempt(suite, citizen, code, "gateway", key="k" + code), range(5)))
    assert [a.status for a in answers] == [201] * 5 and len({a["id"] for a in answers}) == 1
    assert count(suite, "attempt", code) == 1


def test_trace_tells_the_story_without_names(suite, bus, citizen, clerk, account):
    code = ask_fee(bus, account)
    pay(suite, offer(suite, citizen, code), outcome="cancelled")
    wait_for(lambda: state_of(suite, citizen, code) == "failed", what="the cancelled payment")
    attempt(suite, clerk, code, "cash")
    ask_refund(bus, code)
    told = call("GET", suite.admin_url("payment") + "/admin/trace/" + code, token=operator(suite))
    assert [e["what"] for e in told["events"]] == ["invoice", "attempt", "attempt", "receipt", "refund"]
    assert "Trần" not in told.body.decode() and account not in told.body.decode()
