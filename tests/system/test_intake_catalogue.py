"""intake — the catalogue: files are looked at, applied, refused row by row; procedures are found however one types."""
import threading
import time
import unicodedata
import urllib.parse

import pytest

from intake import import_catalogue, procedure, sample_catalogue, sql
from lib import call, operator, wait_for

HEAD = ("code,name,field,levels,deadline_direct_value,deadline_direct_unit,deadline_text,"
        "fee_status,fee_min,fee_max,fee_currency,fee_text\n")


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "intake", "nginx"])


@pytest.fixture(scope="module")
def sample(suite):
    return import_catalogue(suite, sample_catalogue())


# ---- what the tests say and see ----

def shown(suite, code):
    return call("GET", suite.url("/api/intake/procedures/" + code))


def search(suite, q="", **more):
    query = urllib.parse.urlencode({"q": q, **more})
    return call("GET", suite.url("/api/intake/procedures?" + query))


def hits(suite, q="", **more):
    answer = search(suite, q, **more)
    assert answer.status == 200, answer
    return [hit["code"] for hit in answer["procedures"]]


def counts(report):
    return tuple(report[name] for name in ("added", "changed", "unchanged", "refused_rows"))


def refused(report):
    assert all(row["remedy_vi"] and row["remedy_en"] for row in report["refused"])
    return [(row["line"], row["column"], row["code"]) for row in report["refused"]]


# ---- importing ----

def test_a_catalogue_is_imported_and_shown_as_it_was_written(suite, sample):
    assert counts(sample) == (71, 0, 0, 0) and sample["applied"]
    for written in sample_catalogue()[::10]:
        answer = shown(suite, written["code"])
        assert answer.headers["ETag"] == '"1"' and answer["version"] == 1
        for name in ("name", "levels", "limit", "components", "online_level", "subjects"):
            assert answer[name] == written[name]
        assert answer["fees"] == [{k: v for k, v in fee.items() if v is not None} for fee in written["fees"]]
        assert [f["name"] for f in answer["form"]] == [f["name"] for f in written["form"]]


def test_a_catalogue_imported_again_changes_nothing(suite, sample):
    again = import_catalogue(suite, sample_catalogue())
    assert counts(again) == (0, 0, 71, 0) and again["changes"] == []


def test_a_look_at_a_file_changes_nothing(suite):
    look = import_catalogue(suite, [procedure("1.910001")], mode="diff")
    assert counts(look) == (1, 0, 0, 0) and not look["applied"]
    assert look["changes"] == [{"code": "1.910001", "outcome": "added", "members": None}]
    assert shown(suite, "1.910001").status == 404 and hits(suite, "1.910001") == []


def test_a_plan_is_applied_only_to_the_catalogue_it_saw(suite):
    wanted = [procedure("1.910002")]
    plan = import_catalogue(suite, wanted, mode="diff")["plan"]
    assert counts(import_catalogue(suite, wanted, plan=plan)) == (1, 0, 0, 0)
    late = call("POST", suite.admin_url("intake") + "/admin/catalogue?mode=apply&plan=" + plan, {"procedures": wanted},
                token=operator(suite))
    assert (late.status, late["code"]) == (409, "plan_outdated")


def test_a_change_is_a_new_version_that_names_what_differs(suite):
    import_catalogue(suite, [procedure("1.910003")])
    changed = import_catalogue(suite, [{"code": "1.910003", "supplement_days": 7, "levels": ["commune"]}])
    (change,) = changed["changes"]
    assert (change["outcome"], sorted(change["members"])) == ("changed", ["levels", "supplement_days"])
    answer = wait_for(lambda: (a := shown(suite, "1.910003"))["version"] == 2 and a, 5, "version 2")
    assert answer.headers["ETag"] == '"2"' and answer["supplement_days"] == 7 and len(answer["form"]) == 12
    assert sql(suite, "SELECT bool_and((valid_to IS NULL) = (version = 2)) FROM procedure_version WHERE code = '1.910003'") == "t"


def test_a_procedure_of_tomorrow_is_shown_from_its_day_on(suite):
    import_catalogue(suite, [procedure("1.910004", name="Thủ tục zzyzx", valid_from="2099-01-01")])
    assert shown(suite, "1.910004").status == 404 and hits(suite, "zzyzx") == []
    sql(suite, "UPDATE procedure_version SET valid_from = now() WHERE code = '1.910004'")
    sql(suite, "UPDATE job SET run_at = now() WHERE kind = 'show_versions'")
    wait_for(lambda: hits(suite, "zzyzx") == ["1.910004"], 15, "the day")
    assert shown(suite, "1.910004").status == 200


