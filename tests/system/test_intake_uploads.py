"""intake — files on their way in (tus 1.0.0): they go on where a broken line left them, are what their bytes say, and are
their owner's alone."""
import base64
import concurrent.futures
import hashlib
import io
import os
import signal
import socket
import threading
import time
import zipfile

import pytest

from embedded.layout import variables
from intake import DISTRICT, import_catalogue, load_units, procedure, sql
from lib import PDF, call, filing, sign_up, staff, upload, wait_for

CODE = "1.900001"
MOST, QUOTA = 1 << 20, 12 << 20
OFFICE = "application/vnd.openxmlformats-officedocument."


@pytest.fixture(scope="module")
def suite(new_suite):
    limits = variables("intake", upload_max_bytes=str(MOST), upload_quota_bytes=str(QUOTA))
    suite = new_suite(["postgres", "redis", "broker", "identity", "intake", "nginx"], {"intake": limits})
    load_units(suite)
    import_catalogue(suite, [procedure(CODE)])
    return suite


# ---- what the tests say and see ----

def url_of(suite, upload_id=""):
    return suite.url("/api/intake/uploads" + ("/" + upload_id if upload_id else ""))


def create(suite, token, length, name="giấy tờ.pdf", key=True):
    metadata = "filename " + base64.b64encode(name.encode()).decode()
    return call("POST", url_of(suite), token=token, key=key, raw=b"",
                headers={"Upload-Length": str(length), "Upload-Metadata": metadata})


def append(suite, token, upload_id, offset, data):
    return call("PATCH", url_of(suite, upload_id), token=token, raw=data,
                headers={"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"})


def shown(suite, token, upload_id, method="GET"):
    return call(method, url_of(suite, upload_id), token=token)


def spooled(suite):
    """Bytes of uploads that intake holds in temporary files, which have no name."""
    folder, size = "/proc/%d/fd/" % suite.children["intake"][1].pid, 0
    for fd in os.listdir(folder):
        try:
            size += os.stat(folder + fd).st_size if os.readlink(folder + fd).startswith(suite.path("files", "#")) else 0
        except OSError:
            continue  # closed meanwhile
    return size


def pdf_of(size):
    return PDF + os.urandom(size - len(PDF))


def content(suite, data):
    """Where a file of these bytes is kept."""
    name = hashlib.sha256(data).hexdigest()
    return suite.path("files", "by-content", name[:2], name[2:4], name)


def lie_about(suite, data, days):
    """A stored file, last needed so many days ago; its path."""
    path = content(suite, data)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if not os.path.exists(path):
        with open(path, "wb") as f:
            f.write(data)
    os.utime(path, (time.time() - days * 86400,) * 2)
    return path


