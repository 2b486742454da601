#!/usr/bin/python3
"""portal — simulates the national portal's dossier-sync API, generation A: the VXP adapter's JSON over HTTP.

    portal.py --listen 127.0.0.1:PORT --ledger FILE --username U --password P --dstcode D --madonvi M…
              [--push-key K]

POST /auth opens a session, POST /integration is a call: DongBoHoSoMC, CapNhatTienDoHoSoMC, TraCuuHoSo,
LayDanhSachTTHC, LayThuTuc, LayDanhMucCoQuan, LayDanhMucLinhVuc. A call is done whole or not at all;
everything is answered with HTTP 200 and an error_code. GET /dossiers, GET /dossiers/{MaHoSo} show what it
knows; POST /push {"url", "data"} sends a dossier filed on the national portal to the province.

Ledger kinds: login created updated progress duplicate_create duplicate_progress violation refused pushed
fault. violation = the caller broke the specification; refused = well-formed, but not now or not by this
caller.

Dials, of /auth and /integration: down (closes the connection) · hang (never answers) · delay_ms · fail_next
(n times fail_status) · fail_rate · fail_status · garbage (not done, answers HTML). Of /integration alone:
accept_but_garbage (done, answers half a JSON) · accept_but_hang_ms (done, answers so late). Of answers:
codes_as_strings · duplicate_code · session_ttl_s.
"""
import hmac
import random
import uuid

import aiohttp
from aiohttp import web

import simlib
from portal_book import Book
from portal_rules import DOSSIER, PROGRESS, Violation, check_any, check_reception, check_record

SUCCESS = "thành công"
LINES_PER_CALL = 10
PUSH_TIMEOUT_S = 65
SYNC_PATHS = ("/auth", "/integration")
HTML_PAGE = "<html><body>Hệ thống đang bảo trì. Bảo trì thành công sẽ có thông báo.</body></html>"
HALF_JSON = '{"error_code":0,"message":"thành công'

DIALS = {
    "down": simlib.Dial(False), "hang": simlib.Dial(False), "delay_ms": simlib.Dial(0),
    "fail_next": simlib.Dial(0), "fail_rate": simlib.Dial(0.0, high=1.0),
    "fail_status": simlib.Dial(503, choices=(429, 500, 503)), "garbage": simlib.Dial(False),
    "accept_but_garbage": simlib.Dial(False), "accept_but_hang_ms": simlib.Dial(0),
    "codes_as_strings": simlib.Dial(False), "duplicate_code": simlib.Dial(3, choices=(0, 3, -3)),
    "session_ttl_s": simlib.Dial(3600),
}


class Refusal(Exception):
    """A call answered with an error code; kind and key say how it is written down."""

    def __init__(self, message, code=-1, kind="refused", key=""):
        super().__init__(message)
        self.code, self.kind, self.key = code, kind, key


def same(a, b):
    return hmac.compare_digest(a.encode("utf-8", "surrogatepass"), b.encode("utf-8", "surrogatepass"))


def need_text(body, name):
    if name not in body:
        raise Violation(name, "bắt buộc phải có")
    if not isinstance(body[name], str):
        raise Violation(name, "giá trị phải là chuỗi ký tự")
    check_any(body[name], name)
    return body[name]


def need_rows(body):
    rows = body.get("data")
    if not isinstance(rows, list) or not rows:
        raise Violation("data", "phải là một danh sách không trống")
    return rows


def first_code(body):
    """MaHoSo of a call, whatever the call is, to write faults and violations under."""
    rows = body.get("data")
    first = rows[0] if isinstance(rows, list) and rows else None
    code = first.get("MaHoSo") if isinstance(first, dict) else body.get("mahoso")
    return code if isinstance(code, str) else ""


