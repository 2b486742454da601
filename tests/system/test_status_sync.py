"""status-sync between the other services (spoken for over the bus) and the simulated national portal, whose ledger is the
judge: what it knows is what was said, once, in order, whatever happens in between."""
import base64
import hashlib
import http.client
import http.server
import json
import os
import threading
import time
import unicodedata

import pytest

from bus import Bus, common_pb2, identity_pb2, intake_pb2, payment_pb2, verification_pb2
from lib import PDF, call, metric, operator, wait_for
from embedded.processes import Process, answers

UNIT, OTHER_UNIT, PROCEDURE = "000.00.01.H07", "000.00.02.H07", "2.001955"
START_MS = 1587436200000  # 21/04/2020 09:30 in Việt Nam
MINUTE = 60000
S, T = common_pb2.Status, common_pb2.Transition
LIFE = [("SUBMIT", 1), ("ACCEPT", 2), ("FORWARD", 4), ("STEP", 4), ("SIGN_RESULT", 9), ("HAND_OVER", 10)]
PROCESSES = ["postgres", "redis", "broker", "portal-sim", "identity", "status-sync"]


class Portal:
    """The simulator: what it knows, its ledger, its dials."""

    def __init__(self, suite):
        self.url = "http://127.0.0.1:%d" % suite.ports["PORTAL_SIM"]

    def dial(self, **values):
        assert call("POST", self.url + "/dials", values).status == 200

    def dossier(self, code):
        answer = call("GET", self.url + "/dossiers/" + code)
        return answer.json if answer.status == 200 else None

    def ledger(self, **query):
        text = "&".join("%s=%s" % item for item in query.items())
        return call("GET", self.url + "/ledger?" + text)["entries"]

    def statuses(self, code):
        known = self.dossier(code)
        return [line["TrangThai"] for line in known["progress"]] if known else []

    def push(self, url, data):
        return call("POST", self.url + "/push", {"url": url, "data": data})


class Office:
    """Speaks as the services that status-sync hears, and asks it over HTTP."""

    def __init__(self, suite):
        self.suite, self.portal, self.count, self.tokens = suite, Portal(suite), 0, {}
        self.http = "http://127.0.0.1:%d/api/status-sync" % suite.ports["STATUS_SYNC_HTTP"]
        self.bus = {name: Bus(suite, name) for name in ("intake", "verification", "payment", "identity")}

    def say(self, source, message, key, version=1, **more):
        return self.bus[source].say("status-sync", message, key, version, **more)

    def new_code(self):
        self.count += 1
        return "%s-200421-%04d" % (UNIT, self.count)

    def submit(self, code=None, **changes):
        code = code or self.new_code()
        applicant = common_pb2.Applicant(kind="BUSINESS", name="Công ty TNHH Dừa Xanh", tax_code="0100109106",
                                         phone="0912345678", email="a@example.vn", address="12 Đường Thử")
        fields = {"code": code, "procedure_code": PROCEDURE, "procedure_version": 1, "unit_code": UNIT, "channel": "ONLINE",
                  "applicant": applicant, "summary": "Đăng ký nội quy", "filed_at_ms": START_MS, "language": "vi", **changes}
        self.say("intake", intake_pb2.DossierSubmitted(**fields), code)
        return code

    def moved(self, code, version, transition, status, **changes):
        """The message of a move; moves are ten minutes apart."""
        accepted = status not in (1, 3)
        fields = {"code": code, "status": status, "transition": transition, "at_ms": START_MS + version * 10 * MINUTE,
                  "unit_code": UNIT, "unit_name": "Trung tâm", "handling_unit_code": UNIT, "handling_unit_name": "Sở Lao động",
                  "procedure_code": PROCEDURE, "procedure_name": "Đăng ký nội quy lao động",
                  "accepted_at_ms": START_MS + 20 * MINUTE if accepted else 0,
                  "due_at_ms": START_MS + 8 * 1440 * MINUTE if accepted else 0,
                  "by": common_pb2.Official(account_id="1", name="Nguyễn Văn An", title="Chuyên viên", department="Phòng TN"),
                  **changes}
        return verification_pb2.DossierProgressed(**fields)

    def move(self, code, version, transition, status, **changes):
        self.say("verification", self.moved(code, version, transition, status, **changes), code, version)

    def live(self, code, moves=None):
        for version, (transition, status) in enumerate(moves or LIFE, 1):
            self.move(code, version, transition, status)

    def token(self, *grants):
        """Of a new member of staff with these (role, unit)."""
        if grants not in self.tokens:
            user = {"login": "cb" + os.urandom(5).hex(), "name": "Cán Bộ Thử", "title": "Chuyên viên", "department": "Phòng",
                    "grants": [{"role": role, "unit": unit} for role, unit in grants]}
            made = call("POST", self.suite.admin_url("identity") + "/admin/users", user, token=operator(self.suite))
            answer = call("POST", "http://127.0.0.1:%d/api/identity/sessions" % self.suite.ports["IDENTITY_HTTP"],
                          {"login": user["login"], "password": made["password"]})
            assert answer.status == 200, answer
            self.tokens[grants] = answer["access_token"]
        return self.tokens[grants]

    def get(self, path, *grants):
        return call("GET", self.http + path, token=self.token(*grants or [("auditor", "*")]))

    def resync(self, code, *grants):
        return call("POST", self.http + "/dossiers/%s/resync" % code, {}, key=True, token=self.token(*grants))

    def is_settled(self, code):
        known = self.get("/dossiers/" + code)
        return known.status == 200 and known["owed"]["since_ms"] is None and known.json

    def settled(self, code, seconds=20):
        return wait_for(lambda: self.is_settled(code), seconds, "the portal knows everything of " + code)

    def arrives(self, code, statuses, seconds=20):
        wait_for(lambda: self.portal.statuses(code) == statuses, seconds, "%s with lines %s" % (code, statuses))
        return self.portal.dossier(code)


