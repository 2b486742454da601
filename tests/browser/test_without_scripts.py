"""test_without_scripts — every page in both languages in a Chromium that runs no scripts: its heading is there, it says plainly that it
needs JavaScript and what to do instead, or it needs none; no button stands there that does nothing."""
import json
import os
import re

import pytest

from browser import ROOT, Browser

PAGES = os.path.join(ROOT, "services", "portal", "web", "pages")
WHOLE = {"home", "help", "method", "404"}  # nothing on them is live
INSTEAD = {"vi": re.compile("quầy|[Tt]ổng đài|thư báo|Hãy bật JavaScript"), "en": re.compile("counter|hotline|message|[Ss]witch it on")}


def pages():
    """(name, language, path, whose page it is) of every page there is."""
    for file in sorted(os.listdir(PAGES)):
        with open(os.path.join(PAGES, file), encoding="utf-8") as f:
            head = json.loads(re.match(r"<!--page (\{.*\}) -->", f.readline()).group(1))
        for language, before in (("vi", "/"), ("en", "/en/")):
            yield file[:-len(".html")], language, before + head[language]


@pytest.fixture(scope="module")
def plain(suite):
    browser = Browser(suite.url())
    browser.cdp("Emulation.setScriptExecutionDisabled", value=True)
    yield browser
    browser.close()


def wrong_with(browser, name, language):
    text = browser.text()
    if browser.all("main .spin") or not browser.text("main h1"):
        return "no heading: " + text
    if name not in WHOLE and not ("JavaScript" in text and INSTEAD[language].search(text)):
        return "does not say what it needs: " + text
    dead = [b.text for b in browser.all("main button") if not b.find_elements("xpath", "ancestor::form[@action]")]
    return "dead buttons: %s" % dead if dead else None


def test_every_page_says_what_needs_javascript_and_what_to_do_instead(plain):
    wrong = {}
    for name, language, path in pages():
        plain.open(path)
        here = wrong_with(plain, name, language)
        if here:
            wrong[path] = here
    assert wrong == {}


def test_scripts_do_not_run_here(plain):
    plain.open("/tra-cuu")
    assert not plain.all("track-page form") and plain.all("track-page noscript p")


def test_the_search_on_the_first_page_leads_on_without_scripts(plain):
    plain.open("/")
    plain.one("#q").send_keys("khai sinh")
    plain.one("main form button").click()
    plain.wait_address("/tim-thu-tuc?q=khai+sinh")
    assert "Tìm kiếm cần JavaScript" in plain.text() and plain.one("footer a[href^='tel:']").is_displayed()


def test_what_is_said_without_scripts_fits_a_narrow_window(plain):
    plain.size(360, 760)
    wide = {}
    for _, _, path in pages():
        plain.open(path)
        if plain.overflow():
            wide[path] = plain.overflow()
    plain.full_size()
    assert wide == {}