# ---- refusing ----

def test_a_bad_row_is_named_and_the_others_are_taken(suite):
    text = "\ufeff" + HEAD.replace(",", ";") + "1.920001;Tốt;;Cấp tỉnh\n;Thiếu mã;;\n9.1;;;\n1.920002;\"Hai\ndòng\";;xã\n"
    report = import_catalogue(suite, text.encode() + b"1.920003;h\xe0i;;\n1.920001;Tr\xc3\xb9ng;;\n1.920004;Cu\xe1\xbb\x91i;;\n")
    assert refused(report) == [(3, "code", "code_missing"), (4, "code", "procedure_code_invalid"), (4, "name", "name_missing"),
                               (7, "name", "not_utf8"), (8, "code", "code_repeated")]
    assert counts(report) == (3, 0, 0, 4)
    assert shown(suite, "1.920001")["name"] == "Tốt" and shown(suite, "1.920002")["levels"] == ["commune"]


def test_a_bad_object_is_named_by_its_number(suite):
    long_steps = [{"name": "Ký", "role": "leader", "hours": 41}]
    orphan = [{"name": "a", "label": "A", "type": "text", "when": {"field": "b", "equals": "x"}}]
    report = import_catalogue(suite, [
        procedure("1.930001"), "không phải", procedure("1.930002", steps=long_steps), procedure("1.930003", form=orphan),
        procedure("1.930004", online_level="mức 4", màu="đỏ"), procedure("x"),
        procedure("1.930005", fees=[{"kind": "phi", "name": "Phí", "amount": -1, "when": "later"}])])
    assert refused(report) == [
        (2, "body", "not_object"), (2, "code", "procedure_code_invalid"), (3, "steps", "steps_exceed_limit"),
        (4, "form", "when_unknown"), (5, "online_level", "not_a_choice"), (5, "màu", "unknown_field"),
        (6, "code", "procedure_code_invalid"), (7, "fees[0].when", "not_a_choice"), (7, "fees[0].amount", "out_of_range")]
    assert counts(report) == (1, 0, 0, 6)


def test_a_file_that_is_none_is_refused_whole(suite):
    for raw, kind, code in ((b"{", "json", "not_json"), (b"[]", "json", "not_a_catalogue"), (b"", "csv", "csv_no_header"),
                            (b'code,name\n"1.9', "csv", "csv_broken"), (b"xin,chao\n", "csv", "csv_columns_missing"),
                            ("code,name\n".encode("utf-16"), "csv", "not_utf8"), (b"[" * 99, "json", "too_deep")):
        answer = call("POST", suite.admin_url("intake") + "/admin/catalogue?mode=apply", raw=raw, token=operator(suite),
                      headers={"Content-Type": "text/csv" if kind == "csv" else "application/json"})
        assert (answer.status, answer["code"]) == (400, code)
    assert call("POST", suite.admin_url("intake") + "/admin/catalogue", raw=b"{}").status == 401


def test_a_table_leaves_out_what_is_doubtful_and_says_so(suite):
    rows = ("1.940001,Một giá,,,3,working_day,3 ngày,fee,50000,50000,VND,Lệ phí 50.000 đồng\n"
            "1.940002,Hai giá,,,3,working_day,3 ngày,fee,50000,80000,VND,50.000 hoặc 80.000\n"
            "1.940003,Giá lạ,,,ba,day,ba ngày,fee,135,135,VND,135 VNĐ\n")
    report = import_catalogue(suite, (HEAD + rows).encode())
    assert [(w["line"], w["column"]) for w in report["warnings"]] == [
        (3, "fee_text"), (4, "deadline_direct_value"), (4, "fee_text")]
    assert report["warnings_count"] == 3 and counts(report) == (3, 0, 0, 0)
    fees = [[(f["kind"], f["amount"]) for f in shown(suite, "1.94000%d" % i)["fees"]] for i in (1, 2, 3)]
    assert fees == [[("le_phi", 50000)], [], []]
    assert shown(suite, "1.940003")["limit"] == {"value": 0, "unit": "none", "text": "ba ngày"}


