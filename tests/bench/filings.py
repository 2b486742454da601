"""filings — the dossier that a load files by the thousand, and the load itself: what the bench and the drill share."""
import json
import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.path.join(ROOT, os.environ.get("BUILD_DIR") or "build", "bench")
UNIT, PROCEDURE = "000.00.21.H07", "1.900001"
NUMBER = "#" * 16  # the load puts a new one here
FORM = [
    {"name": "plot", "label": "Thửa đất", "type": "text", "required": True, "max": 200},
    {"name": "address", "label": "Địa chỉ xây dựng", "type": "text", "required": True, "max": 300},
    {"name": "area", "label": "Diện tích (m²)", "type": "integer", "required": True, "min": 1, "max": 100000},
    {"name": "floors", "label": "Số tầng", "type": "integer", "min": 1, "max": 80},
    {"name": "cost", "label": "Dự toán", "type": "money"},
    {"name": "start", "label": "Ngày khởi công", "type": "date"},
    {"name": "kind", "label": "Loại", "type": "choice", "required": True,
     "choices": [{"value": "new", "label": "Xây mới"}, {"value": "repair", "label": "Sửa chữa"}]},
    {"name": "note", "label": "Ghi chú", "type": "long_text"},
]
DEFINITION = {"code": PROCEDURE, "name": "Cấp giấy phép xây dựng nhà ở riêng lẻ", "field_code": "G15-XD03", "field": "Xây dựng",
              "levels": ["province", "district", "commune"], "online_level": "full", "form": FORM, "components": [],
              "limit": {"value": 15, "unit": "working_day", "text": "15 ngày"}}
FILING = {
    "procedure": PROCEDURE, "unit": UNIT, "summary": "Xin cấp giấy phép xây dựng nhà ở riêng lẻ, hồ sơ " + NUMBER,
    "applicant": {"kind": "citizen", "name": "Nguyễn Thị Thanh Hương", "id_number": "083185004321", "birth_date": "1985-04-12",
                  "phone": "0912345678", "email": "thanhhuong@example.vn",
                  "address": "Số 123/45 đường Nguyễn Đình Chiểu, khu phố 3, phường Phú Khương, tỉnh Bến Tre"},
    "answers": {"plot": "Thửa 123, tờ bản đồ 45, phường Phú Khương", "address": "Số 67 đường Đồng Khởi, phường Phú Khương",
                "area": 125, "floors": 2, "cost": 1850000000, "start": "2026-12-15", "kind": "new",
                "note": "Nhà ở riêng lẻ hai tầng, mái bê tông cốt thép, móng đơn, có ban công và sân thượng; có bản vẽ kèm theo."}}


def run_json(*argv):
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError("%s: %s" % (argv[0], done.stderr.strip()))
    return json.loads(done.stdout.strip().splitlines()[-1])


def write_request(path, method, target, headers, body=b""):
    lines = ["%s %s HTTP/1.1" % (method, target), "Host: localhost"] + ["%s: %s" % item for item in headers.items()]
    if body:
        lines.append("Content-Length: %d" % len(body))
    with open(path, "wb") as f:
        f.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    return path


def filing_request(path, headers, filing=None):
    body = json.dumps(filing or FILING, ensure_ascii=False).encode()
    return write_request(path, "POST", "/api/intake/dossiers",
                         {**headers, "Idempotency-Key": NUMBER, "Content-Type": "application/json"}, body)


def load(port, request, connections, seconds, **more):
    """The report of build/bench/load."""
    options = [part for name, value in more.items() for part in ("--" + name, value)]
    return run_json(os.path.join(PROGRAMS, "load"), "--port", port, "--request", request, "--connections", connections,
                    "--seconds", seconds, *options)
