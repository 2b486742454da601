"""lib — what system tests share: HTTP with JSON, waiting for conditions, accounts, papers, answers, dossiers."""
import base64
import json
import os
import sys
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "scripts"))
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class Answer:
    """Status, headers and body of an HTTP answer; JSON members by []."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __getitem__(self, name):
        return self.json[name]

    def __repr__(self):
        return "<%d %s>" % (self.status, self.body[:600].decode(errors="replace"))


def call(method, url, body=None, token=None, key=None, headers=None, raw=None, timeout=30):
    """One request. body is sent as JSON; key is the Idempotency-Key (made if it is True)."""
    all_headers = {"Content-Type": "application/json", **(headers or {})}
    if token:
        all_headers["Authorization"] = token if " " in token else "Bearer " + token
    if key:
        all_headers["Idempotency-Key"] = os.urandom(12).hex() if key is True else key
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=all_headers)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def wait_for(condition, seconds=20, what="the condition"):
    """The first true value condition() gives."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise AssertionError("%s did not come within %s s" % (what, seconds))
        time.sleep(0.02)


def metric(suite, service, name, labels=""):
    """The value of a counter or gauge; 0 if the service has no such line."""
    text = call("GET", suite.admin_url(service) + "/metrics").body.decode()
    for line in text.splitlines():
        if line.startswith(name + "{") and labels in line:
            return float(line.rsplit(" ", 1)[1])
    return 0.0


def operator(suite):
    return "Operator " + suite.secret("operator.token")


# ---- people ----

def sign_up(suite, **changes):
    """A new citizen; returns the token."""
    unique = int.from_bytes(os.urandom(4), "big")
    password = "mật khẩu %d dài" % unique
    person = {"kind": "citizen", "name": "Trần Thị Thử Nghiệm", "id_number": "0833%08d" % (unique % 10 ** 8),
              "phone": "09%08d" % (unique % 10 ** 8), "email": "nguoi%d@example.vn" % unique, "password": password, **changes}
    person["id_number"] = person["id_number"][:4] + "00" + person["id_number"][6:]
    made = call("POST", suite.url("/api/identity/accounts"), person, key=True)
    assert made.status == 201, made
    return log_in(suite, person["email"], password)


def log_in(suite, login, password):
    answer = call("POST", suite.url("/api/identity/sessions"), {"login": login, "password": password})
    assert answer.status == 200, answer
    return answer["access_token"]


def staff(suite, roles, login=None, **more):
    """A new member of staff with [(role, unit)]; returns the token."""
    login = login or "cb" + os.urandom(6).hex()
    user = {"login": login, "name": "Cán Bộ Thử", "title": "Chuyên viên", "department": "Phòng thử nghiệm",
            "grants": [{"role": r, "unit": u} for r, u in roles], **more}
    made = call("POST", suite.admin_url("identity") + "/admin/users", user, token=operator(suite))
    assert made.status == 201, made
    return log_in(suite, login, made["password"])


# ---- dossiers ----

def upload(suite, token, data=PDF, name="giấy tờ.pdf"):
    made = call("POST", suite.url("/api/intake/uploads"), token=token, key=True, raw=b"", headers={
        "Upload-Length": str(len(data)), "Upload-Metadata": "filename " + base64.b64encode(name.encode()).decode()})
    assert made.status == 201, made
    sent = call("PATCH", suite.url("/api/intake/uploads/" + made["id"]), token=token, raw=data,
                headers={"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
    assert sent.status == 204, sent
    return made["id"]


SAMPLE_ANSWERS = {"text": "Nội dung thử", "long_text": "Nội dung thử dài hơn", "money": 1000000, "date": "2026-01-02",
                  "boolean": True, "phone": "0900000009", "email": "a@example.vn", "citizen_id": "083300000017",
                  "tax_code": "0100109106"}


def answers_for(procedure):
    """Answers that fit the field list of a procedure, conditions included."""
    answers = {}
    for field in procedure["form"]:
        when = field.get("when")
        if when and str(answers.get(when["field"])).lower() != when["equals"].lower():
            continue
        if field["type"] == "choice":
            answers[field["name"]] = field["choices"][0]["value"]
        elif field["type"] == "integer":
            answers[field["name"]] = max(1, field.get("min", 1))
        elif field["type"] == "money":
            answers[field["name"]] = max(field.get("min", 0), min(1000000, field.get("max", 1000000)))
        else:
            answers[field["name"]] = SAMPLE_ANSWERS[field["type"]]
    return answers


def filing(suite, token, code, unit, **changes):
    """A complete request to file the procedure online."""
    procedure = call("GET", suite.url("/api/intake/procedures/" + code)).json
    paper = upload(suite, token)
    return {"procedure": code, "unit": unit, "language": "vi",
            "applicant": {"kind": "citizen", "name": "Trần Thị Thử Nghiệm", "id_number": "083300000017", "phone": "0912345678",
                          "email": "thu.nghiem@example.vn", "address": "12 Đường Thử, Bến Tre"},
            "answers": answers_for(procedure),
            "papers": [{"component": c["code"], "upload": paper} for c in procedure["components"] if c["required"]], **changes}


def file_dossier(suite, token, code, unit, **changes):
    made = call("POST", suite.url("/api/intake/dossiers"), filing(suite, token, code, unit, **changes), token=token, key=True)
    assert made.status == 201, made
    return made["code"]
