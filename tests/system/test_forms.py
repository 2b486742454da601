"""verification's legal forms: what each paper says, how they are numbered, who may have them, and what they cost."""
import concurrent.futures
import os
import time

import pytest

from bus import common_pb2
from desk import COUNTER, ELSEWHERE, OFFICE, RESULT
from lib import ROOT, call, sign_up
from papers import flat, pages_of

SCHEMA = os.path.join(ROOT, "services", "verification", "schema", "003_forms.sql")
YEAR = time.strftime("%Y", time.gmtime(time.time() + 7 * 3600))


@pytest.fixture(scope="module")
def citizen(desk):
    """(token, account)"""
    token = sign_up(desk.suite)
    return token, call("GET", desk.suite.url("/api/identity/me"), token=token)["id"]


def listed(desk, code, **more):
    answer = desk.get("/cases/%s/forms" % code, **more)
    assert answer.status == 200, answer
    return answer["forms"]


def form(desk, code, which, nth=0, **more):
    """The nth form of that kind, as PDF."""
    url = [f["url"] for f in listed(desk, code, **more) if f["form"] == which][nth]
    return desk.get(url.removeprefix("/api/verification"), **more)


def date(ms):
    return time.strftime("%H:%M %d/%m/%Y", time.gmtime(ms / 1000 + 7 * 3600))


def issued(desk, code):
    return [(f["form"], f["version"]) for f in listed(desk, code)]


def numbers(desk, unit, kind=1):
    """Of the unit's book this year, once somebody has looked at it."""
    assert desk.get("/register.pdf?unit=" + unit, at=unit).status == 200
    rows = desk.sql("SELECT no FROM form_issued WHERE unit = '%s' AND kind = %d ORDER BY at, code" % (unit, kind))
    return [int(no) for no in rows.split()]


# ---- what they say ----

def test_a_dossier_that_is_accepted_has_its_receipt(desk, plain):
    code = desk.file(plain, owner={"address": "Phường An Hội, tỉnh Vĩnh Long"})
    assert issued(desk, code) == [("05", 1)]
    desk.do(code, "ACCEPT")
    case, paper = desk.case(code), form(desk, code, "01")
    said = flat(paper)
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "TRUNG TÂM", "UBND TỈNH BẾN TRE",
                  "Tiếp nhận hồ sơ của: Trần Thị Mẫu", "Địa chỉ: Phường An Hội, tỉnh Vĩnh Long", "Mã hồ sơ: " + code,
                  "Số: " + listed(desk, code)[0]["number"], "Thủ tục hành chính: Cấp giấy phép thử",
                  "Thời hạn giải quyết: 05 ngày làm việc", "1 Giấy tờ x", "Nơi trả kết quả: Trung tâm, Số 1 đường Trung tâm",
                  "Thời gian nhận hồ sơ: " + date(case["accepted_at_ms"]),
                  "Thời gian trả kết quả giải quyết hồ sơ: " + date(case["due_at_ms"]), "Cán Bộ Thử", "Trang 1/1"):
        assert words in said, (words, said)
    assert paper.headers["Content-Disposition"] == 'inline; filename="mau-01-%s.pdf"' % code


def test_a_dossier_received_at_the_counter_has_its_receipt_at_once(desk, plain):
    code = desk.file(plain, received_by="Nguyễn Văn Cửa")
    assert issued(desk, code) == [("01", 1), ("05", 1)]
    assert "Nguyễn Văn Cửa" in flat(form(desk, code, "01")) and "Hình thức nộp: Trực tiếp" in flat(form(desk, code, "01"))


def test_a_request_for_papers_goes_on_saying_what_was_asked(desk, plain):
    code = desk.file(plain)
    desk.do(code, "ASK_SUPPLEMENT", reason="Bản vẽ bị mờ", papers=[{"name": "Bản vẽ mặt bằng", "reason": "Scan lại"}])
    first = flat(form(desk, code, "02"))
    assert "1 Bản vẽ mặt bằng Scan lại" in first and "Lý do: Bản vẽ bị mờ" in first and "số điện thoại 1022" in first
    desk.supply(code)
    desk.do(code, "ACCEPT_SUPPLEMENT")
    assert issued(desk, code) == [("02", 2), ("01", 4), ("05", 4)]
    assert "Giấy tờ bổ sung" in flat(form(desk, code, "01"))
    desk.do(code, "FORWARD")
    desk.do(code, "ASK_SUPPLEMENT", "leader", reason="Thiếu chữ ký", papers=[{"name": "Đơn đề nghị"}])
    assert flat(form(desk, code, "02")) == first
    assert "1 Đơn đề nghị" in flat(form(desk, code, "02", 1)) and "Thiếu chữ ký" in flat(form(desk, code, "02", 1))


