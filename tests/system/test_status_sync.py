"""status-sync — what the portal is told and what it tells us: what it knows is what was said, once, in order."""
import base64
import hashlib
import http.client
import http.server
import json
import os
import threading
import unicodedata

import pytest

from bus import common_pb2, intake_pb2, payment_pb2, verification_pb2
from lib import PDF, call, operator, wait_for
from portal_office import LIFE, OTHER_UNIT, PROCEDURE, START_MS, UNIT, make_office, office, the_office

# ---- what the portal is told ----

def test_the_portal_knows_what_was_said_move_by_move(office):
    code = office.submit()
    office.live(code)
    known = office.arrives(code, [str(status) for _, status in LIFE])
    assert [line["NoiDungXuLy"] for line in known["progress"]] == [
        "Nộp hồ sơ trực tuyến", "Tiếp nhận hồ sơ", "Chuyển xử lý", "Chuyển bước xử lý", "Đã ký kết quả", "Đã trả kết quả"]
    assert known["progress"][1]["ThoiDiemXuLy"] == "20200421095000"
    office.settled(code)
    record = office.portal.dossier(code)["record"]
    assert (record["TrangThaiHoSo"], record["TenLinhVuc"], record["MaHoSo"]) == ("10", "Lao động", code)
    assert (known["creates"], known["duplicate_progress"], known["duplicate_creates"]) == (1, 0, 0)
    assert not office.portal.ledger(key=code, kind="violation")


def test_papers_fees_and_results_come_into_the_record(office):
    code = office.submit(papers=[common_pb2.Paper(component_code="TP01", name="Đơn", file_name="đơn.pdf", sha256=b"x" * 32)])
    office.live(code, [("SUBMIT", 1), ("ASK_SUPPLEMENT", 5)])
    paper = common_pb2.Paper(component_code="TP02", name="Bản sao", file_name="sao.pdf", sha256=b"y" * 32, copies=1)
    office.say("intake", intake_pb2.DossierSupplemented(code=code, papers=[paper], supplied_at_ms=START_MS), code, 2)
    office.move(code, 3, "SUPPLY", 5)
    office.move(code, 4, "ACCEPT_SUPPLEMENT", 2)
    office.say("payment", payment_pb2.PaymentSettled(code=code, request_no=1, amount_dong=50000, method="GATEWAY", lines=[
        common_pb2.FeeLine(kind="LE_PHI", code="LP1", name="Lệ phí", amount_dong=50000, when="BEFORE")]), code)
    result = verification_pb2.Result(number="12/GP", name="Giấy phép", signed_at_ms=START_MS)
    office.move(code, 5, "SIGN_RESULT", 9, result=result)
    office.arrives(code, ["1", "5", "5", "2", "9"])
    office.settled(code)
    record = office.portal.dossier(code)["record"]
    assert [f["TenTepDinhKem"] for f in record["TaiLieuNop"]] == ["đơn.pdf", "sao.pdf"]
    assert record["TaiLieuNop"][1]["DuongDanTaiTepTin"].endswith("/api/intake/dossiers/%s/papers/2" % code)
    assert [(f["Gia"], f["LoaiPhiLePhi"]) for f in record["DanhSachLePhi"]] == [("50000", "2")]
    assert [(s["TrangThaiBoSung"], s["NguoiYeuCauBoSung"]) for s in record["DanhSachHoSoBoSung"]] == [("1", "Nguyễn Văn An")]
    assert [r["GiayToId"] for r in record["DanhSachGiayToKetQua"]] == ["12/GP"]
    assert record["DuocThanhToanTrucTuyen"] == "2"


def test_texts_are_sent_in_nfc_and_within_the_limits(office):
    code = office.submit(summary=unicodedata.normalize("NFD", "Đề nghị cấp giấy phép ") * 80)
    official = common_pb2.Official(name=unicodedata.normalize("NFD", "Nguyễn Thị Hồng Nhung ") * 5)
    office.move(code, 1, "RECEIVE", 2, by=official)
    known = office.arrives(code, ["2"])
    assert len(known["record"]["TrichYeuHoSo"]) == 1000 and len(known["progress"][0]["NguoiXuLy"]) <= 50
    assert unicodedata.is_normalized("NFC", known["record"]["TrichYeuHoSo"] + known["progress"][0]["NguoiXuLy"])


def test_national_dossiers_keep_their_national_code(office):
    national = "G22.99-200421-%04d" % (office.count + 1)
    code = office.submit(national_code=national)
    office.live(code, LIFE[:2])
    record = office.arrives(national, ["1", "2"])["record"]
    assert (record["NoiNopHoSo"], record["SoBienNhan"]) == ("1", code)
    assert office.portal.dossier(code) is None


def test_internal_moves_are_not_told_and_hold_nothing_up(office):
    code = office.submit()
    office.move(code, 1, "SUBMIT", 1)
    office.move(code, 2, "STEP", 0)
    office.move(code, 3, "ACCEPT", 2)
    office.move(code, 4, "STEP", 0)
    assert office.arrives(code, ["1", "2"])["TrangThaiHoSo"] == "2"
    office.settled(code)


