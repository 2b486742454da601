"""intake — what the tests of intake share: a catalogue of their own, units, filings."""
import json
import os

import conftest
from lib import ROOT, call, operator, wait_for

CENTRE, DISTRICT, OTHER_DISTRICT, COMMUNE = "000.00.01.H07", "000.00.21.H07", "000.00.22.H07", "000.01.21.H07"
FORM = [
    {"name": "name", "label": "Tên", "type": "text", "required": True, "min": 3, "max": 20},
    {"name": "story", "label": "Chuyện", "type": "long_text"},
    {"name": "pages", "label": "Số trang", "type": "integer", "min": 1, "max": 50},
    {"name": "price", "label": "Giá", "type": "money", "max": 1000000},
    {"name": "day", "label": "Ngày", "type": "date"},
    {"name": "kind", "label": "Loại", "type": "choice", "required": True,
     "choices": [{"value": "new", "label": "Cấp mới"}, {"value": "again", "label": "Cấp lại"}]},
    {"name": "old_no", "label": "Số cũ", "type": "text", "required": True, "when": {"field": "kind", "equals": "again"}},
    {"name": "urgent", "label": "Gấp", "type": "boolean"},
    {"name": "phone", "label": "Điện thoại", "type": "phone"},
    {"name": "email", "label": "Thư", "type": "email"},
    {"name": "person", "label": "Số định danh", "type": "citizen_id"},
    {"name": "company", "label": "Mã số thuế", "type": "tax_code"},
]


def procedure(code="1.900001", **changes):
    """A procedure with a field of every type, one mandatory paper, filed online at every level."""
    return {"code": code, "name": "Cấp giấy phép thử nghiệm " + code, "field_code": "G15-TP03", "field": "Thử nghiệm",
            "levels": ["province", "district", "commune"], "online_level": "full",
            "limit": {"value": 5, "unit": "working_day", "text": "05 ngày"}, "form": FORM,
            "components": [{"code": "TP1", "name": "Đơn", "required": True, "originals": 1},
                           {"code": "TP2", "name": "Bản vẽ"}], **changes}


def import_catalogue(suite, what, mode="apply", plan=None):
    """The report. what: procedures, or the bytes of a CSV file."""
    is_csv = isinstance(what, bytes)
    answer = call("POST", "%s/admin/catalogue?mode=%s%s" % (suite.admin_url("intake"), mode, "&plan=" + plan if plan else ""),
                  raw=what if is_csv else json.dumps({"procedures": what}).encode(), token=operator(suite), timeout=120,
                  headers={"Content-Type": "text/csv" if is_csv else "application/json"})
    assert answer.status == 200, answer
    return answer.json


def sample_catalogue():
    with open(os.path.join(ROOT, "deploy", "sample", "catalogue.json"), encoding="utf-8") as f:
        return json.load(f)["procedures"]


def load_units(suite):
    """The sample province; intake knows all of it when this returns."""
    conftest.load_sample_units(suite)
    wait_for(lambda: sql(suite, "SELECT count(*) FROM unit") == "183", what="the units")


def open_for_filing(new_suite, *procedures):
    """A suite whose citizens may file these in the sample province."""
    suite = new_suite(["postgres", "redis", "broker", "identity", "intake", "nginx"])
    load_units(suite)
    import_catalogue(suite, list(procedures))
    return suite


def sql(suite, text):
    return suite.psql(text, database="motcua_intake")
