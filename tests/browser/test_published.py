"""test_published — what everybody can read of how satisfied people were: the numbers of the published quarter, as feedback froze them."""
import pytest

import quarter
from embedded.web import send
from quarter import QUARTER


@pytest.fixture(scope="module")
def published(suite):
    return quarter.publish(suite)


def percent(share):
    return ("%.1f" % (share / 100)).replace(".", ",") + "%"


def row(browser, name):
    return next(r.text for r in browser.all("tbody tr") if r.text.startswith(name))


def test_everybody_reads_the_published_figures_with_their_n_and_range(browser, published):
    browser.open("/hai-long")
    s = published["province"]["satisfaction"]
    browser.wait_text(percent(s["content"]), ".four")
    assert "trên %d phiếu" % s["answers"] in browser.text(".four") and percent(s["low"]) in browser.text(".four")
    first = published["units"][0]
    assert percent(first["satisfaction"]["content"]) in row(browser, first["unit_name"])
    assert browser.axe() == [] and browser.overflow() is None and browser.crooked() == []
    for width, height, scale in ((360, 760, 1), (640, 450, 2)):
        browser.size(width, height, scale=scale)
        assert browser.overflow() is None


def test_from_the_province_to_a_unit_to_what_is_too_few(browser, published):
    browser.open("/hai-long?period=%d" % QUARTER)
    browser.one(".tiles")
    browser.press("Xã số 2")
    browser.wait_text("Cả tỉnh")
    assert "chưa đủ phiếu" in row(browser, "Lĩnh vực 2"), browser.text()
    link = browser.button("Toàn bộ số liệu của kỳ").get_attribute("href")
    assert send("GET", link).status == 200 and link.endswith("/%d/figures.csv" % QUARTER)