def test_stopped_and_waiting_are_reported_as_they_are(office):
    code = office.submit()
    office.live(code, [("SUBMIT", 1), ("ACCEPT", 2), ("ASK_PAYMENT", 6), ("PAYMENT_EXPIRED", 8)])
    assert office.arrives(code, ["1", "2", "6", "8"])["record"]["TrangThaiHoSo"] == "8"


def test_the_owners_national_id_is_asked_for_where_the_portal_shares_it(new_suite):
    seen = []

    class Stub(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.path, body))
            said = {"/auth": {"session": "s"}, "/share": {"result": [{"TECHNICALID": "tech-7"}]}}.get(self.path, {})
            data = json.dumps({"error_code": "0", "message": "THÀNH CÔNG", **said}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    office = make_office(new_suite, share_endpoint="/share", adapter_url="http://127.0.0.1:%d" % server.server_port)
    code = office.submit()
    office.move(code, 1, "SUBMIT", 1)
    wait_for(lambda: [b for _, b in seen if b.get("service") == "CapNhatTienDoHoSoMC"], what="the line")
    records = [b["data"][0] for _, b in seen if b.get("service") == "DongBoHoSoMC"]
    assert [r["MaDoiTuong"] for r in records] == ["tech-7"]
    assert [b["mstorcmnd"] for path, b in seen if path == "/share"] == ["0100109106"]
    server.shutdown()


# ---- order and repetition ----

def test_repeated_and_reordered_events_change_nothing(office):
    code = office.submit()
    first = office.say("verification", office.moved(code, 1, "SUBMIT", 1), code, 1)
    for version, (transition, status) in ((3, LIFE[2]), (2, LIFE[1]), (2, LIFE[1]), (4, LIFE[3])):
        office.move(code, version, transition, status)
    office.say("verification", office.moved(code, 1, "SUBMIT", 1), code, 1, envelope_id=first)
    office.submit(code)
    known = office.arrives(code, ["1", "2", "4", "4"])
    office.settled(code)
    assert (known["duplicate_progress"], known["creates"]) == (0, 1)


def test_a_line_waits_for_the_one_before_it(office):
    code = office.submit()
    office.move(code, 1, "SUBMIT", 1)
    office.move(code, 3, "FORWARD", 4)
    known = office.arrives(code, ["1"])
    assert known["record"]["TrangThaiHoSo"] == "1"
    assert office.get("/dossiers/" + code)["owed"]["waits_for_version"] == 2
    office.move(code, 2, "ACCEPT", 2)
    assert office.arrives(code, ["1", "2", "4"])["TrangThaiHoSo"] == "4"


def test_a_move_before_its_dossier_is_sent_again_later(office):
    code = office.new_code()
    bus = office.bus["verification"]
    refused = bus.answer_to(bus.send("status-sync", office.moved(code, 1, "SUBMIT", 1), code))
    assert refused is not None and refused != "ack"
    office.submit(code)
    office.move(code, 1, "SUBMIT", 1)
    office.arrives(code, ["1"])


def test_many_lines_go_ten_at_a_time(office):
    code = office.submit()
    moves = LIFE[:3] + [("STEP", 4)] * 20
    office.portal.dial(down=True)
    office.live(code, moves)
    office.portal.dial(down=False)
    assert office.arrives(code, ["1", "2"] + ["4"] * 21, 30)["creates"] == 1
    assert not office.portal.ledger(key=code, kind="violation")


# ---- what the portal pushes ----

def pushed(office, **changes):
    office.count += 1
    paper = base64.b64encode(PDF).decode()
    return {"MaSoThue": "0100109106", "MaHoSo": "G22.99-200421-%04d" % office.count, "MaTTHC": PROCEDURE,
            "TenThuongNhan": "Công ty TNHH Dừa Xanh", "DienThoai": "0912345678", "Email": "a@example.vn",
            "DiaChiDoanhNghiep": {"MaTinh": "83", "MaHuyen": "829", "MaXa": "28756", "DiaChiChiTiet": "12 Nguyễn Huệ"},
            "NguoiLienHe": "Nguyễn Văn An", "TenChuongTrinhKhuyenMai": "Tháng vàng", "TenTepDonDangKy": "don.pdf",
            "TepDonDangKy": paper, "TaiLieuNop": [{"TenTepDinhKem": "the-le.pdf", "Base64": paper}], **changes}


def test_a_pushed_dossier_is_told_to_intake_with_its_files(office):
    data = pushed(office)
    answer = office.portal.push(office.http + "/inbound", data)
    assert answer["answer"] == {"error_code": 0, "message": data["MaHoSo"] + "| create dossier success"}
    _, heard = office.bus["intake"].listen("motcua.NationalDossierReceived", key=data["MaHoSo"])
    assert (heard.procedure_code, heard.unit_code, heard.applicant.tax_code) == (PROCEDURE, UNIT, "0100109106")
    assert heard.applicant.address == "12 Nguyễn Huệ, Phường Phú Khương, Tỉnh Bến Tre"
    assert [p.file_name for p in heard.papers] == ["don.pdf", "the-le.pdf"]
    digest = hashlib.sha256(PDF).hexdigest()
    assert heard.papers[0].sha256.hex() == digest and heard.papers[0].media_type == "application/pdf"
    with open(office.suite.path("files", "by-content", digest[:2], digest[2:4], digest), "rb") as f:
        assert f.read() == PDF
    answers = json.loads(heard.answers_json)
    assert answers["TenChuongTrinhKhuyenMai"] == "Tháng vàng" and "TepDonDangKy" not in answers


def test_a_dossier_pushed_twice_is_told_once(office):
    data = pushed(office)
    first, second = (office.portal.push(office.http + "/inbound", data)["answer"] for _ in range(2))
    assert first["error_code"] == 0
    assert second == {"error_code": 1, "message": data["MaHoSo"] + "| duplicate refId"}
    bus = office.bus["intake"]
    bus.listen("motcua.NationalDossierReceived", key=data["MaHoSo"])
    stored = office.suite.psql("SELECT count(*) FROM inbound WHERE national_code = '%s'" % data["MaHoSo"], "motcua_status_sync")
    assert stored == "1"


@pytest.mark.parametrize("changes, message", [
    ({"MaTTHC": "9.999999"}, "%s| Not found serviceInfo mapping with: 9.999999"), ({"MaSoThue": ""}, "MaSoThue empty"),
    ({"MaSoThue": "123"}, "Can't get techId"), ({"MaHoSo": ""}, "MaHoSo empty"),
    ({"TenThuongNhan": ""}, "%s| Can't create applicant"),
    ({"TaiLieuNop": [{"TenTepDinhKem": "a.pdf", "Base64": "???"}]}, "%s| create dossier error: Base64 (a.pdf)")])
def test_a_wrong_push_is_refused_in_the_portals_words(office, changes, message):
    data = pushed(office, **changes)
    answer = office.portal.push(office.http + "/inbound", data)
    assert (answer["status"], answer["answer"]["error_code"]) == (200, -1)
    assert answer["answer"]["message"] == (message % data["MaHoSo"] if "%s" in message else message)


def test_only_the_portal_may_push(office):
    for key in (None, {"X-Portal-Key": "wrong"}):
        assert call("POST", office.http + "/inbound", {"data": pushed(office)}, headers=key).status == 401


def test_a_large_push_is_taken_and_a_larger_one_is_not(office):
    file = {"TenTepDinhKem": "lon.pdf", "Base64": base64.b64encode(PDF + os.urandom(15 << 20)).decode()}
    assert office.portal.push(office.http + "/inbound", pushed(office, TaiLieuNop=[file]))["answer"]["error_code"] == 0
    asking = http.client.HTTPConnection("127.0.0.1", office.suite.ports["STATUS_SYNC_HTTP"])
    asking.putrequest("POST", "/api/status-sync/inbound")
    asking.putheader("Content-Length", str(33 << 20))
    asking.putheader("Expect", "100-continue")
    asking.endheaders()
    assert asking.getresponse().status == 413


def test_neither_secrets_nor_people_are_in_the_log(office):
    code = office.submit()
    office.live(code, LIFE[:2])
    office.arrives(code, ["1", "2"])
    office.portal.push(office.http + "/inbound", pushed(office))
    with open(office.suite.path("log", "status-sync.log"), encoding="utf-8") as f:
        log = f.read()
    sessions = [entry["session"] for entry in office.portal.ledger(kind="login")]
    assert log and sessions
    for secret in sessions + ["Dừa Xanh", "0912345678", "0100109106", "a@example.vn", office.suite.secret("portal.password"),
                              office.suite.secret("portal.push")]:
        assert secret not in log


def test_people_see_only_dossiers_of_their_unit(office):
    code = office.submit()
    office.move(code, 1, "SUBMIT", 1)
    shown = office.settled(code)
    assert (shown["portal_code"], shown["accepted"]["status"], len(shown["lines"])) == (code, 1, 1)
    assert office.get("/dossiers/" + code, ("clerk", UNIT)).status == 200
    assert office.get("/dossiers/" + code, ("clerk", OTHER_UNIT)).status == 404
    assert office.get("/refused", ("clerk", UNIT)).status == 403


def test_the_trace_shows_what_went_out(office):
    code = office.submit()
    office.move(code, 1, "SUBMIT", 1)
    office.settled(code)
    url = office.suite.admin_url("status-sync") + "/admin/trace/" + code
    events = call("GET", url, token=operator(office.suite))["events"]
    assert {"filed", "move", "line pushed", "record accepted"} <= {e["what"] for e in events}