def make_office(new_suite, **env):
    names = {"MOTCUA_STATUS_SYNC_" + name.upper(): value for name, value in env.items()}
    os.environ.update(names)
    try:
        office = Office(new_suite(PROCESSES))
    finally:
        for name in names:
            del os.environ[name]
    office.suite.children["status-sync"][0].env.update(names)  # for when it is started again
    for code, name, gso in ((UNIT, "Trung tâm Phục vụ hành chính công", ""), ("000.00.00.H07", "Tỉnh Bến Tre", "83"),
                            ("000.01.21.H07", "Phường Phú Khương", "28756")):
        office.say("identity", identity_pb2.UnitChanged(code=code, name=name, gso_code=gso, level="DEPARTMENT"), code)
    office.say("intake", intake_pb2.ProcedurePublished(code=PROCEDURE, version=1, name="Đăng ký nội quy lao động",
                                                       field_code="G07-LĐ07", field_name="Lao động"), PROCEDURE)
    return office


@pytest.fixture(scope="module")
def the_office(new_suite):
    return make_office(new_suite, timeout_ms="1000")


@pytest.fixture
def office(the_office):
    yield the_office
    call("POST", the_office.portal.url + "/dials/reset", {})


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


# ---- the portal misbehaves ----

@pytest.mark.parametrize("error_code", [0, 3, -3])
def test_a_dossier_the_portal_has_already_is_updated(office, error_code):
    code = office.submit()
    session = call("POST", office.portal.url + "/auth", {"username": "motcua", "password": office.suite.secret("portal.password")},
                   headers={"dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider"})["session"]
    record = {"MaHoSo": code, "MaTTHC": PROCEDURE, "TenTTHC": "x", "ChuHoSo": "x", "LoaiDoiTuong": "1", "TrangThaiHoSo": "1",
              "HinhThuc": "0", **{name: "" for name in ("MaLinhVuc", "TenLinhVuc", "Email", "SoDienThoai", "TrichYeuHoSo",
                                                        "NgayTiepNhan", "NgayHenTra", "DonViXuLy")}}
    made = call("POST", office.portal.url + "/integration", {"session": session, "madonvi": "000.00.00.H07", "data": [record],
                                                             "service": "DongBoHoSoMC", "isUpdating": "False"})
    assert made["error_code"] == 0, made
    office.portal.dial(duplicate_code=error_code, codes_as_strings=error_code == 3)
    office.move(code, 1, "SUBMIT", 1)
    known = office.arrives(code, ["1"])
    assert (known["creates"], known["duplicate_creates"], known["updates"]) == (1, 1, 1)
    assert known["record"]["TenLinhVuc"] == "Lao động"


def test_an_expired_session_is_renewed_once_for_all(office):
    first, *codes = [office.submit() for _ in range(13)]
    office.move(first, 1, "SUBMIT", 1)
    office.settled(first)
    since, logins = time.monotonic(), len(office.portal.ledger(kind="login"))
    failed = metric(office.suite, "status-sync", "motcua_jobs_failed_total", 'kind="sync"')
    wait_for(lambda: time.monotonic() - since > 1.1)  # the session is now older than the life it is given
    office.portal.dial(session_ttl_s=1, delay_ms=60)
    for code in codes:
        office.bus["verification"].send("status-sync", office.moved(code, 1, "SUBMIT", 1), code)
    for code in codes:
        office.arrives(code, ["1"])
    assert 1 <= len(office.portal.ledger(kind="login")) - logins <= 3
    assert metric(office.suite, "status-sync", "motcua_jobs_failed_total", 'kind="sync"') == failed