def test_a_table_does_not_replace_what_somebody_entered(suite):
    fee = {"kind": "phi", "code": "P1", "name": "Phí thẩm định", "amount": 75000, "when": "after"}
    import_catalogue(suite, [procedure("1.940004", fees=[fee], steps=[{"name": "Xem", "role": "officer", "hours": 8}])])
    row = "1.940004,Tên mới,,,9,working_day,9 ngày,fee,50000,50000,VND,Phí 50.000 đồng\n"
    assert counts(import_catalogue(suite, (HEAD + row).encode())) == (0, 1, 0, 0)
    answer = wait_for(lambda: (a := shown(suite, "1.940004"))["version"] == 2 and a, 5, "version 2")
    assert answer["name"] == "Tên mới" and answer["fees"] == [fee] and answer["limit"]["value"] == 5


# ---- finding ----

def test_hits_are_the_same_however_it_is_typed(suite, sample):
    for words in (["giấy phép xây dựng", "giay phep xay dung", "GIẤY PHÉP XÂY DỰNG", "  giay   phép xay-dựng "],
                  ["hòa giải", "hoà giải", "hoa giai", "Hoà Giải"], ["chứng thực chữ ký", "chung thuc chu ky"],
                  ["đặc san", "dac san", "ĐẶC SAN"]):
        found = [sorted(hits(suite, form, limit=100)) for word in words
                 for form in (unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word))]
        assert found[0] and all(f == found[0] for f in found), words


def test_words_as_typed_with_marks_come_first(suite):
    import_catalogue(suite, [procedure("1.950001", name="Cấp thẻ bản đồ"), procedure("1.950002", name="Cấp thẻ bán hàng")])
    assert hits(suite, "cấp thẻ ban") == ["1.950001", "1.950002"]
    assert hits(suite, "thẻ bán") == ["1.950002", "1.950001"] and hits(suite, "thẻ bản") == ["1.950001", "1.950002"]


def test_the_last_word_may_be_unfinished_and_a_slip_finds_similar_names(suite, sample):
    assert "1.001193" in hits(suite, "đăng ký khai si") and hits(suite, "xyzzy") == []
    slip = search(suite, "giay fep xay dugn")
    assert slip["similar_only"] and slip["next"] is None
    assert any("xây dựng" in hit["name"] for hit in slip["procedures"])
    assert search(suite, "khai sinh")["similar_only"] is False


def test_pages_follow_each_other_without_gap_or_repetition(suite, sample):
    everything = hits(suite, "cấp", limit=100)
    pages, after = [], ""
    while after is not None:
        answer = search(suite, "cấp", limit=7, after=after)
        pages, after = pages + [[hit["code"] for hit in answer["procedures"]]], answer["next"]
    assert [code for page in pages for code in page] == everything and len(everything) > 21
    assert len(set(everything)) == len(everything) and {len(page) for page in pages[:-1]} == {7}


def test_a_search_is_narrowed_by_level_and_field(suite, sample):
    written = sample_catalogue()
    communal = {p["code"] for p in written if "commune" in p["levels"]}
    field = written[0]["field_code"]
    mine = {p["code"] for p in written if p["field_code"] == field}
    codes = {p["code"] for p in written}
    assert set(hits(suite, level="commune", limit=100)) & codes == communal
    assert set(hits(suite, field=field, limit=100)) & codes == mine


def test_a_long_name_is_found_by_all_of_it(suite):
    name = "Thủ tục đề nghị cấp lại giấy phép hoạt động " * 19 + "số"
    import_catalogue(suite, [procedure("1.900838", name=name)])
    assert hits(suite, name) == ["1.900838"]


def test_a_question_that_makes_no_sense_is_no_accident(suite, sample):
    for query, field in (({"limit": "0"}, "limit"), ({"limit": "101"}, "limit"), ({"q": "a" * 1001}, "q")):
        answer = call("GET", suite.url("/api/intake/procedures?" + urllib.parse.urlencode(query)))
        assert answer.status == 422 and [e["field"] for e in answer["errors"]] == [field]
    for odd in ("'; DROP TABLE procedure;--", "& | ! :* <-> ()", "%_\\", "🙂", "\u0301\u0301", "\x00", "a:*", "x" * 1000):
        assert search(suite, odd).status == 200, odd


def test_an_import_keeps_nobody_else_waiting(suite):
    many = [procedure("2.%06d" % i) for i in range(1000)]
    importing = threading.Thread(target=import_catalogue, args=(suite, many))
    importing.start()
    slowest = 0
    while importing.is_alive():
        began = time.monotonic()
        assert shown(suite, "1.900000").status == 404
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < 0.5 and shown(suite, "2.000999").status == 200
