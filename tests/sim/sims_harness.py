"""sims_harness — starts a simulator as a process, talks to it as a client would, and waits for conditions.
"""
import email.policy
import http.client
import http.server
import json
import os
import select
import signal
import smtplib
import ssl
import subprocess
import threading
import time
import urllib.parse
from email.message import EmailMessage
from pathlib import Path

import pytest

import vnpay

HERE = Path(__file__).resolve().parent
VECTORS = Path(os.environ.get("MOTCUA_VECTORS", HERE.parents[2] / "shared/domain/vectors"))
PYTHON = "/usr/bin/python3"
WAIT_S = 15
TMN, SECRET = "DVCTEST1", "TEST-SECRET-0123456789ABCDEF"


def vectors(name):
    """A file of vectors; its samples by id under "by_id"."""
    path = VECTORS / name
    if not path.exists():
        pytest.skip(f"no vectors at {path}; set MOTCUA_VECTORS")
    content = json.loads(path.read_text(encoding="utf-8"))
    return content | {"by_id": {vector["id"]: vector for vector in content["vectors"]}}


def fixture_of(client_class):
    """A pytest fixture: the client and its simulator in a folder of their own."""
    @pytest.fixture
    def fixture(tmp_path):
        client = client_class(tmp_path)
        yield client
        client.close()
    return fixture


def wait_for(condition, what):
    """Returns the first true value of the condition."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited {WAIT_S} s for {what}")


def call(address, method, path, body=None, headers=None, timeout=WAIT_S):
    """One request; returns (status, headers, text). OSError or HTTPException when there is no answer."""
    host, port = address.rsplit(":", 1)
    connection = http.client.HTTPConnection(host, int(port), timeout=timeout)
    try:
        if body is not None and not isinstance(body, (bytes, str)):
            body, headers = json.dumps(body), {"Content-Type": "application/json", **(headers or {})}
        connection.request(method, path, body.encode() if isinstance(body, str) else body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


class Simulator:
    """A running simulator. stop() sends SIGTERM, wants 0 and silence; restart() keeps the files."""

    def __init__(self, program, *arguments):
        self.command = [PYTHON, str(HERE / program), *map(str, arguments)]
        self.start()

    def start(self):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(self.command, text=True, **pipes)
        if not select.select([self.process.stdout], [], [], WAIT_S)[0]:
            raise AssertionError("no ready line")
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        self.ready = json.loads(line)
        self.control = self.ready.get("control", self.ready["listen"])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=WAIT_S)
        assert (self.process.returncode, errors) == (0, "")

    def restart(self):
        self.stop()
        self.start()

    def get(self, path):
        status, _, text = call(self.control, "GET", path)
        assert status == 200, text
        return json.loads(text)

    def post(self, path, body, headers=None, timeout=WAIT_S):
        status, _, text = call(self.control, "POST", path, body, headers, timeout)
        return status, json.loads(text)

    def dial(self, **dials):
        status, answer = self.post("/dials", dials)
        assert status == 200, answer

    def reset_dials(self):
        self.post("/dials/reset", {})

    def ledger(self, kind, key=None):
        query = urllib.parse.urlencode({"kind": kind, **({"key": key} if key else {})})
        return self.get("/ledger?" + query)["entries"]


class Merchant:
    """Takes pushed dossiers, and IPN calls: answered with `answers` in turn, then with the last for ever."""

    def __init__(self):
        merchant = self
        self.queries, self.answers, self.pushed = [], ["00"], None

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                merchant.take(self)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                merchant.pushed = self.headers["X-Portal-Key"], json.loads(body)
                merchant.send(self, {"error_code": 0, "message": "create dossier success"})

            def log_message(self, *_arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ipn?from=vnpay"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def take(self, handler):
        self.queries.append(handler.path.partition("?from=vnpay&")[2])
        code = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.send(handler, {"RspCode": code, "Message": ""})

    @staticmethod
    def send(handler, value):
        data = json.dumps(value).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Shop:
    """A merchant's side: makes links, asks, and has the simulator and an IPN receiver."""

    def __init__(self, folder):
        self.merchant = Merchant()
        self.sim = Simulator("gateway.py", "--listen", "127.0.0.1:0", "--ledger", folder / "gateway.jsonl",
                             "--tmn-code", TMN, "--secret", SECRET, "--ipn-url", self.merchant.url)
        self.sim.dial(ipn_retry_ms=1)
        self.requests = 0

    def close(self):
        self.sim.stop()
        self.merchant.close()

    def link(self, txn_ref, **changes):
        params = {"vnp_Version": "2.1.0", "vnp_Command": "pay", "vnp_TmnCode": TMN, "vnp_Amount": "800000",
                  "vnp_CurrCode": "VND", "vnp_TxnRef": txn_ref, "vnp_OrderInfo": "Nộp phí hồ sơ",
                  "vnp_Locale": "vn", "vnp_OrderType": "250000", "vnp_IpAddr": "::1",
                  "vnp_ReturnUrl": "https://dvc.example.vn/r?a=1", "vnp_CreateDate": "20200421093015",
                  **changes}
        return "/paymentv2/vpcpay.html?" + vnpay.signed_query(params, SECRET)

    def open(self, txn_ref, **changes):
        return call(self.sim.control, "GET", self.link(txn_ref, **changes))

    def pay(self, txn_ref, outcome="success", ipn="normal"):
        self.open(txn_ref)
        return self.sim.post("/sim/pay", {"txn_ref": txn_ref, "outcome": outcome, "ipn": ipn})

    def ask(self, command, txn_ref, raw=False, timeout=15, **changes):
        self.requests += 1
        order = vnpay.REQUEST_ORDER[command]
        values = {**dict.fromkeys(order, "x"), "vnp_Version": "2.1.0", "vnp_Command": command,
                  "vnp_TmnCode": TMN, "vnp_RequestId": f"R{self.requests}", "vnp_TxnRef": txn_ref,
                  "vnp_TransactionDate": 20200421093015, "vnp_CreateDate": 20200421100000,
                  "vnp_TransactionNo": "", **changes}
        path = "/merchant_webapi/api/transaction"
        body = vnpay.sign_pipe(values, order, SECRET)
        if raw:
            return call(self.sim.control, "POST", path, body, timeout=timeout)
        answer = self.sim.post(path, body)[1]
        assert vnpay.is_signed_pipe(answer, vnpay.RESPONSE_ORDER[command], SECRET)
        return answer["vnp_ResponseCode"], answer["vnp_TransactionStatus"]

    def calls(self, count, txn_ref):
        """So many IPN calls of the order are over."""
        def enough():
            calls = self.sim.ledger("ipn", txn_ref)
            return calls if len(calls) >= count else None
        return wait_for(enough, f"{count} IPN calls")