def test_papers_that_came_after_the_receipt_do_not_change_it(desk, plain):
    code = desk.file(plain, received_by="Một cửa")
    before = flat(form(desk, code, "01"))
    desk.do(code, "FORWARD")
    desk.do(code, "ASK_SUPPLEMENT", "officer", reason="Thiếu", papers=[{"name": "Bản vẽ"}])
    desk.supply(code)
    desk.do(code, "ACCEPT_SUPPLEMENT")
    assert flat(form(desk, code, "01")) == before and "Giấy tờ bổ sung" not in before


def test_a_refusal_says_why(desk, plain):
    code = desk.file(plain)
    desk.do(code, "REFUSE", reason="Không thuộc thẩm quyền")
    said = flat(form(desk, code, "03"))
    assert "Trung tâm thông báo không tiếp nhận hồ sơ này" in said and "Không thuộc thẩm quyền" in said


def test_who_handles_a_dossier_refuses_it_in_its_own_name(desk, plain):
    code = desk.file(plain, received_by="Một cửa")
    desk.do(code, "FORWARD", unit=OFFICE)
    desk.do(code, "STOP", "officer", OFFICE, reason="Không đủ điều kiện")
    said = flat(form(desk, code, "03"))
    assert "SỞ NỘI VỤ" in said and "Sở Nội vụ thông báo không giải quyết hồ sơ này" in said and "CHUYÊN VIÊN" in said


def test_an_apology_names_the_old_and_the_new_date(desk, plain):
    code = desk.file(plain, received_by="Một cửa")
    old = desk.case(code)["due_at_ms"]
    desk.do(code, "REAPPOINT", "leader", reason="Mưa bão", due=time.strftime("%Y-%m-%d", time.gmtime(old / 1000 + 20 * 86400)))
    said = flat(form(desk, code, "04"))
    assert "Ngày hẹn trả: " + date(old) in said and "Lý do: Mưa bão" in said
    assert "Thời gian hẹn trả mới: " + date(desk.case(code)["due_at_ms"]) in said
    assert date(old) in flat(form(desk, code, "01"))  # the receipt goes on saying what it said


def test_the_control_slip_follows_the_dossier(desk, plain):
    code = desk.file(plain, received_by="Nguyễn Văn Cửa")
    desk.do(code, "FORWARD", unit=OFFICE)
    desk.do(code, "STEP", "officer", OFFICE)
    desk.do(code, "SIGN_RESULT", "leader", OFFICE, result=RESULT)
    desk.do(code, "HAND_OVER", received_by="Trần Thị Mẫu")
    said = flat(form(desk, code, "05"))
    for words in ("Sở Nội vụ", "(Thẩm định)", "(Ký)", "Kết quả giải quyết hồ sơ: Trước hạn"):
        assert words in said, (words, said)
    in_time = said.count("Trước hạn") + said.count("Đúng hạn")  # of a step that is due today or not, as the clock has it
    assert in_time == 3 and "Quá hạn" not in said, said


def test_a_hundred_papers_are_all_on_the_receipt(desk, plain):
    papers = [common_pb2.Paper(name="Giấy chứng nhận số %03d" % i, originals=1) for i in range(100)]
    code = desk.file(plain, received_by="Một cửa", papers=papers)
    paper = form(desk, code, "01")
    said = flat(paper)
    assert all("Giấy chứng nhận số %03d" % i in said for i in range(100))
    assert pages_of(paper) >= 3 and "Trang 1/%d" % pages_of(paper) in said


# ---- numbers ----

def test_numbers_have_no_gaps_however_many_are_accepted_at_once(desk, plain):
    codes = [desk.file(plain, unit_code=ELSEWHERE) for _ in range(12)]
    versions = {code: 1 for code in codes}
    token = desk.token("clerk", ELSEWHERE)

    def accept(code):
        return call("POST", desk.url("/cases/%s/decisions" % code), {"action": "ACCEPT"}, key=True, token=token,
                    headers={"If-Match": '"%d"' % versions[code]})
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        assert {a.status for a in pool.map(accept, codes + codes)} <= {200, 412, 409}
    for _ in range(5):
        desk.file(plain, unit_code=ELSEWHERE, received_by="Một cửa")
    assert numbers(desk, ELSEWHERE) == list(range(1, 18))


def test_each_kind_and_each_unit_has_its_own_book(desk, plain):
    codes = [desk.file(plain, received_by="Một cửa") for _ in range(2)]
    for code in codes:
        desk.do(code, "FORWARD", unit=OFFICE)
        desk.do(code, "STOP", "officer", OFFICE, reason="Sai")
    shown = [[f["number"] for f in listed(desk, code) if f["form"] == "03"] for code in reversed(codes)]
    first = int(shown[1][0].split("/")[0])  # the second was looked at first, and the first still comes before it
    assert shown == [["%d/%s/TCHS" % (no, YEAR)] for no in (first + 1, first)] and numbers(desk, OFFICE) == []


