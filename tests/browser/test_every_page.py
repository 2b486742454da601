"""test_every_page — every citizen's page in every state: nothing for axe-core to find at WCAG A and AA, nothing beside the window at
360 px and at 200 % zoom, few bytes at the first visit, and plain words where there is no JavaScript."""
import urllib.request

import pytest

import scenes
from browser import Browser

CITIZEN_BYTES, REQUESTS = 90 * 1024, 8
PATHS = ["/", "/tim-thu-tuc?q=khai+sinh", "/thu-tuc?code=1.009994", "/dang-nhap", "/dang-ky", "/tra-cuu", "/kiem-tra", "/tro-giup",
         "/nop-ho-so?code=2.000635", "/ho-so-cua-toi", "/hop-thu", "/da-nop", "/bo-sung", "/rut-ho-so", "/danh-gia", "/thanh-toan", "/gop-y", "/theo-doi-gop-y",
         "/tra-loi-gop-y", "/hai-long", "/cach-tinh", "/dat-mat-khau"]


@pytest.fixture(scope="module")
def seen(suite, people):
    """A browser for each kind of visitor, with the scenes to show in it."""
    stranger, writer, owner = Browser(suite.url()), Browser(suite.url()), Browser(suite.url())
    for browser in (writer, owner):
        browser.person = people.new_citizen()
        browser.log_in(browser.person["id_number"], browser.person["password"])
    yield [(stranger, scenes.anonymous() + scenes.public(people)), (writer, scenes.apply_scenes(people)), (owner, scenes.filled(people, owner.person))]
    for browser in (stranger, writer, owner):
        browser.close()


def test_axe_finds_nothing_the_policy_refuses_nothing_and_no_word_is_odd(seen):
    assert scenes.wrong_at_sight(seen) == {}


def test_nothing_scrolls_sideways_at_360_px(seen):
    assert scenes.too_wide(seen, 360, 760) == {}


def test_nothing_scrolls_sideways_at_200_percent(seen):
    assert scenes.too_wide(seen, 640, 450, scale=2) == {}


def test_a_first_visit_is_small(browser):
    spent = {path: browser.wire(path) for path in PATHS}
    for path, (sent, asked) in spent.items():
        print("%-28s %6.1f KB %d requests" % (path, sent / 1024, len(asked)))
    assert {p: s for p, s in spent.items() if s[0] > CITIZEN_BYTES or len(s[1]) > REQUESTS} == {}


def test_pages_without_javascript_say_what_needs_it(suite):
    for path in PATHS:
        with urllib.request.urlopen(suite.url(path), timeout=10) as answer:
            text = answer.read().decode()
        is_form = path in ("/", "/tro-giup", "/cach-tinh")
        assert is_form or ("<noscript>" in text and "JavaScript" in text), path
        assert "<h1>" in text, path


def test_every_page_names_its_language_and_its_counterpart(suite):
    for path, language, other in (("/", "vi", "/en/"), ("/tra-cuu", "vi", "/en/track"), ("/en/track", "en", "/tra-cuu")):
        with urllib.request.urlopen(suite.url(path), timeout=10) as answer:
            text = answer.read().decode()
        assert '<html lang="%s"' % language in text and 'href="%s"' % other in text, path


def test_the_policy_lets_nothing_in(suite):
    with urllib.request.urlopen(suite.url("/thu-tuc"), timeout=10) as answer:
        policy, cache = answer.headers["Content-Security-Policy"], answer.headers["Cache-Control"]
    assert "default-src 'self'" in policy and "require-trusted-types-for 'script'" in policy and "unsafe" not in policy
    assert cache == "no-cache"
