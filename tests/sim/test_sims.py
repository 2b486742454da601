"""test_sims — the simulators checked: vectors, faults, ledgers. Each runs as a process on free ports.

    /usr/bin/python3 -m pytest -q tests/sim/test_sims.py

The vectors are in MOTCUA_VECTORS, by default ../shared/domain/vectors beside the repository.
"""
import http.client
import json
import smtplib
import ssl
import unicodedata
from datetime import datetime, timedelta

import pytest

import simlib
import vnpay
from sims_harness import SECRET, TMN, Counter, Post, Shop, call, fixture_of, vectors, wait_for

CODE = "000.00.01.H07-200421-0001"
TEXT = f"Hồ sơ {CODE} đã được tiếp nhận."
shop, counter, post = fixture_of(Shop), fixture_of(Counter), fixture_of(Post)
NO_ANSWER = (ConnectionError, http.client.HTTPException)


# ---- simlib ----

def test_ledger_survives_a_torn_line_and_a_second_writer(tmp_path):
    path = str(tmp_path / "ledger")
    ledger = simlib.Ledger(path)
    ledger.add("a", "k", text="Hồ sơ")
    with pytest.raises(SystemExit):
        simlib.Ledger(path)
    ledger.close()
    with open(path, "ab") as f:
        f.write(b'{"n":2,"kind"')
    again = simlib.Ledger(path)
    again.add("b", "k")
    again.close()
    entries = list(simlib.Ledger(path).read())
    assert [(e["n"], e["kind"]) for e in entries] == [(1, "a"), (2, "b")] and entries[0]["text"] == "Hồ sơ"


def test_addresses_outside_this_machine_are_refused():
    assert simlib.loopback("127.0.0.1:80") == ("127.0.0.1", 80)
    for text in ("0.0.0.0:80", "10.0.0.1:80", "example.vn:80", "127.0.0.1"):
        with pytest.raises(simlib.argparse.ArgumentTypeError):
            simlib.loopback(text)


# ---- VNPAY, function level ----

def test_payment_urls_of_the_vectors_are_accepted():
    for vector in vectors("vnpay_payment_url.json")["vectors"]:
        raw_query = vector["expected_url"].partition("?")[2]
        params = vnpay.read_query(raw_query)
        assert vnpay.sign_data(params) == vector["sign_data"]
        assert vnpay.signed_query(params, SECRET) == raw_query
        assert vnpay.check_payment(raw_query, TMN, SECRET)["vnp_TxnRef"] == vector["input"]["vnp_TxnRef"]
        upper = raw_query.replace(vector["expected_secure_hash"], vector["expected_secure_hash"].upper())
        assert vnpay.check_payment(upper, TMN, SECRET)
        with pytest.raises(vnpay.Refused) as refused:
            vnpay.check_payment(raw_query.replace("vnp_Amount=", "vnp_Amount=1"), TMN, SECRET)
        assert refused.value.code == "97"


def test_ipn_of_the_vectors_have_the_same_hash():
    outcome_of = {codes: outcome for outcome, codes in vnpay.OUTCOMES.items()}
    for vector in vectors("vnpay_ipn.json")["vectors"]:
        query = vector["query"]
        genuine = vector["merchant_reply"]["RspCode"].startswith("00")
        assert vnpay.is_signed_query(query, SECRET) == genuine, vector["id"]
        outcome = outcome_of[query["vnp_ResponseCode"], query["vnp_TransactionStatus"]]
        made = vnpay.result_params(query, outcome, query["vnp_TransactionNo"], query["vnp_PayDate"])
        assert vnpay.sign_data(made) == vector["sign_data"]
        if genuine:
            assert vnpay.hash_text(vnpay.sign_data(made), SECRET) == query["vnp_SecureHash"].lower()


