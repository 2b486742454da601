"""intake — the real catalogue of 2,627 procedures, where it lies beside this repository (MOTCUA_DATA): taken in seconds, no
row lost without a word, searched at once."""
import csv
import os
import statistics
import time
import unicodedata
import urllib.parse

import pytest

from intake import import_catalogue, sql
from lib import ROOT, call, wait_for

DATA = os.path.join(ROOT, os.environ.get("MOTCUA_DATA", "../shared/domain/data"))
FILE = os.path.join(DATA, "procedures.csv")
SEARCHES = ["giay phep xay dung", "khai sinh", "đất đai", "dang ky kinh doanh", "ho tich", "lao dong nuoc ngoai", "chứng thực",
            "cap giay phep xay dung nha o rieng le", "giấy phép", "c", "bảo hiểm y t", "doanh nghiệp"]

pytestmark = pytest.mark.skipif(not os.path.exists(FILE), reason="skipped: %s is not there (MOTCUA_DATA)" % FILE)


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "intake", "nginx"])


@pytest.fixture(scope="module")
def rows():
    with open(FILE, encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


@pytest.fixture(scope="module")
def imported(suite):
    """(the report, how many seconds it took)."""
    with open(FILE, "rb") as f:
        data = f.read()
    began = time.monotonic()
    return import_catalogue(suite, data), time.monotonic() - began


def search(suite, q):
    answer = call("GET", suite.url("/api/intake/procedures?" + urllib.parse.urlencode({"q": q, "limit": 100})))
    assert answer.status == 200, answer
    return answer


def test_every_row_with_a_code_and_a_name_is_taken_in_five_seconds(suite, rows, imported):
    report, seconds = imported
    usable = {row["code"]: row for row in rows if row["code"] and row["name"]}
    assert len(rows) == 2627 and report["added"] == len(usable) and seconds < 5
    stored = dict(line.split("|", 1) for line in sql(suite, "SELECT code, name FROM procedure").split("\n"))
    assert stored == {code: " ".join(unicodedata.normalize("NFC", row["name"]).split("\n")).strip()[:1000]
                      for code, row in usable.items()}


def test_every_refused_row_is_named_with_its_reason(suite, rows, imported):
    report, _ = imported
    unusable = [i for i, row in enumerate(rows) if not (row["code"] and row["name"])]
    assert report["refused_rows"] == len({row["line"] for row in report["refused"]}) == len(unusable)
    assert {(row["column"], row["code"]) for row in report["refused"]} == {("code", "code_missing")}
    assert all(row["remedy_vi"] and row["remedy_en"] for row in report["refused"])


def test_a_second_import_changes_nothing(suite, rows, imported):
    with open(FILE, "rb") as f:
        again = import_catalogue(suite, f.read())
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, imported[0]["added"])
    assert sql(suite, "SELECT max(version) FROM procedure_version") == "1"


def median_ms(suite):
    took_ms = []
    for q in SEARCHES * 5:
        began = time.monotonic()
        call("GET", suite.url("/api/intake/procedures?" + urllib.parse.urlencode({"q": q})))
        took_ms.append((time.monotonic() - began) * 1000)
    return statistics.median(took_ms)


def test_a_search_takes_ten_milliseconds(suite, imported):
    """In one of some passes: what the neighbours on the machine take is not the search's."""
    wait_for(lambda: median_ms(suite) <= 10, 20, "a search within ten milliseconds")


def test_hits_are_the_same_with_marks_and_without(suite, rows, imported):
    codes = lambda q: {hit["code"] for hit in search(suite, q)["procedures"]}
    for marked, plain in (("giấy phép xây dựng", "giay phep xay dung"), ("khai sinh", "khai sinh"), ("hoà giải", "hoa giai"),
                          ("đăng ký thuỷ sản", "dang ky thuy san")):
        found = codes(plain)
        assert found and all(codes(unicodedata.normalize(form, marked)) == found for form in ("NFC", "NFD"))
    assert codes("hòa giải") == codes("hoà giải") and codes("thủy sản") == codes("thuỷ sản")
