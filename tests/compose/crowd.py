"""crowd — callers who never ask twice: applicants filing without pause while something is done to the suite. Every answer that is
not what it should be, and every connection that breaks, is a failed request."""
import base64
import http.client
import json
import threading
import time
import urllib.parse

from embedded.filing import PDF, answers_for
from embedded.web import new_key

PROCEDURE, UNIT = "1.008455", "000.00.21.H07"


class Caller(threading.Thread):
    """One applicant with one connection, kept as a browser does."""

    def __init__(self, crowd):
        super().__init__(daemon=True)
        self.crowd, self.failed, self.asked, self.codes, self.slowest = crowd, [], 0, [], 0.0
        self.line = None

    def ask(self, method, path, expected, body=None, headers=None):
        """The body of the answer, or None: a failed request is written down and not repeated."""
        headers = {"Authorization": "Bearer " + self.crowd.token, "Content-Type": "application/json", **(headers or {})}
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        self.asked += 1
        began = time.monotonic()
        try:
            self.line = self.line or http.client.HTTPSConnection(self.crowd.host, timeout=30, context=self.crowd.context)
            self.line.request(method, path, data, headers)
            answer = self.line.getresponse()
            text = answer.read()
            if answer.getheader("Connection") == "close":
                self.line.close()
        except (OSError, http.client.HTTPException) as error:
            self.failed.append("%s %s: %r" % (method, path, error))
            self.line = None
            return None
        self.slowest = max(self.slowest, time.monotonic() - began)
        if answer.status not in expected:
            self.failed.append("%s %s: %d %s" % (method, path, answer.status, text[:200]))
            return None
        return text

    def upload(self):
        metadata = "filename " + base64.b64encode("giấy tờ.pdf".encode()).decode()
        made = self.ask("POST", "/api/intake/uploads", (201,), b"", {
            "Idempotency-Key": new_key(), "Upload-Length": str(len(PDF)), "Upload-Metadata": metadata})
        upload = json.loads(made)["id"] if made else None
        sent = upload and self.ask("PATCH", "/api/intake/uploads/" + upload, (204,), PDF, {
            "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
        return upload if sent is not None else None

    def file(self):
        paper = self.upload()
        if not paper:
            return
        body = {**self.crowd.filing, "papers": [{"component": c, "upload": paper} for c in self.crowd.components]}
        made = self.ask("POST", "/api/intake/dossiers", (201,), body, {"Idempotency-Key": new_key()})
        if made:
            self.codes.append(json.loads(made)["code"])
            self.ask("GET", "/api/intake/dossiers/" + self.codes[-1], (200,))

    def run(self):
        while not self.crowd.is_over:
            self.file()


class Crowd:
    """with Crowd(project) as crowd: …; afterwards crowd.failed is what it is about."""

    def __init__(self, project, callers=6):
        self.host = urllib.parse.urlsplit(project.base).netloc
        self.context, self.token = project.context(), project.citizen_token()
        owner = Caller(self)
        procedure = json.loads(owner.ask("GET", "/api/intake/procedures/" + PROCEDURE, (200,)))
        self.components = [c["code"] for c in procedure["components"] if c["required"]]
        applicant = {"kind": "citizen", "name": "Trần Văn Mẫu", "id_number": "083085009901", "phone": "0900000901",
                     "email": "tran.van.mau@example.vn", "address": "12 Đường Đồng Khởi, Bến Tre"}
        self.filing = {"procedure": PROCEDURE, "unit": UNIT, "language": "vi", "applicant": applicant,
                       "answers": answers_for(procedure)}
        self.is_over = False
        self.callers = [Caller(self) for _ in range(callers)]

    def __enter__(self):
        for caller in self.callers:
            caller.start()
        return self

    def __exit__(self, *_):
        self.is_over = True
        for caller in self.callers:
            caller.join(60)

    @property
    def failed(self):
        return [failure for caller in self.callers for failure in caller.failed]

    @property
    def asked(self):
        return sum(caller.asked for caller in self.callers)

    @property
    def codes(self):
        return [code for caller in self.callers for code in caller.codes]

    def told(self):
        return "%d requests, %d dossiers, %d failed, slowest %.1f s" % (
            self.asked, len(self.codes), len(self.failed), max(caller.slowest for caller in self.callers))