def test_querydr_and_refund_vectors_verify():
    for vector in vectors("vnpay_query_refund.json")["vectors"]:
        command = vector["request_body"]["vnp_Command"]
        assert list(vnpay.REQUEST_ORDER[command]) == vector["request_hash_order"]
        assert list(vnpay.RESPONSE_ORDER[command]) == vector["response_hash_order"]
        request = vnpay.read_api_request(vector["request_body"])
        assert vnpay.pipe_data(request, vnpay.REQUEST_ORDER[command]) == vector["request_sign_data"]
        vnpay.check_api_request(request, TMN, SECRET)
        answer = dict(vector["response_body"])
        expected = answer.pop("vnp_SecureHash")
        assert vnpay.sign_pipe(answer, vnpay.RESPONSE_ORDER[command], SECRET)["vnp_SecureHash"] == expected
        with pytest.raises(vnpay.Refused):
            vnpay.check_api_request({**request, "vnp_OrderInfo": "x"}, TMN, SECRET)


# ---- gateway ----

def test_gateway_refuses_wrong_links(shop):
    assert shop.open("A1")[0] == 200
    assert shop.open("A1")[0] == 200
    wrong = {"97": shop.link("A2") + "0", "02": shop.link("A3", vnp_TmnCode="OTHER"),
             "03": shop.link("A4", vnp_Amount="12"), "11": shop.link("A5", vnp_ExpireDate="20200421094515"),
             "01": shop.link("A1", vnp_Amount="900000")}
    for code, link in wrong.items():
        status, _, page = call(shop.sim.control, "GET", link)
        assert status == 400 and f'<strong id="code">{code}</strong>' in page
    assert [entry["code"] for entry in shop.sim.ledger("refused")] == list(wrong)


def test_money_is_captured_once_and_told(shop):
    page = shop.open("B1")[2]
    assert "Thanh toán" in page and "Hủy" in page and "8.000 đồng" in page and "Nộp phí hồ sơ" in page
    status, headers, _ = call(shop.sim.control, "POST", "/sim/pay", "txn_ref=B1&outcome=success",
                              {"Content-Type": "application/x-www-form-urlencoded"})
    assert status == 302 and headers["Location"].startswith("https://dvc.example.vn/r?a=1&vnp_Amount=800000&")
    assert shop.pay("B1")[0] == 409 and shop.open("B1")[0] == 400
    assert shop.sim.post("/sim/pay", {"txn_ref": "B9"})[0] == 404
    told = shop.calls(1, "B1")[0]
    params = vnpay.read_query(shop.merchant.queries[0])
    assert told["confirmed"] and vnpay.is_signed_query(params, SECRET)
    capture, = shop.sim.get("/captures/B1")["captures"]
    assert capture["amount_vnd"] == 8000 and capture["transaction_no"] == params["vnp_TransactionNo"]
    assert headers["Location"].endswith(shop.merchant.queries[0])
    assert shop.sim.get("/captures")["total_vnd"] == 8000
    assert shop.sim.get("/orders/B1")["outcome"] == "success"


@pytest.mark.parametrize("outcome,code,status,taken", [
    ("cancelled", "24", "02", 0), ("insufficient", "51", "02", 0), ("timeout", "11", "02", 0),
    ("suspected", "07", "07", 1)])
def test_other_outcomes(shop, outcome, code, status, taken):
    url = shop.pay("C1", outcome)[1]["return_url"]
    assert f"vnp_ResponseCode={code}" in url and f"vnp_TransactionStatus={status}" in url
    assert shop.sim.get("/captures/C1")["count"] == taken
    assert shop.ask("querydr", "C1") == ("00", status)
    assert shop.ask("querydr", "C1", vnp_RequestId="R1") == ("94", "")