def test_cases_there_were_before_have_their_forms(desk, plain):
    desk.do(desk.file(plain), "REFUSE", reason="Sai")
    rows = "SELECT string_agg(concat_ws(' ', code, version, at, unit, kind, year), '|' ORDER BY code, version) FROM form_issued"
    with open(SCHEMA, encoding="utf-8") as f:
        script = "%s; BEGIN; DROP TABLE form_issued, form_book; %s; %s; ROLLBACK;" % (rows, f.read(), rows)
    before, after = [line for line in desk.sql(script).splitlines() if "|" in line]
    assert before == after


# ---- who may have them ----

def test_the_applicant_has_his_forms_but_not_the_control_slip(desk, plain, citizen):
    token, account = citizen
    code = desk.file(plain, account_id=account)
    desk.do(code, "ACCEPT")
    path = desk.url("/cases/%s/forms" % code)
    assert [f["form"] for f in call("GET", path, token=token)["forms"]] == ["01"]
    assert code in flat(call("GET", path + "/01-2.pdf", token=token))
    assert call("GET", path + "/05-2.pdf", token=token).status == 403


def test_nobody_else_knows_of_them(desk, plain, citizen):
    code = desk.file(plain, received_by="Một cửa")
    for path in ("/cases/%s/forms" % code, "/cases/%s/forms/01-1.pdf" % code):
        assert call("GET", desk.url(path)).status == 401
        assert call("GET", desk.url(path), token=citizen[0]).status == 404
        assert desk.get(path, at=ELSEWHERE).status == 404


@pytest.mark.parametrize("name", ["01-2.pdf", "02-1.pdf", "06-1.pdf", "01-1", "01-.pdf", "1-1.pdf", "01-99999999999999999999.pdf"])
def test_a_form_there_is_not_is_not_found(desk, plain, name):
    code = desk.file(plain, received_by="Một cửa")
    assert desk.get("/cases/%s/forms/%s" % (code, name)).status == 404


# ---- the register ----

def test_the_register_has_a_line_for_each_dossier_and_goes_on_in_parts(desk, plain):
    first = len(numbers(desk, COUNTER))
    codes = [desk.file(plain, received_by="Một cửa", owner={"name": "Người Thứ %d" % i}) for i in range(5)]
    part = desk.get("/register.pdf?unit=%s&after=%d&limit=3" % (COUNTER, first))
    said = flat(part).replace(" ", "")
    assert all(code in said for code in codes[:3]) and codes[3] not in said and "SỔTHEODÕIHỒSƠ" in said
    link = part.headers["Link"]
    assert link.endswith('>; rel="next"')
    rest = desk.get("/register.pdf" + link[1:link.index(">")])
    assert all(code in flat(rest).replace(" ", "") for code in codes[3:]) and "Link" not in rest.headers
    assert "NgườiThứ4" in flat(rest).replace(" ", "") and "Quyển số: " + YEAR in flat(rest)


def test_the_register_is_for_those_who_read_the_unit(desk, citizen):
    assert desk.get("/register.pdf?unit=" + COUNTER, at=ELSEWHERE).status == 403
    assert call("GET", desk.url("/register.pdf?unit=" + COUNTER), token=citizen[0]).status == 403
    assert desk.get("/register.pdf").status == 422
    assert desk.get("/register.pdf?unit=%s&limit=501" % COUNTER).status == 422


# ---- what they cost ----

def test_a_paper_one_has_is_not_drawn_again(desk, plain):
    code = desk.file(plain, received_by="Một cửa")
    paper = form(desk, code, "01")
    etag = paper.headers["ETag"]
    again = desk.get("/cases/%s/forms/01-1.pdf" % code, headers={"If-None-Match": etag})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", etag)
    other = desk.get("/cases/%s/forms/01-1.pdf" % code, headers={"If-None-Match": '"1-0"'})
    assert other.status == 200 and other.body == paper.body


def cpu_s(desk):
    with open("/proc/%d/stat" % desk.suite.children["verification"][1].pid, encoding="utf-8") as f:
        user, system = f.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_a_paper_takes_less_than_a_tenth_of_a_second(desk, plain):
    """Of a core, so that it holds however busy the machine is."""
    code = desk.file(plain, received_by="Một cửa")
    before = cpu_s(desk)
    for _ in range(20):
        assert desk.get("/cases/%s/forms/01-1.pdf" % code).status == 200
    assert (cpu_s(desk) - before) / 20 < 0.1


def pss_kib(desk):
    with open("/proc/%d/smaps_rollup" % desk.suite.children["verification"][1].pid, encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("Pss:"))


def test_papers_do_not_pile_up_in_memory(desk, plain):
    code = desk.file(plain, received_by="Một cửa")
    path = "/cases/%s/forms/01-1.pdf" % code
    for _ in range(40):
        desk.get(path)
    before = pss_kib(desk)
    for _ in range(200):
        desk.get(path)
    assert pss_kib(desk) - before < 1500
