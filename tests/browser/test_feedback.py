"""test_feedback — what people say about the service on the pages: ratings nobody can trace, petitions, complaints, denunciations."""
import pytest

import walk
from people import FREE, UNIT

QUESTIONS = ("is_clear", "is_simple", "is_helpful", "is_in_time")


@pytest.fixture
def rateable(citizen, people):
    """The code of a dossier of the citizen's that has ended; feedback knows it."""
    dossier = people.file(citizen.person, FREE)
    dossier.decide("clerk", "ACCEPT")
    walk.finish(dossier)
    return dossier.code


def answer_all(browser):
    browser.wait(lambda: browser.all("#f-words"), "the questions", seconds=60)
    for question in QUESTIONS:
        browser.one("#f-" + question).click()
    browser.press("Gửi đánh giá")
    browser.wait_text("Cảm ơn bạn", "h1", seconds=30)


def sent(browser, ending):
    """The requests to an address since the last look, as they left: their headers in lower case."""
    events = browser.events()
    more = {e["params"]["requestId"]: e["params"]["headers"] for e in events if e["method"] == "Network.requestWillBeSentExtraInfo"}
    return [{k.lower(): v for k, v in {**e["params"]["request"]["headers"], **more.get(e["params"]["requestId"], {})}.items()} for e in events
            if e["method"] == "Network.requestWillBeSent" and e["params"]["request"]["url"].endswith(ending) and e["params"]["request"]["method"] == "POST"]


def test_a_rating_is_sent_by_nobody_and_only_once(citizen, rateable):
    citizen.open("/tra-cuu#" + rateable)
    citizen.press("Đánh giá cách phục vụ")
    citizen.cdp("Network.enable")
    citizen.events()
    answer_all(citizen)
    [request] = sent(citizen, "/api/feedback/ratings")
    assert {k: v for k, v in request.items() if v and k in ("authorization", "cookie", "referer", "idempotency-key")} == {}
    citizen.driver.refresh()
    citizen.wait_text("đã được mở trước đây")


def test_a_token_that_was_signed_is_not_lost_with_the_page(citizen, people, rateable):
    citizen.open("/danh-gia#" + rateable)
    citizen.wait(lambda: citizen.all("#f-words"), "the questions", seconds=60)
    citizen.one("#f-is_clear").click()
    citizen.wait(lambda: citizen.js("return JSON.parse(localStorage.getItem('motcua.rating.' + arguments[0]) ?? '{}').signature", rateable), "the token")
    citizen.driver.refresh()
    answer_all(citizen)
    assert citizen.js("return localStorage.getItem('motcua.rating.' + arguments[0])", rateable) is None


# ---- petitions, complaints, denunciations ----

def write(browser, kind, dossier=None):
    browser.one("input[name=class][value=%s]" % kind).click()
    browser.one("input[name=category][value=attitude]").click()
    if dossier:
        browser.fill("Mã hồ sơ", dossier)
    else:
        browser.wait(lambda: browser.all("option[value='%s']" % UNIT), "the units")
        browser.fill("Đơn vị liên quan", UNIT)
    browser.fill("Tóm tắt trong một câu", "Người ở quầy nói cộc lốc")
    browser.fill("Kể lại sự việc", "Sáng nay tôi hỏi về giấy tờ và bị mắng trước mặt mọi người.")


def write_who(browser):
    browser.fill("Họ và tên", "Trần Thị Góp Ý")
    browser.fill("Địa chỉ", "12 Đường Thử, Bến Tre")
    browser.fill("Số điện thoại", "0912345678")


def send(browser, words):
    if not browser.all("#way"):
        browser.press("Xem ai nhận và hạn trả lời")
    browser.one("#way")
    browser.press(words)
    browser.wait_text("Đã nhận đơn của bạn", "h1", seconds=30)
    return browser.one("#secret a").get_attribute("href")[len(browser.base):]


def test_who_sends_a_petition_knows_its_way_before_and_follows_it_without_an_account(browser):
    browser.open("/gop-y")
    write(browser, "petition")
    write_who(browser)
    browser.press("Xem ai nhận và hạn trả lời")
    browser.wait_text("Trả lời trước", "#way")
    address = send(browser, "Gửi phản ánh")
    browser.open(address)
    browser.wait_text("Đơn đang được phân loại")
    assert "Người ở quầy nói cộc lốc" in browser.text("h1")
    browser.press("Rút đơn")
    browser.one("#act button").click()
    browser.wait_text("Bạn đã rút đơn này")


def test_what_a_petition_lacks_is_named_beside_its_field(browser):
    browser.open("/gop-y")
    browser.press("Xem ai nhận và hạn trả lời")
    browser.one(".summary")
    assert browser.all("#f-title-fault") and browser.all("#f-content-fault") and browser.all("#f-contact-name-fault"), browser.text(".summary")
    told = browser.text(".summary ul").splitlines()
    assert "Hãy điền: Chuyện gì đã xảy ra?" in told and "Hãy điền: Tóm tắt trong một câu" in told and len(set(told)) == len(told), told


def test_a_denunciation_carries_nothing_of_who_is_logged_in(citizen):
    citizen.open("/gop-y")
    write(citizen, "denunciation")
    citizen.fill("Về ai?", "Phó trưởng phòng")
    citizen.fill("Chứng cứ", "Có ghi âm và hai người chứng kiến.")
    citizen.choose("Tôi không nêu tên")
    citizen.cdp("Network.enable")
    citizen.events()
    address = send(citizen, "Gửi tố cáo")
    for request in sent(citizen, "/complaints/preview") + sent(citizen, "/complaints"):
        assert "authorization" not in request and "cookie" not in request
    citizen.open("/theo-doi-gop-y")
    citizen.one("form.card")
    assert address.split("#")[1].split("~")[0] not in citizen.text()