def office_file(first):
    """A DOCX or XLSX as office programs write it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name in ("[Content_Types].xml", "_rels/.rels", first):
            z.writestr(name, "<x/>")
    return out.getvalue()


# ---- going on ----

def test_a_file_comes_in_pieces_and_is_known_by_its_content(suite, citizen):
    data = pdf_of(200000)
    made = create(suite, citizen, len(data))
    assert made.status == 201 and made.headers["Location"] == "/api/intake/uploads/" + made["id"]
    for offset in range(0, len(data), 70000):
        sent = append(suite, citizen, made["id"], offset, data[offset:offset + 70000])
        assert sent.status == 204 and sent.headers["Upload-Offset"] == str(min(offset + 70000, len(data)))
        assert sent.headers["Tus-Resumable"] == "1.0.0"
    assert shown(suite, citizen, made["id"]).json == {
        "id": made["id"], "file_name": "giấy tờ.pdf", "length": len(data), "offset": len(data), "complete": True,
        "sha256": hashlib.sha256(data).hexdigest(), "type": "application/pdf"}


def test_the_offset_is_asked_for_with_head(suite, citizen):
    made = create(suite, citizen, 1000)
    append(suite, citizen, made["id"], 0, PDF)
    asked = shown(suite, citizen, made["id"], method="HEAD")
    assert (asked.status, asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == (200, str(len(PDF)), "1000")
    assert asked.body == b"" and asked.headers["Cache-Control"] == "no-store"


def test_a_piece_that_does_not_fit_is_refused_and_harms_nothing(suite, citizen):
    data = pdf_of(5000)
    upload_id = create(suite, citizen, len(data))["id"]
    append(suite, citizen, upload_id, 0, data[:1000])
    for offset in (0, 999, 2000):
        refused = append(suite, citizen, upload_id, offset, data[offset:offset + 500])
        assert (refused.status, refused["code"]) == (409, "wrong_offset") and "1000" in refused["title"]
    beyond = append(suite, citizen, upload_id, 1000, data[1000:] + b"x")
    assert (beyond.status, beyond["code"]) == (400, "beyond_length")
    assert append(suite, citizen, upload_id, 1000, data[1000:]).status == 204
    assert shown(suite, citizen, upload_id)["sha256"] == hashlib.sha256(data).hexdigest()
    late = append(suite, citizen, upload_id, 0, data[:10])  # it is complete: nothing is added
    assert (late.status, late.headers["Upload-Offset"]) == (204, "5000")


def begin_appending(port, token, upload_id, length, data):
    """A line on which so much of the body is sent."""
    line = socket.create_connection(("127.0.0.1", port))
    line.sendall(("PATCH /api/intake/uploads/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nUpload-Offset: 0\r\n"
                  "Content-Type: application/offset+octet-stream\r\nContent-Length: %d\r\n\r\n"
                  % (upload_id, token, length)).encode() + data)
    return line


def test_what_arrived_before_the_line_broke_is_kept(suite, citizen):
    data = pdf_of(300000)
    upload_id = create(suite, citizen, len(data))["id"]
    wait_for(lambda: spooled(suite) == 0, what="the end of what came before")
    with begin_appending(suite.port, citizen, upload_id, len(data), data[:150000]):
        wait_for(lambda: spooled(suite), what="the bytes")
    held = wait_for(lambda: shown(suite, citizen, upload_id)["offset"], what="the bytes that came")
    assert 0 < held <= 150000
    assert append(suite, citizen, upload_id, held, data[held:]).status == 204
    assert shown(suite, citizen, upload_id)["sha256"] == hashlib.sha256(data).hexdigest()


def test_what_arrived_together_with_the_end_of_the_line_is_kept_at_once(suite, citizen):
    data = pdf_of(60000)
    upload_id = create(suite, citizen, len(data))["id"]
    intake = suite.children["intake"][1]
    intake.send_signal(signal.SIGSTOP)
    try:
        begin_appending(suite.ports["INTAKE_HTTP"], citizen, upload_id, len(data), data[:40000]).close()
    finally:
        intake.send_signal(signal.SIGCONT)
    assert wait_for(lambda: shown(suite, citizen, upload_id)["offset"], 5, "the bytes that came") == 40000


def test_an_upload_outlives_a_kill(suite, citizen):
    data = pdf_of(50000)
    upload_id = create(suite, citizen, len(data))["id"]
    append(suite, citizen, upload_id, 0, data[:20000])
    suite.kill("intake")
    suite.start("intake")
    assert shown(suite, citizen, upload_id)["offset"] == 20000
    append(suite, citizen, upload_id, 20000, data[20000:])
    assert shown(suite, citizen, upload_id)["sha256"] == hashlib.sha256(data).hexdigest()


def test_who_looks_while_bytes_come_sees_a_size_that_lasts_and_harms_nothing(suite):
    data, half, citizen = pdf_of(900000), 600000, sign_up(suite)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            upload_id, seen, is_over = create(suite, citizen, len(data))["id"], [], threading.Event()

            def look(upload_id=upload_id, seen=seen, is_over=is_over):
                while not is_over.is_set():
                    answer = shown(suite, citizen, upload_id)
                    seen.append((answer.status, answer.json.get("offset")))

            lookers = [pool.submit(look) for _ in range(4)]
            sent = [append(suite, citizen, upload_id, 0, data[:half]).status, append(suite, citizen, upload_id, half, data[half:]).status]
            is_over.set()
            assert [looker.result() for looker in lookers] == [None] * 4 and sent == [204, 204]
            assert set(seen) <= {(200, size) for size in (0, half, len(data))}
            assert shown(suite, citizen, upload_id)["sha256"] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("asked", ["HEAD", "PATCH"])
def test_an_upload_whose_end_nobody_noted_is_finished_when_it_is_asked_for(suite, citizen, asked):
    data = pdf_of(3000 + len(asked))
    upload_id = create(suite, citizen, len(data))["id"]
    append(suite, citizen, upload_id, 0, data[:1000])
    with open(suite.path("files", "partial", upload_id), "ab") as f:  # as a process leaves it that dies before it has said so
        f.write(data[1000:])
    if asked == "HEAD":
        assert shown(suite, citizen, upload_id, "HEAD").headers["Upload-Offset"] == str(len(data))
    else:
        assert append(suite, citizen, upload_id, 1000, data[1000:]).status == 204
    assert shown(suite, citizen, upload_id)["complete"] and os.path.exists(content(suite, data))


def test_an_upload_that_is_dropped_is_gone(suite, citizen):
    upload_id = create(suite, citizen, 100)["id"]
    append(suite, citizen, upload_id, 0, PDF)
    assert call("DELETE", url_of(suite, upload_id), token=citizen).status == 204
    assert shown(suite, citizen, upload_id).status == 404
    assert not os.path.exists(suite.path("files", "partial", upload_id))


# ---- what is taken ----

def test_the_server_says_what_it_takes(suite):
    answer = call("OPTIONS", url_of(suite))
    assert answer.status == 204 and answer.headers["Tus-Max-Size"] == str(MOST)
    assert answer.headers["Tus-Extension"] == "creation,termination" and answer.headers["Tus-Version"] == "1.0.0"


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(suite, citizen):
    assert create(suite, citizen, MOST).status == 201
    refused = create(suite, citizen, MOST + 1)
    assert (refused.status, refused["code"]) == (413, "file_too_large") and "1 MB" in refused["title"]
    for nonsense in ("", "-1", "1e3", "12x"):
        assert create(suite, citizen, nonsense)["code"] == "upload_length_required"


def test_an_account_holds_so_much_that_is_not_filed(suite):
    hoarder, other = sign_up(suite), sign_up(suite)
    body = filing(suite, hoarder, CODE, DISTRICT)
    body["papers"] = [{"component": "TP1", "upload": upload(suite, hoarder, pdf_of(MOST))}]
    assert call("POST", suite.url("/api/intake/dossiers"), body, token=hoarder, key=True).status == 201  # filed: it counts no more
    held = [create(suite, hoarder, MOST) for _ in range(QUOTA // MOST - 1)]
    assert {made.status for made in held} == {201}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        last = list(pool.map(lambda _: create(suite, hoarder, MOST // 2).status, range(8)))
    assert last.count(201) in (1, 2) and set(last) == {201, 413}
    refused = create(suite, hoarder, MOST)
    assert (refused.status, refused["code"]) == (413, "upload_quota_reached") and "12 MB" in refused["title"]
    assert call("DELETE", url_of(suite, held[0]["id"]), token=hoarder).status == 204  # unfinished: there is room again
    assert create(suite, hoarder, MOST).status == 201 and create(suite, other, MOST).status == 201


def test_what_is_dropped_when_complete_counts_while_it_is_there(suite):
    hoarder = sign_up(suite)
    for _ in range(QUOTA // MOST):
        assert call("DELETE", url_of(suite, upload(suite, hoarder, pdf_of(MOST))), token=hoarder).status == 204
    assert create(suite, hoarder, 1)["code"] == "upload_quota_reached"


def test_a_file_is_what_its_bytes_say_and_not_its_name(suite, citizen):
    programs = {b"\x7fELF\x02\x01\x01" + bytes(200): "a.pdf", b"MZ" + bytes(300): "ảnh.jpg",
                b"<html><script>alert(1)</script></html>": "đơn.pdf", b"#!/bin/sh\nrm -rf /\n": "đơn.txt", bytes(64): "a.pdf"}
    for data, name in programs.items():
        upload_id = create(suite, citizen, len(data), name)["id"]
        refused = append(suite, citizen, upload_id, 0, data)
        assert (refused.status, refused["code"]) == (400, "file_type_not_allowed"), name
        assert shown(suite, citizen, upload_id).status == 404
        assert not os.path.exists(suite.path("files", "partial", upload_id)) and not os.path.exists(content(suite, data))
    taken = {PDF: "application/pdf", "Đơn xin\n".encode(): "text/plain",
             b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(20): "image/png",
             b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(20): "image/jpeg",
             office_file("word/document.xml"): OFFICE + "wordprocessingml.document",
             office_file("xl/workbook.xml"): OFFICE + "spreadsheetml.sheet"}
    for data, media in taken.items():
        upload_id = upload(suite, citizen, data, name="chương trình.exe")
        assert (shown(suite, citizen, upload_id)["type"], shown(suite, citizen, upload_id)["complete"]) == (media, True)


def test_a_name_is_only_a_name(suite, citizen):
    for name, kept in (("../../etc/passwd", "passwd"), ("Đơn xin cấp phép.pdf", "Đơn xin cấp phép.pdf"), ("a\x00b.pdf", None),
                       ("", "tep"), ("x" * 300, "x" * 255)):
        answer = shown(suite, citizen, create(suite, citizen, 10, name)["id"])
        assert kept is None or answer["file_name"] == kept


def test_one_key_announces_one_file(suite, citizen):
    key = os.urandom(8).hex()
    assert len({create(suite, citizen, 10, key=key)["id"] for _ in range(3)}) == 1
    assert create(suite, citizen, 10, key=None)["code"] == "idempotency_key_required"
    for other in (create(suite, citizen, 11, key=key), create(suite, citizen, 10, "khác.pdf", key=key)):
        assert (other.status, other["code"]) == (409, "idempotency_key_reused")


# ---- whose it is ----

def test_somebody_else_s_upload_is_nobody_s(suite, citizen):
    stranger = sign_up(suite)
    upload_id = upload(suite, citizen)
    assert shown(suite, stranger, upload_id).status == 404 and shown(suite, None, upload_id).status == 401
    assert append(suite, stranger, upload_id, 0, b"x").status == 404
    assert call("DELETE", url_of(suite, upload_id), token=stranger).status == 404
    body = filing(suite, stranger, CODE, DISTRICT)
    body["papers"] = [{"component": "TP1", "upload": upload_id}]
    refused = call("POST", suite.url("/api/intake/dossiers"), body, token=stranger, key=True)
    assert [(e["field"], e["code"]) for e in refused["errors"]] == [("papers[0].upload", "upload_unknown")]
    assert shown(suite, citizen, upload_id).status == 200


def test_an_upload_that_is_not_complete_is_not_filed(suite, citizen):
    body = filing(suite, citizen, CODE, DISTRICT)
    upload_id = create(suite, citizen, 1000)["id"]
    append(suite, citizen, upload_id, 0, PDF)
    body["papers"] = [{"component": "TP1", "upload": upload_id}]
    refused = call("POST", suite.url("/api/intake/dossiers"), body, token=citizen, key=True)
    assert [(e["field"], e["code"]) for e in refused["errors"]] == [("papers[0].upload", "upload_unknown")]


def test_a_filed_paper_is_kept_when_its_upload_goes(suite, citizen):
    data = pdf_of(4000)
    body = filing(suite, citizen, CODE, DISTRICT)
    body["papers"] = [{"component": "TP1", "upload": upload(suite, citizen, data)}]
    code = call("POST", suite.url("/api/intake/dossiers"), body, token=citizen, key=True)["code"]
    sql(suite, "UPDATE upload SET created_at = now() - interval '8 days'")
    sql(suite, "UPDATE job SET run_at = now() WHERE kind = 'prune_uploads'")
    wait_for(lambda: sql(suite, "SELECT count(*) FROM upload") == "0", what="the end of old uploads")
    assert os.listdir(suite.path("files", "partial")) == []
    paper = call("GET", suite.url("/api/intake/dossiers/%s/papers/1" % code), token=citizen)
    assert paper.body == data and paper.headers["Content-Type"] == "application/pdf"
    assert paper.headers["Content-Security-Policy"] == "sandbox" and paper.headers["X-Content-Type-Options"] == "nosniff"
    other = staff(suite, [("clerk", "000.00.22.H07")])
    assert call("GET", suite.url("/api/intake/dossiers/%s/papers/1" % code), token=other).status == 404


def test_stored_files_nobody_refers_to_go_when_they_are_old(suite, citizen):
    uploaded, filed, signed, lost, young = (pdf_of(3000 + i) for i in range(5))
    body = filing(suite, citizen, CODE, DISTRICT)
    body["papers"] = [{"component": "TP1", "upload": upload(suite, citizen, filed)}]
    code = call("POST", suite.url("/api/intake/dossiers"), body, token=citizen, key=True)["code"]
    sql(suite, "DELETE FROM upload WHERE owner = (SELECT account_id::text FROM dossier WHERE code = '%s')" % code)
    upload(suite, citizen, uploaded)
    sql(suite, "INSERT INTO progress VALUES ('%s', 1, now(), '{\"result\":{\"file\":{\"sha256\":\"%s\"}}}')"
        % (code, hashlib.sha256(signed).hexdigest()))
    kept = [lie_about(suite, data, 38) for data in (uploaded, filed, signed)] + [lie_about(suite, young, 36)]
    gone = lie_about(suite, lost, 38)
    sql(suite, "UPDATE job SET run_at = now() WHERE kind = 'prune_content'")
    wait_for(lambda: not os.path.exists(gone), what="the end of the file")
    wait_for(lambda: sql(suite, "SELECT run_at > now() + interval '6 days' FROM job WHERE kind = 'prune_content'") == "t",
             what="the end of the job")
    assert [os.path.exists(path) for path in kept] == [True] * 4
