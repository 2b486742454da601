"""filing — what an applicant does on the portal, by HTTP: answers that fit a form, uploads, a complete dossier. `ask` is
called as ask(method, path, body=…, key=…, headers=…, raw=…) and answers as web.send does."""
import base64

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SAMPLE_ANSWERS = {"text": "Nội dung thử", "long_text": "Nội dung thử dài hơn", "money": 1000000, "date": "2026-01-02",
                  "boolean": True, "phone": "0900000009", "email": "a@example.vn", "citizen_id": "083300000017",
                  "tax_code": "0100109106"}
APPLICANT = {"kind": "citizen", "name": "Trần Thị Thử Nghiệm", "id_number": "083300000017", "phone": "0912345678",
             "email": "thu.nghiem@example.vn", "address": "12 Đường Thử, Bến Tre"}


def answer_to(field):
    kind = field["type"]
    if kind == "choice":
        return field["choices"][0]["value"]
    if kind == "integer":
        return max(1, field.get("min", 1))
    if kind == "money":
        return max(field.get("min", 0), min(1000000, field.get("max", 1000000)))
    return SAMPLE_ANSWERS[kind]


def answers_for(procedure):
    """Answers that fit the field list of a procedure, conditions included."""
    answers = {}
    for field in procedure["form"]:
        when = field.get("when")
        if not when or str(answers.get(when["field"])).lower() == when["equals"].lower():
            answers[field["name"]] = answer_to(field)
    return answers


def upload(ask, data=PDF, name="giấy tờ.pdf"):
    """The id of a new, complete upload."""
    metadata = "filename " + base64.b64encode(name.encode()).decode()
    made = ask("POST", "/api/intake/uploads", key=True, raw=b"",
               headers={"Upload-Length": str(len(data)), "Upload-Metadata": metadata})
    assert made.status == 201, made
    sent = ask("PATCH", "/api/intake/uploads/" + made["id"], raw=data,
               headers={"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
    assert sent.status in (204, 409), sent  # 409: sent before, and the answer was lost
    return made["id"]


def filing(ask, code, unit, **changes):
    """A complete request to file the procedure online."""
    procedure = ask("GET", "/api/intake/procedures/" + code).json
    paper = upload(ask)
    return {"procedure": code, "unit": unit, "language": "vi", "applicant": APPLICANT, "answers": answers_for(procedure),
            "papers": [{"component": c["code"], "upload": paper} for c in procedure["components"] if c["required"]],
            **changes}


def file_dossier(ask, code, unit, key=True, **changes):
    """The code of a new dossier."""
    made = ask("POST", "/api/intake/dossiers", filing(ask, code, unit, **changes), key=key)
    assert made.status == 201, made
    return made["code"]