class Portal:
    def __init__(self, args, book, dials):
        self.args, self.book, self.dials = args, book, dials
        self.services = {
            "DongBoHoSoMC": self.sync_dossiers, "CapNhatTienDoHoSoMC": self.add_progress,
            "TraCuuHoSo": self.look_up, "LayDanhSachTTHC": self.list_procedures,
            "LayThuTuc": self.show_procedure, "LayDanhMucCoQuan": self.list_agencies,
            "LayDanhMucLinhVuc": self.list_fields,
        }

    # ---- the protocol ----

    async def auth(self, request):
        return await self.answer(request, self.log_in)

    async def integration(self, request):
        return await self.answer(request, self.call)

    async def answer(self, request, work):
        """Runs the work on the JSON body; every outcome is an answer of HTTP 200."""
        body = None
        try:
            body = await self.read_body(request)
            return self.reply({"error_code": 0, "message": SUCCESS, **work(request, body)})
        except Violation as wrong:
            self.book.record("violation", first_code(body or {}), path=request.path, field=wrong.field,
                             message=str(wrong))
            return self.reply({"error_code": -1, "message": str(wrong)})
        except Refusal as no:
            self.book.record(no.kind, no.key or first_code(body or {}), path=request.path, error_code=no.code,
                             message=str(no))
            return self.reply({"error_code": no.code, "message": str(no)})

    async def read_body(self, request):
        if request.content_type != "application/json":
            raise Violation("Content-Type", "phải là application/json")
        body = await simlib.read_object(request)
        if body is None:
            raise Violation("body", "phải là một đối tượng JSON, mã hóa UTF-8")
        request["key"] = first_code(body)
        return body

    def reply(self, value):
        if self.dials["codes_as_strings"]:
            value["error_code"] = str(value["error_code"])
        return simlib.reply(value)

    def log_in(self, request, body):
        if request.headers.get("dstcode") != self.args.dstcode:
            raise Refusal("dstcode không hợp lệ")
        username, password = need_text(body, "username"), need_text(body, "password")
        if not (same(username, self.args.username) & same(password, self.args.password)):
            raise Refusal("Tên đăng nhập hoặc mật khẩu không đúng", key=username)
        session = str(uuid.uuid4())
        self.book.open_session(username, session)
        return {"session": session}

    def call(self, _request, body):
        session, unit, service = (need_text(body, name) for name in ("session", "madonvi", "service"))
        if not self.book.is_session(session, self.dials["session_ttl_s"]):
            raise Refusal("Session không hợp lệ hoặc đã hết hạn")
        if unit not in self.args.madonvi:
            raise Refusal(f"Mã đơn vị {unit} không được phép")
        if service not in self.services:
            raise Violation("service", f"không có dịch vụ {service}")
        return self.services[service](body)

    # ---- dossiers ----

    def sync_dossiers(self, body):
        updating = need_text(body, "isUpdating")
        if updating not in ("True", "False"):
            raise Violation("isUpdating", "phải là \"True\" hoặc \"False\"")
        records = need_rows(body)
        self.check_dossiers(records)
        if updating == "True":
            self.refuse_unknown(records)
        else:
            self.refuse_existing(records)
        for record in records:
            self.book.record("updated" if updating == "True" else "created", record["MaHoSo"], record=record)
        return {}

    def check_dossiers(self, records):
        codes = set()
        for i, record in enumerate(records):
            check_record(record, DOSSIER, f"data[{i}]")
            known = self.book.dossiers.get(record["MaHoSo"])
            check_reception(record, known is not None and known.accepted, f"data[{i}]")
            if record["MaHoSo"] in codes:
                raise Violation(f"data[{i}].MaHoSo", f"hồ sơ {record['MaHoSo']} lặp lại trong một lần gọi")
            codes.add(record["MaHoSo"])

    def refuse_unknown(self, rows):
        for row in rows:
            if row["MaHoSo"] not in self.book.dossiers:
                raise Refusal(f"Hồ sơ {row['MaHoSo']} không tồn tại", key=row["MaHoSo"])

    def refuse_existing(self, records):
        for record in records:
            code = record["MaHoSo"]
            if code in self.book.dossiers:
                error_code = self.dials["duplicate_code"]
                raise Refusal(f"Hồ sơ {code} đã tồn tại", error_code, "duplicate_create", code)

    def add_progress(self, body):
        lines = need_rows(body)
        if len(lines) > LINES_PER_CALL:
            raise Violation("data", f"có {len(lines)} dòng tiến độ, tối đa {LINES_PER_CALL}")
        for i, line in enumerate(lines):
            check_record(line, PROGRESS, f"data[{i}]")
        self.refuse_unknown(lines)
        for line in lines:
            again = self.book.has_line(line)
            self.book.record("duplicate_progress" if again else "progress", line["MaHoSo"], line=line)
        return {}

    def look_up(self, body):
        code = need_text(body, "mahoso")
        known = self.book.dossiers.get(code)
        return {"result": [{"MaHoSo": code, "TrangThaiHoSo": known.status}] if known else []}

    # ---- catalogues: what was synced so far ----

    def list_procedures(self, _body):
        return {"result": [{"MATTHC": p["MaTTHC"], "TENTTHC": p["TenTTHC"]}
                           for p in self.book.procedures.values()]}

    def show_procedure(self, body):
        procedure = self.book.procedures.get(need_text(body, "maTTHC"))
        if procedure is None:
            return {"result": []}
        field = {"MALINHVUC": procedure["MaLinhVuc"], "TENLINHVUC": procedure["TenLinhVuc"]}
        lists = ("TRINHTUTHUCHIEN", "CACHTHUCTHUCHIEN", "THANHPHANHOSO", "DOITUONGTHUCHIEN",
                 "KETQUATHUCHIEN", "CANCUPHAPLY", "COQUANTHUCHIEN")
        return {"result": [{"TENTTHC": procedure["TenTTHC"], "MATTHC": procedure["MaTTHC"],
                            "MACOQUANCONGBO": "", "TRANGTHAI": "1", "LINHVUCTHUCHIEN": [field], "YEUCAU": "",
                            **{name: [] for name in lists}}]}

    def list_agencies(self, _body):
        return {"result": [{"MADONVI": unit, "TENDONVI": "", "CAPDONVI": ""} for unit in self.args.madonvi]}

    def list_fields(self, _body):
        fields = {p["MaLinhVuc"]: p["TenLinhVuc"] for p in self.book.procedures.values()}
        return {"result": [{"MALINHVUC": code, "TENLINHVUC": name, "MANGANH": code.split("-")[0]}
                           for code, name in fields.items()]}

    # ---- faults ----

    def write_fault(self, dial, request):
        self.book.record("fault", request.get("key", ""), dial=dial, path=request.path)

    @web.middleware
    async def inject_faults(self, request, handler):
        if request.path not in SYNC_PATHS:
            return await handler(request)
        spoiled = await self.spoil_before(request)
        if spoiled is not None:
            return spoiled
        answer = await handler(request)
        return await self.spoil_after(request, answer) if request.path == "/integration" else answer

    async def spoil_before(self, request):
        """The answer instead of the work; None to go on."""
        dials = self.dials
        if dials["down"] or dials["hang"]:
            self.write_fault("down" if dials["down"] else "hang", request)
            if not dials["down"]:
                await simlib.linger(request)
            return simlib.drop(request)
        if dials["delay_ms"]:
            self.write_fault("delay_ms", request)
            await simlib.linger(request, dials["delay_ms"] / 1000)
        fail_dial = "fail_next" if dials.take("fail_next") else "fail_rate"
        if fail_dial == "fail_next" or random.random() < dials["fail_rate"]:
            self.write_fault(fail_dial, request)
            return web.Response(status=dials["fail_status"], text=HTML_PAGE, content_type="text/html")
        if dials["garbage"]:
            self.write_fault("garbage", request)
            return web.Response(text=HTML_PAGE, content_type="text/html")
        return None

    async def spoil_after(self, request, answer):
        if self.dials["accept_but_hang_ms"]:
            self.write_fault("accept_but_hang_ms", request)
            await simlib.linger(request, self.dials["accept_but_hang_ms"] / 1000)
        if self.dials["accept_but_garbage"]:
            self.write_fault("accept_but_garbage", request)
            return web.Response(text=HALF_JSON, content_type="application/json")
        return answer

    # ---- for tests and people ----

    async def list_dossiers(self, _request):
        return simlib.reply([self.book.summary(code) for code in self.book.dossiers])

    async def show_dossier(self, request):
        code = request.match_info["code"]
        if code not in self.book.dossiers:
            return simlib.reply({"error": f"no dossier {code}"}, 404)
        return simlib.reply(self.book.describe(code))

    async def push(self, request):
        """Sends a dossier filed on the national portal to the province and returns what the province said."""
        order = await simlib.read_object(request)
        if not order or not isinstance(order.get("url"), str) or not isinstance(order.get("data"), dict):
            return simlib.reply({"error": "the body is not {\"url\": …, \"data\": {…}}"}, 400)
        headers = {"Content-Type": "application/json", "X-Portal-Key": self.args.push_key}
        timeout = aiohttp.ClientTimeout(total=PUSH_TIMEOUT_S)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as client:
                async with client.post(order["url"], data=simlib.dumps({"data": order["data"]}),
                                       headers=headers) as answer:
                    text = await answer.text(errors="replace")
                    outcome = {"status": answer.status, "answer": simlib.json_or_text(text)}
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            outcome = {"status": 0, "answer": f"{type(error).__name__}: {error}"}
        code = str(order["data"].get("MaHoSo", ""))
        self.book.record("pushed", code, url=order["url"], data=order["data"], **outcome)
        return simlib.reply(outcome)


def parse_arguments():
    parser = simlib.argument_parser(__doc__)
    parser.add_argument("--username", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--dstcode", required=True)
    parser.add_argument("--madonvi", required=True, action="append", help="a unit that may call; repeatable")
    parser.add_argument("--push-key", default="", help="what /push shows the province as X-Portal-Key")
    return parser.parse_args()


def main():
    args = parse_arguments()
    ledger, dials = simlib.Ledger(args.ledger, args.fsync), simlib.Dials(**DIALS)
    portal = Portal(args, Book(ledger), dials)
    app = simlib.make_app("portal", ledger, dials, [portal.inject_faults])
    app.add_routes([web.post("/auth", portal.auth), web.post("/integration", portal.integration),
                    web.get("/dossiers", portal.list_dossiers), web.post("/push", portal.push),
                    web.get("/dossiers/{code:.+}", portal.show_dossier)])
    simlib.run(app, args.listen)


if __name__ == "__main__":
    main()