class Counter:
    """A province's one-stop system: talks to the national portal, and takes what it pushes."""

    UNIT = "000.00.00.H07"

    def __init__(self, folder):
        self.province = Merchant()
        self.session = "2f0c9f0e-sim"
        self.sim = Simulator("portal.py", "--listen", "127.0.0.1:0", "--ledger", folder / "portal.jsonl",
                             "--username", "suite", "--password", "secret", "--dstcode", "VN:DVCQG",
                             "--madonvi", self.UNIT, "--push-key", "push-key")

    def close(self):
        self.sim.stop()
        self.province.close()

    def log_in(self, password="secret", dstcode="VN:DVCQG"):
        answer = self.sim.post("/auth", {"username": "suite", "password": password}, {"dstcode": dstcode})[1]
        self.session = answer.get("session", self.session)
        return answer

    def send(self, body):
        status, answer = self.sim.post("/integration", body)
        assert status == 200
        return answer

    def call(self, service, **fields):
        return self.send({"session": self.session, "madonvi": self.UNIT, "service": service, **fields})

    def sync(self, record, updating="False"):
        return self.call("DongBoHoSoMC", isUpdating=updating, data=[record])

    def raw_sync(self, record, timeout=WAIT_S):
        body = {"session": self.session, "madonvi": self.UNIT, "service": "DongBoHoSoMC",
                "isUpdating": "False", "data": [record]}
        return call(self.sim.control, "POST", "/integration", body, timeout=timeout)

    def add_progress(self, *lines):
        return self.call("CapNhatTienDoHoSoMC", data=lines)


class Post:
    """A sender of mail that trusts only the simulator's CA."""

    def __init__(self, folder):
        self.tls_dir = folder / "tls"
        self.clients = []
        self.sim = Simulator("mail.py", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--ledger",
                             folder / "mail.jsonl", "--user", "suite", "--password", "secret",
                             "--tls-dir", self.tls_dir)

    def close(self):
        for client in self.clients:
            client.close()
        self.sim.stop()

    def open(self, tls=True, login=True, trusted=True):
        host, port = self.sim.ready["listen"].rsplit(":", 1)
        client = smtplib.SMTP(host, int(port), timeout=WAIT_S)
        self.clients.append(client)
        client.ehlo()
        if tls:
            ca = self.tls_dir / "ca.pem" if trusted else None
            client.starttls(context=ssl.create_default_context(cafile=ca))
            client.ehlo()
        if tls and login:
            client.login("suite", "secret")
        return client

    def send(self, mail, to="dan@example.vn"):
        client = self.open()
        client.sendmail("mc@example.vn", [to], mail.as_bytes(policy=email.policy.SMTP))
        client.quit()

    @staticmethod
    def message(text, message_id="<1@dvc.example.vn>"):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Message-ID"] = "mc@example.vn", "dan@example.vn", message_id
        mail["Date"] = "Tue, 21 Apr 2020 09:30:00 +0700"
        mail["Subject"] = "Đã tiếp nhận hồ sơ của Ông Nguyễn Văn Ân"
        mail.set_content(text)
        return mail