def test_ipn_modes_and_retries(shop):
    shop.merchant.answers = ["99", "97", "02"]
    shop.pay("D1")
    assert [entry["confirmed"] for entry in shop.calls(3, "D1")] == [False, False, True]
    shop.merchant.answers = ["00"]
    assert shop.pay("D2", ipn="before_return")[0] == 200 and len(shop.sim.ledger("ipn", "D2")) == 1
    shop.pay("D3", ipn="double")
    assert [entry["attempt"] for entry in shop.calls(2, "D3")] == [1, 1]
    shop.sim.dial(ipn_late_ms=200)
    shop.pay("D4", ipn="late")
    late = (*shop.sim.ledger("captured", "D4"), *shop.calls(1, "D4"))
    captured, told = (datetime.fromisoformat(entry["at"]) for entry in late)
    assert told - captured >= timedelta(milliseconds=199)
    shop.merchant.answers = ["97"]
    shop.pay("D5", "cancelled", "wrong_signature")
    forged = vnpay.read_query(shop.calls(1, "D5")[0]["query"])
    assert forged["vnp_ResponseCode"] == "00" and not vnpay.is_signed_query(forged, SECRET)
    shop.pay("D6", ipn="forged_amount")
    forged = vnpay.read_query(shop.calls(1, "D6")[0]["query"])
    assert forged["vnp_Amount"] == "800100" and vnpay.is_signed_query(forged, SECRET)
    shop.pay("D7", ipn="none")
    shop.merchant.answers = ["99"]
    shop.pay("D8")
    assert [entry["attempt"] for entry in shop.calls(6, "D8")] == [1, 2, 3, 4, 5, 6]
    assert not shop.sim.ledger("ipn", "D7") and len(shop.merchant.queries) == 3 + 1 + 2 + 1 + 1 + 1 + 6


def test_gateway_faults(shop):
    shop.sim.dial(drop_ipn=True)
    shop.pay("E1")
    wait_for(lambda: shop.sim.ledger("fault", "E1"), "the dropped IPN")
    assert shop.ask("querydr", "E1") == ("00", "00") and not shop.merchant.queries
    shop.sim.dial(query_says_pending=True)
    assert shop.ask("querydr", "E1") == ("00", "01")
    shop.sim.reset_dials()
    shop.open("E2")
    assert shop.ask("querydr", "E2") == ("00", "01") and shop.ask("querydr", "E9") == ("91", "")
    shop.sim.dial(query_fail_next=1)
    assert shop.ask("querydr", "E1", raw=True)[0] == 500 and shop.ask("querydr", "E1") == ("00", "00")
    shop.sim.dial(query_garbage=True)
    assert "<html>" in shop.ask("querydr", "E1", raw=True)[2]
    shop.sim.dial(query_hang=True)
    with pytest.raises(TimeoutError):
        shop.ask("querydr", "E1", raw=True, timeout=1)
    shop.sim.reset_dials()
    shop.sim.dial(capture_then_500=True)
    assert call(shop.sim.control, "POST", "/sim/pay", {"txn_ref": "E2", "ipn": "none"})[0] == 500
    assert shop.sim.get("/captures/E2")["count"] == 1
    shop.sim.dial(down=True)
    with pytest.raises(NO_ANSWER):
        shop.open("E3")
    assert {entry["dial"] for entry in shop.sim.ledger("fault")} == {
        "drop_ipn", "query_says_pending", "query_fail_next", "query_garbage", "query_hang", "down",
        "capture_then_500"}


def test_refunds_and_a_restart(shop):
    number = shop.pay("F1", ipn="before_return")[1]["transaction_no"]
    part = {"vnp_TransactionType": "03", "vnp_Amount": 300000, "vnp_TransactionNo": number}
    assert shop.ask("refund", "F1", **part, vnp_RequestId="same") == ("00", "05")
    assert shop.ask("refund", "F1", **part, vnp_RequestId="same") == ("94", "")
    assert shop.ask("refund", "F1", **{**part, "vnp_Amount": 600000}) == ("99", "")
    whole = {**part, "vnp_TransactionType": "02", "vnp_Amount": 800000}
    assert shop.ask("refund", "F1", **whole) == ("99", "")
    before = shop.sim.get("/captures/F1")
    shop.sim.restart()
    assert shop.sim.get("/captures/F1") == before and shop.pay("F1")[0] == 409
    assert shop.ask("refund", "F1", **part, vnp_RequestId="same") == ("94", "")
    assert shop.ask("refund", "F1", **{**part, "vnp_Amount": 500000}) == ("00", "05")
    assert shop.ask("refund", "F1", **{**part, "vnp_Amount": 100}) == ("94", "")
    assert shop.sim.get("/captures/F1")["refunded_vnd"] == 8000
    assert shop.pay("F2")[1]["transaction_no"] > number and shop.ask("refund", "F3", **part) == ("91", "")


