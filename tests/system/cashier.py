"""payment — what its tests share: two replicas, a payer, a clerk, verification's words, the simulated gateway, whose ledger is
the truth."""
import os
import time

import pytest

from bus import MESSAGES, Bus, common_pb2, verification_pb2
from embedded.layout import variables
from embedded.processes import Process, answers
from lib import call, staff, wait_for

UNIT, OTHER_UNIT = "000.00.01.H07", "000.00.02.H07"
REPLICAS = {"one": {"query_after_s": "1"}, "two": {"query_after_s": "300", "pay_within_s": "2"}}
SECOND_PORT = 50


def environment(replica, **more):
    return variables("payment", replica=replica, **REPLICAS[replica], **more)


@pytest.fixture(scope="module")
def suite(new_suite):
    """Replica "one" asks the gateway early; "two", on a port of its own, late, and its links live two seconds."""
    suite = new_suite(["postgres", "redis", "broker", "identity", "payment", "gateway-sim", "nginx"], {"payment": environment("one")})
    http, admin = ("127.0.0.1:%d" % (suite.port + SECOND_PORT + i) for i in range(2))
    second = Process("payment-two", suite.children["payment"][0].argv, answers("http://%s/readyz" % admin),
                     env=environment("two", listen=http, admin_listen=admin))
    suite.children[second.name] = (second, None)
    suite.start(second.name)
    return suite


@pytest.fixture(scope="module")
def account(suite, citizen):
    return call("GET", suite.url("/api/identity/me"), token=citizen)["id"]


@pytest.fixture(scope="module")
def clerk(suite):
    return staff(suite, [("clerk", UNIT)])


@pytest.fixture(scope="module")
def bus(suite):
    with Bus(suite, "verification") as bus:
        yield bus


@pytest.fixture(autouse=True)
def sound_gateway(suite):
    dial(suite)
    yield
    dial(suite)


# ---- what the tests say and see ----

def new_code(unit=UNIT):
    return "%s-261123-%07d" % (unit, 1000000 + int.from_bytes(os.urandom(4), "big") % 9000000)


def line(kind, amount):
    return common_pb2.FeeLine(kind=kind, code="F%d" % kind, name="Phí, lệ phí thử nghiệm", amount_dong=amount, when=1)


def ask_fee(bus, account, code=None, amount=8000, request_no=1, unit=UNIT, **more):
    """verification asks for a fee (and for 2 000 đồng less of lệ phí, so that there are two lines); the dossier's code."""
    code = code or new_code(unit)
    split = [line(1, 2000), line(2, amount - 2000)] if amount > 2000 else [line(2, amount)]
    bus.say("payment", verification_pb2.FeeDue(
        code=code, request_no=request_no, lines=split, payer_name="Trần Thị Thử", account_id=account, unit_code=unit,
        unit_name="Trung tâm", procedure_code="1.004363", procedure_name="Thủ tục thử", channel=2,
        pay_by_ms=int(time.time() * 1000) + 86400000), key=code, version=request_no, **more)
    return code


def ask_refund(bus, code, request_no=1, **more):
    message = verification_pb2.RefundDue(code=code, request_no=request_no, reason="Hồ sơ bị từ chối",
                                         decided_by=common_pb2.Official(account_id="canbo01", name="Cán Bộ"))
    return bus.say("payment", message, key=code, version=10, **more)


def hear(bus, name, code, seconds=20):
    """The message about the dossier. Whatever comes is acknowledged: a listener that does not answer has no credit."""
    def heard():
        bus.pump(0.02)
        for envelope in bus.heard[bus.__dict__.setdefault("answered_count", 0):]:
            for replica in REPLICAS:
                bus.ack(envelope, "payment/" + replica)
        bus.answered_count = len(bus.heard)
        return [e for e in bus.heard if e.type == "motcua." + name and e.key == code]
    return MESSAGES["motcua." + name].FromString(wait_for(heard, seconds, name)[0].payload)


def told(bus, name, code):
    """How many different messages about the dossier have come."""
    return len({bytes(e.id) for e in bus.heard if e.type == "motcua." + name and e.key == code})


def api(suite, path, replica="one"):
    if replica == "two":
        return "http://127.0.0.1:%d/api/payment%s" % (suite.port + SECOND_PORT, path)
    return suite.url("/api/payment" + path)


def attempt(suite, token, code, method, replica="one", key=True, **more):
    return call("POST", api(suite, "/invoices/%s/attempts" % code, replica), {"method": method, **more}, token=token, key=key)


def invoice(suite, token, code):
    return call("GET", api(suite, "/invoices/" + code), token=token)["invoices"][0]


def state_of(suite, token, code, no=0):
    return invoice(suite, token, code)["attempts"][no]["state"]


def sim(suite, path):
    return "http://127.0.0.1:%d%s" % (suite.ports["GATEWAY_SIM"], path)


def dial(suite, **values):
    """Only these faults from now on."""
    call("POST", sim(suite, "/dials/reset"))
    assert call("POST", sim(suite, "/dials"), values).status == 200


def ledger(suite, txn_ref, kind):
    return call("GET", sim(suite, "/ledger?key=%s&kind=%s" % (txn_ref, kind)))["entries"]


def offer(suite, token, code, **more):
    """A link to the gateway, opened there."""
    made = attempt(suite, token, code, "gateway", **more)
    assert made.status == 201, made
    assert call("GET", made["pay_url"]).status == 200
    return made.json


def pay(suite, offered, **more):
    """The payer decides at the gateway; where the browser goes next (None: nowhere)."""
    answer = call("POST", sim(suite, "/sim/pay"), {"txn_ref": offered["txn_ref"], **more})
    return answer["return_url"] if answer.status == 200 else None


def settle_once(suite, bus, token, code):
    """Wait until the invoice is paid; its receipt, seen to be the only one, and told."""
    settled = hear(bus, "PaymentSettled", code)
    paid = invoice(suite, token, code)
    assert paid["status"] == "paid" and settled.receipt_no == paid["receipt"]["number"]
    assert count(suite, "receipt", code) == 1
    assert settled.amount_dong == paid["total_dong"] and len(settled.lines) == len(paid["lines"])
    return settled


def sql(suite, text):
    return suite.psql(text, database="motcua_payment")


def count(suite, table, code, more=""):
    return int(sql(suite, "SELECT count(*) FROM %s WHERE code = '%s' %s" % (table, code, more)))


def restart(suite, name):
    """kill -9, and on again."""
    suite.kill(name)
    suite.start(name)