def test_an_outage_delays_nothing_and_is_caught_up_in_order(office):
    office.portal.dial(down=True)
    codes = [office.submit() for _ in range(40)]
    since = time.monotonic()
    for code in codes:
        office.live(code, LIFE[:4])
    assert metric(office.suite, "status-sync", "motcua_portal_resting") == 1
    wait_for(lambda: time.monotonic() - since > 3)
    tried = len(office.portal.ledger(kind="fault"))
    assert tried < 60, "an outage of %.0f s was asked %d times" % (time.monotonic() - since, tried)
    office.portal.dial(down=False)
    for code in codes:
        known = office.arrives(code, ["1", "2", "4", "4"], 30)
        assert (known["creates"], known["duplicate_progress"]) == (1, 0)
    assert metric(office.suite, "status-sync", "motcua_portal_resting") == 0


@pytest.mark.parametrize("fault", [{"accept_but_garbage": True}, {"accept_but_hang_ms": 60000}, {"garbage": True},
                                   {"fail_next": 6, "fail_status": 429}, {"fail_next": 6, "fail_status": 503}])
def test_an_answer_nobody_can_read_is_asked_for_again(office, fault):
    before = office.portal.ledger()[-1]["n"]
    office.portal.dial(**fault)
    code = office.submit()
    office.live(code, LIFE[:3])
    wait_for(lambda: [f for f in office.portal.ledger(after=before, kind="fault") if f["path"] == "/integration"],
             what="the fault")
    call("POST", office.portal.url + "/dials/reset", {})
    known = office.arrives(code, ["1", "2", "4"], 30)
    office.settled(code, 30)
    assert known["creates"] == 1
    assert len(office.portal.ledger(key=code, kind="progress")) == 3


def test_a_refused_login_is_not_hammered(new_suite):
    office = make_office(new_suite, username="nobody")
    codes = [office.submit() for _ in range(10)]
    for code in codes:
        office.move(code, 1, "SUBMIT", 1)
    wait_for(lambda: metric(office.suite, "status-sync", "motcua_portal_resting") == 1, what="the rest")
    since = time.monotonic()
    wait_for(lambda: time.monotonic() - since > 3)
    assert len(office.portal.ledger(kind="refused")) == 1
    assert office.get("/dossiers/" + codes[0])["portal_rests"]


# ---- what the portal refuses ----

def test_a_refused_record_is_shown_and_others_go_on(office):
    applicant = common_pb2.Applicant(kind="CITIZEN", name="", phone="0912345678")
    code = office.submit(applicant=applicant)
    office.live(code, LIFE[:1])
    other = office.submit()
    office.live(other, LIFE[:1])
    office.arrives(other, ["1"])
    row = wait_for(lambda: [r for r in office.get("/refused")["refused"] if r["code"] == code], what="the refusal")[0]
    assert row["what"] == "record" and "ChuHoSo" in row["message"] and row["unit"] == UNIT
    shown = office.get("/dossiers/" + code).json
    assert shown["owed"]["record"] and shown["refusal"]["message"] == row["message"] and shown["last_error"]
    assert shown["next_try_at_ms"] > time.time() * 1000 + 3600000
    assert len(office.portal.ledger(key=code, kind="violation")) == 1
    wait_for(lambda: metric(office.suite, "status-sync", "motcua_portal_refused_dossiers") >= 1, what="the gauge")


def test_a_refused_line_stops_the_lines_behind_it_only(office):
    office.portal.dial(down=True)
    code = office.submit()
    office.live(code, LIFE[:2])
    office.move(code, 3, "FORWARD", 4, at_ms=0)
    office.move(code, 4, "STEP", 4)
    office.portal.dial(down=False)
    shown = wait_for(lambda: office.get("/dossiers/" + code)["refusal"], 30, "the refusal")
    assert (shown["what"], shown["version"]) == ("line", 3) and "ThoiDiemXuLy" in shown["message"]
    assert office.portal.statuses(code) == ["1", "2"]