# ---- portal ----

def test_dials_refuse_what_they_do_not_know(counter):
    for wrong in ({"fail_nxt": 1, "fail_next": 1}, {"down": 1}, {"fail_status": 404}, {"delay_ms": -1}):
        status, answer = counter.sim.post("/dials", wrong)
        assert status == 400 and list(wrong)[0] in answer["error"]
    assert counter.sim.get("/dials")["fail_next"] == 0


@pytest.fixture
def dossier():
    return vectors("dvcqg_sync_samples.json")["by_id"]["create-dossier"]["request"]["body"]["data"][0]


def test_portal_walks_the_samples(counter):
    samples = vectors("dvcqg_sync_samples.json")["by_id"]
    expired = samples["session-expired"]["response"]
    assert counter.send(samples["create-dossier"]["request"]["body"]) == expired
    assert counter.log_in(dstcode="elsewhere")["error_code"] == -1
    assert counter.log_in(password="x")["error_code"] == -1
    assert counter.log_in()["error_code"] == 0
    for sample in ("create-dossier", "create-duplicate", "progress", "lookup"):
        request = samples["create-dossier" if sample == "create-duplicate" else sample]["request"]
        answer = counter.send(request["body"] | {"session": counter.session})
        assert answer | samples[sample]["response"] == answer, sample
    record = samples["create-dossier"]["request"]["body"]["data"][0]
    line = samples["progress"]["request"]["body"]["data"][0]
    assert counter.add_progress(line)["message"] == "thành công"
    known = counter.sim.get(f"/dossiers/{CODE}")
    assert known["record"] == record and known["progress"] == [line] and known["TrangThaiHoSo"] == "4"
    assert (known["creates"], known["duplicate_creates"], known["duplicate_progress"]) == (1, 1, 1)
    assert counter.sync({**record, "GhiChu": "sửa"}, "True")["error_code"] == 0
    assert "không tồn tại" in counter.sync({**record, "MaHoSo": "unknown"}, "True")["message"]
    assert counter.call("TraCuuHoSo", mahoso="unknown")["result"] == []
    assert counter.call("LayDanhSachTTHC")["result"][0]["TENTTHC"] == record["TenTTHC"]
    procedure, = counter.call("LayThuTuc", maTTHC=record["MaTTHC"])["result"]
    assert procedure["LINHVUCTHUCHIEN"] == [{"MALINHVUC": "G07-LĐ07", "TENLINHVUC": "Lao động"}]
    assert counter.call("LayDanhMucLinhVuc")["result"][0]["MANGANH"] == "G07"
    assert counter.call("LayDanhMucCoQuan")["result"][0]["MADONVI"] == counter.UNIT
    counter.sim.dial(session_ttl_s=0)
    assert counter.sync(record) == expired
    kinds = [entry["kind"] for entry in counter.sim.get("/ledger?after=3&key=" + CODE)["entries"]]
    assert kinds == ["created", "duplicate_create", "progress", "duplicate_progress", "updated", "refused"]
    pushed = samples["inbound-from-dvcqg"]["request"]["data"]
    answer = counter.sim.post("/push", {"url": counter.province.url, "data": pushed})[1]
    assert answer["status"] == 200 and answer["answer"]["error_code"] == 0
    assert counter.province.pushed == ("push-key", {"data": pushed})


