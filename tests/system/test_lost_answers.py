"""lost answers — PostgreSQL has committed, and the connection is gone before the service hears it. The service asks again:
what was saved counts once, and the person is told what was saved."""
import contextlib
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bus import Bus, common_pb2, verification_pb2
from embedded.web import send
from lib import hold, operator, staff, wait_for
from programs import beside, settings

UNIT = "000.00.01.H07"


class Between:
    """A socket between a service and its store. deaf: what the store says is kept back; cut(): it is never heard."""

    def __init__(self, folder, store):
        self.store, self.deaf, self.pairs = store, False, []
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(os.path.join(folder, ".s.PGSQL.5432"))
        self.door.listen(16)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, far = self.door.accept()[0], socket.socket(socket.AF_UNIX)
                far.connect(self.store)
                self.pairs.append((near, far))
                threading.Thread(target=self.carry, args=(near, far, lambda: False), daemon=True).start()
                threading.Thread(target=self.carry, args=(far, near, lambda: self.deaf), daemon=True).start()

    def carry(self, source, target, waits):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                while waits():
                    time.sleep(0.01)
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        for near, far in self.pairs:
            near.shutdown(socket.SHUT_RDWR)
            far.shutdown(socket.SHUT_RDWR)
        self.pairs, self.deaf = [], False


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity", "nginx"])


@pytest.fixture
def between(suite, tmp_path):
    folder = tmp_path / "s"
    folder.mkdir()
    between = Between(str(folder), os.path.join(suite.sockets, ".s.PGSQL.5432"))
    yield between
    between.door.close()
    between.cut()


def sql(suite, text, service="payment"):
    return suite.psql(text, database="motcua_" + service)


def through(suite, service, between):
    """The parameters of one more replica, whose store is behind the socket."""
    values = settings(suite, service)
    values["database"] = values["database"].replace(suite.sockets, os.path.dirname(between.door.getsockname()))
    return values


def ask_fee(suite, code):
    with Bus(suite, "verification") as bus:
        bus.say("payment", verification_pb2.FeeDue(
            code=code, request_no=1, lines=[common_pb2.FeeLine(kind=2, code="F", name="Lệ phí", amount_dong=5000, when=1)],
            payer_name="Trần Thị Thử", unit_code=UNIT, unit_name="Trung tâm", procedure_code="1.004363",
            procedure_name="Thủ tục thử", channel=2), key=code)


@contextlib.contextmanager
def unheard(suite, between, service, table, code, saved):
    """The block asks for a save that moves the row; it is committed (a query that says true), and nobody hears it."""
    held = hold(suite, service, "SELECT FROM %s WHERE code = '%s' FOR UPDATE" % (table, code))
    yield
    wait_for(lambda: sql(suite, "SELECT count(*) FROM pg_locks WHERE NOT granted") != "0", what="the save")
    between.deaf = True
    held.let_go()
    wait_for(lambda: sql(suite, saved, service) == "t", what="the commit")
    between.cut()


NOW = time.strftime("%Y-%m-%dT%H:%M:%S+07:00", time.gmtime(time.time() + 7 * 3600))
TRANSFER = {"amount": 5000, "bank_ref": "FT0001", "paid_at": NOW}


@pytest.mark.parametrize("no, what, body", [(1, "attempts", {"method": "cash"}), (2, "transfers", TRANSFER)])
def test_money_whose_commit_is_not_heard_is_taken_once_and_answered(suite, between, tmp_path, no, what, body):
    code, clerk = "%s-261123-100000%d" % (UNIT, no), staff(suite, [("clerk", UNIT)])
    with beside("payment", tmp_path, through(suite, "payment", between)) as one, ThreadPoolExecutor() as pool:
        ask_fee(suite, code)
        saved = "SELECT count(*) = 1 FROM receipt WHERE code = '%s'" % code
        with unheard(suite, between, "payment", "invoice", code, saved):
            paid = pool.submit(one.ask, "POST", "/api/payment/invoices/%s/%s" % (code, what), body=body, token=clerk, key=True)
        answer = paid.result()
        number = sql(suite, "SELECT unit || '/' || year || '/' || lpad(no::text, 6, '0') FROM receipt WHERE code = '%s'" % code)
        assert answer.status == 201 and answer["receipt_no"] == number, answer
        assert sql(suite, "SELECT count(*) FROM attempt WHERE code = '%s'" % code) == "1"


def put_unit(address, token, code, name):
    raw = "code,name,level,valid_from\n%s,%s,department,2020-01-01\n" % (code, name)
    return send("POST", address + "/admin/units", raw=raw.encode(), token=token)


def test_a_unit_whose_commit_is_not_heard_is_answered_as_saved_and_told_once(suite, between, tmp_path):
    code, token = "000.00.41.H07", operator(suite)
    assert put_unit(suite.admin_url("identity"), token, code, "Tên cũ").status == 200
    with beside("identity", tmp_path, through(suite, "identity", between)) as one, ThreadPoolExecutor() as pool:
        with unheard(suite, between, "identity", "unit", code, "SELECT name = 'Tên mới' FROM unit WHERE code = '%s'" % code):
            put = pool.submit(put_unit, "http://" + one.values["admin_listen"], token, code, "Tên mới")
        assert put.result().status == 200, put.result()
    told = "SELECT count(*) FROM outbox WHERE destination = 'intake' AND position('%s'::bytea IN packet) > 0" % code
    assert sql(suite, told, "identity") == "2"