def test_refusals_come_page_by_page_and_by_unit(office):
    nobody = common_pb2.Applicant(kind="CITIZEN", name="")
    mine = [office.submit(applicant=nobody) for _ in range(3)]
    theirs = office.submit(applicant=nobody, unit_code=OTHER_UNIT)
    for code in mine + [theirs]:
        office.move(code, 1, "SUBMIT", 1)
    wait_for(lambda: len([r for r in office.get("/refused?limit=100")["refused"] if r["code"] in mine + [theirs]]) == 4)
    assert [r["code"] for r in office.get("/refused?limit=100", ("auditor", OTHER_UNIT))["refused"]] == [theirs]
    seen, after = [], ""
    while after is not None:
        page = office.get("/refused?limit=2" + ("&after=" + after if after else "")).json
        seen += [r["code"] for r in page["refused"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) and set(mine + [theirs]) <= set(seen)


# ---- pushing again ----

def test_resync_pushes_the_record_again_and_no_line_twice(office):
    code = office.submit()
    office.live(code, LIFE[:3])
    office.arrives(code, ["1", "2", "4"])
    office.settled(code)
    updates = office.portal.dossier(code)["updates"]
    done = office.resync(code, ("administrator", UNIT))
    assert done.status == 202 and done["accepted"]
    wait_for(lambda: office.portal.dossier(code)["updates"] == updates + 1, what="the record again")
    office.settled(code)
    known = office.portal.dossier(code)
    assert (known["progress_lines"], known["duplicate_progress"], known["creates"]) == (3, 0, 1)


def test_only_an_administrator_of_the_unit_resyncs(office):
    code = office.submit()
    assert office.resync(code, ("auditor", "*")).status == 403
    assert office.resync(code, ("administrator", OTHER_UNIT)).status == 404
    assert office.resync(code, ("administrator", OTHER_UNIT), ("clerk", UNIT)).status == 403


def test_a_portal_that_lost_a_dossier_gets_all_of_it_again(new_suite):
    office = make_office(new_suite)
    codes = [office.submit() for _ in range(2)]
    for code in codes:
        office.live(code, LIFE[:3])
        office.settled(code)
    office.suite.kill("portal-sim")
    os.remove(office.suite.path("sim", "portal.jsonl"))
    office.suite.start("portal-sim")
    office.resync(codes[0], ("administrator", "*"))
    office.arrives(codes[0], ["1", "2", "4"])
    office.move(codes[1], 4, "STEP", 4)
    assert office.arrives(codes[1], ["1", "2", "4", "4"])["creates"] == 1


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
    asking.endheaders()
    assert asking.getresponse().status == 413


# ---- what breaks here ----

def test_kill_9_in_the_middle_loses_and_doubles_nothing(office):
    codes = [office.submit() for _ in range(50)]
    for code in codes:
        office.live(code, LIFE[:2])
    office.portal.dial(delay_ms=30)
    for code in codes:
        office.move(code, 3, "FORWARD", 4)
    office.suite.kill("status-sync")
    missing = [code for code in codes if office.portal.statuses(code) != ["1", "2", "4"]]
    assert missing, "it was killed too late to prove anything"
    office.suite.start("status-sync")
    for code in codes:
        known = office.arrives(code, ["1", "2", "4"], 60)
        assert known["creates"] == 1
        assert len(office.portal.ledger(key=code, kind="progress")) == 3


def test_two_replicas_share_the_work(office):
    first, _ = office.suite.children["status-sync"]
    admin = "http://127.0.0.1:%d" % (office.suite.port + 51)
    listen = {"MOTCUA_STATUS_SYNC_LISTEN": "127.0.0.1:%d" % (office.suite.port + 50),
              "MOTCUA_STATUS_SYNC_ADMIN_LISTEN": admin[len("http://"):]}
    second = Process("status-sync-2", first.argv, answers(admin + "/readyz"), env={**first.env, **listen})
    office.suite.children[second.name] = (second, office.suite.spawn(second))
    office.suite.wait_ready(*office.suite.children[second.name])
    office.portal.dial(delay_ms=20)
    codes = [office.submit() for _ in range(60)]
    for code in codes:
        office.live(code, LIFE[:2])
    for code in codes:
        known = office.arrives(code, ["1", "2"], 30)
        assert (known["creates"], known["duplicate_progress"]) == (1, 0)
    pushed_by_second = call("GET", admin + "/metrics").body.decode()
    office.suite.stop(second.name)
    assert 'motcua_portal_pushes_total{what="line",outcome="ok"}' in pushed_by_second
    assert 'motcua_portal_pushes_total{what="line",outcome="ok"} 0' not in pushed_by_second


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