VIOLATIONS = {
    "TrangThaiHoSo": "11", "KenhThucHien": "4", "LoaiDoiTuong": "0", "GhiChu": None, "Email": 7,
    "HinhThuc": "2", "NgayTiepNhan": "20200231093000", "NgayHenTra": "", "TrichYeuHoSo": "x" * 1001,
    "ChuHoSo": "", "TenTTHC": unicodedata.normalize("NFD", "Đăng ký"), "Ngaynophoso": "",
    "NgayTra": "2020-04-21", "TaiLieuNop": [{"TenTepDinhKem": "x" * 4001}],
    "DanhSachTepDinhKemKhac": [{"TenGiayTo": "x" * 2001}],
}


@pytest.mark.parametrize("field", VIOLATIONS)
def test_value_rules_of_dossiers(counter, dossier, field):
    counter.log_in()
    answer = counter.sync({**dossier, field: VIOLATIONS[field]})
    assert answer["error_code"] == -1 and f"data[0].{field}" in answer["message"]
    violation, = counter.sim.ledger("violation", CODE)
    assert violation["field"].startswith(f"data[0].{field}") and counter.sim.get("/dossiers") == []


def test_rules_of_keys_reception_and_progress(counter, dossier):
    counter.log_in()
    for field in ("MaLinhVuc", "Email", "HinhThuc", "NgayTiepNhan"):
        assert field in counter.sync({k: v for k, v in dossier.items() if k != field})["message"]
    empty = {**dossier, "NgayTiepNhan": "", "NgayHenTra": ""}
    for status in ("1", "3", "5", "7", "8"):
        assert counter.sync({**empty, "MaHoSo": "N" + status, "TrangThaiHoSo": status})["error_code"] == 0
    assert "NgayTiepNhan" in counter.sync({**empty, "TrangThaiHoSo": "4"})["message"]
    counter.sync(dossier)
    assert "NgayTiepNhan" in counter.sync({**empty, "TrangThaiHoSo": "8"}, "True")["message"]
    line = {"MaHoSo": CODE, "NguoiXuLy": "An", "ThoiDiemXuLy": "20200421143000", "NoiDungXuLy": "",
            "TrangThai": "4"}
    assert "10" in counter.add_progress(*[{**line, "NoiDungXuLy": str(i)} for i in range(11)])["message"]
    wrong = {"NguoiXuLy": "x" * 51, "TrangThai": "0", "ThoiDiemXuLy": "", "NgayBatDau": None}
    for field, value in wrong.items():
        assert field in counter.add_progress({**line, field: value})["message"]
    assert "không tồn tại" in counter.add_progress({**line, "MaHoSo": "unknown"})["message"]
    assert counter.call("DongBoHoSoMC", isUpdating=False, data=[dossier])["error_code"] == -1
    assert counter.call("LaGi")["error_code"] == counter.call("LayThuTuc", maTTHC=1)["error_code"] == -1
    assert counter.sim.get(f"/dossiers/{CODE}")["progress"] == []


def test_portal_faults_and_a_restart(counter, dossier):
    counter.log_in()
    counter.sim.dial(fail_next=2, fail_status=429)
    assert [counter.raw_sync(dossier)[0] for _ in range(2)] == [429, 429]
    counter.sim.dial(garbage=True)
    assert "<html>" in counter.raw_sync(dossier)[2] and counter.sim.get("/dossiers") == []
    counter.sim.dial(garbage=False, accept_but_garbage=True)
    with pytest.raises(ValueError):
        json.loads(counter.raw_sync(dossier)[2])
    assert [d["creates"] for d in counter.sim.get("/dossiers")] == [1]
    counter.sim.reset_dials()
    counter.sim.dial(accept_but_hang_ms=60000)
    with pytest.raises(TimeoutError):
        counter.raw_sync({**dossier, "MaHoSo": "late"}, timeout=1)
    assert [d["MaHoSo"] for d in counter.sim.get("/dossiers")] == [CODE, "late"]
    counter.sim.reset_dials()
    counter.sim.dial(fail_rate=1, fail_status=500)
    assert counter.raw_sync(dossier)[0] == 500
    counter.sim.dial(fail_rate=0, down=True)
    with pytest.raises(NO_ANSWER):
        counter.raw_sync(dossier)
    counter.sim.dial(down=False, hang=True)
    with pytest.raises(TimeoutError):
        counter.raw_sync(dossier, timeout=1)
    before = counter.sim.get(f"/dossiers/{CODE}"), len(counter.sim.get("/ledger")["entries"])
    counter.sim.restart()
    assert (counter.sim.get(f"/dossiers/{CODE}"), len(counter.sim.get("/ledger")["entries"])) == before
    counter.sim.dial(codes_as_strings=True, duplicate_code=0)
    again = counter.sync(dossier)
    assert again["error_code"] == "0" and "đã tồn tại" in again["message"]


# ---- mail ----

def test_mail_wants_tls_and_a_password(post):
    client = post.open(tls=False)
    assert client.docmd("AUTH PLAIN")[0] == 530 and client.docmd("MAIL FROM:<a@example.vn>")[0] == 530
    client.close()
    with pytest.raises(ssl.SSLCertVerificationError):
        post.open(login=False, trusted=False)
    client = post.open(login=False)
    assert client.docmd("MAIL FROM:<a@example.vn>")[0] == 530
    with pytest.raises(smtplib.SMTPAuthenticationError):
        client.login("suite", "wrong")
    client.close()
    for method in ("auth_plain", "auth_login"):
        client = post.open(login=False)
        client.user, client.password = "suite", "secret"
        assert client.auth(method[5:].upper(), getattr(client, method))[0] == 235
        client.send_message(post.message(TEXT, f"<{method}@x>"))
        client.quit()
    assert post.sim.get("/mails/count") == {"count": 2, "repeats": 0}
    refused = [entry.get("mechanism", "TLS") for entry in post.sim.ledger("refused")]
    assert sorted(refused) == ["LOGIN", "PLAIN", "TLS"]


def test_mail_is_understood_and_found(post):
    post.send(post.message(TEXT))
    mail, = post.sim.get(f"/mails?to=Dan@example.vn&code={CODE}")["mails"]
    assert mail["subject"] == "Đã tiếp nhận hồ sơ của Ông Nguyễn Văn Ân" and mail["body"].strip() == TEXT
    assert (mail["envelope_from"], mail["envelope_to"]) == ("mc@example.vn", ["dan@example.vn"])
    assert mail["message_id"] == "<1@dvc.example.vn>" and not mail["repeat"] and mail["problems"] == []
    assert post.sim.get("/mails/count?to=other@example.vn")["count"] == 0
    bad = post.message(TEXT)
    del bad["Message-ID"], bad["Date"]
    post.send(bad, "a@example.vn")
    mail, = post.sim.get("/mails?to=a@example.vn")["mails"]
    assert mail["problems"] == ["Message-ID missing", "Date missing"]


def test_mail_faults_and_a_restart(post):
    message = post.message(TEXT)
    post.sim.dial(greylist_next=1, refuse_next=1, refuse_to=["gone@example.vn"])
    for code in (451, 550):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            post.send(message)
        assert refused.value.recipients["dan@example.vn"][0] == code
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        post.send(message, "gone@example.vn")
    post.sim.dial(drop_before_store=1)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        post.send(message)
    assert post.sim.get("/mails/count")["count"] == 0
    post.sim.dial(drop_after_data=1)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        post.send(message)
    post.send(message)
    facts = [(mail["repeat"], mail["answered_250"]) for mail in post.sim.get("/mails")["mails"]]
    assert facts == [(False, False), (True, True)]
    ca = (post.tls_dir / "ca.pem").read_bytes()
    post.sim.restart()
    post.send(message)
    assert post.sim.get("/mails/count") == {"count": 3, "repeats": 2}
    assert (post.tls_dir / "ca.pem").read_bytes() == ca
    post.sim.dial(down=True)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        post.open()
    assert {entry["dial"] for entry in post.sim.ledger("fault")} == {
        "greylist_next", "refuse_next", "refuse_to", "drop_before_store", "drop_after_data", "down"}
