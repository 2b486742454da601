"""scenes — every page of the portal in every state it can be in, as (name, path, prepare): what the tests judge and what
`make shots` takes pictures of. A scene is made once; prepare(browser) brings the page into the state."""
import tempfile
from pathlib import Path

import lib
import mishaps
import quarter
import staff
import walk
from embedded.web import send, wait_for
from people import FREE, UNIT, WITH_FEE

DECISIONS = {"reason": "Bản chụp giấy tờ bị mờ, không đọc được.", "papers": [
    {"component": "TP01", "name": "Tờ khai", "reason": "Trang 2 không đọc được"}, {"name": "Giấy ủy quyền", "reason": "Người nộp không phải chủ hồ sơ"}]}


def nothing(_browser):
    """The page as it comes."""


def wrong(seen, judge):
    """What judge(browser) finds, by scene: one page does not hide the next. seen: (browser, its scenes)."""
    found = {}
    for browser, listing in seen:
        for scene in listing:
            show(browser, scene)
            here = judge(browser)
            if here:
                found[scene[0]] = here
    return found


def wrong_at_sight(seen):
    """What axe-core finds, what the console complains of, words no person should read, crooked columns, names that do
    not say their language."""
    return wrong(seen, lambda browser: browser.axe() + browser.errors() + browser.odd_words() + browser.crooked() + browser.foreign())


def too_wide(seen, width, height, scale=1):
    """Scenes that scroll sideways in a window of this size."""
    for browser, _ in seen:
        browser.size(width, height, scale=scale)
    try:
        return wrong(seen, lambda browser: browser.overflow())
    finally:
        for browser, _ in seen:
            browser.full_size()


def press(words):
    return lambda browser: browser.press(words)


def hidden_faults(browser):
    browser.one("form.card > button").click()
    browser.one(".summary")


def anonymous():
    """Pages for everybody."""
    return [
        ("home", "/", nothing), ("home-en", "/en/", nothing), ("search", "/tim-thu-tuc?q=khai+sinh", nothing),
        ("search-similar", "/tim-thu-tuc?q=giay+phep+xay+zung", nothing), ("search-nothing", "/tim-thu-tuc?q=qqqqqqqq", nothing),
        ("procedure", "/thu-tuc?code=1.009994", nothing), ("procedure-counter-only", "/thu-tuc?code=1.012812", nothing),
        ("procedure-unknown", "/thu-tuc?code=9.999999", nothing), ("procedure-en", "/en/procedure?code=1.009994", nothing),
        ("login", "/dang-nhap", nothing), ("sign-up", "/dang-ky", nothing), ("sign-up-faults", "/dang-ky", hidden_faults),
        ("track", "/tra-cuu", nothing), ("track-faults", "/tra-cuu", hidden_faults), ("track-unknown", "/tra-cuu#000.00.21.H07-200101-0001", nothing),
        ("verify", "/kiem-tra", nothing), ("verify-false", "/kiem-tra#MC1.nobody.AAAA.AAAA", nothing), ("help", "/tro-giup", nothing),
        ("complain", "/gop-y", unit), ("complain-denunciation", "/gop-y", lambda b: (unit(b), b.one("input[value=denunciation]").click())),
        ("complain-faults", "/gop-y", lambda b: (unit(b), hidden_faults(b))), ("complaint", "/theo-doi-gop-y", nothing),
        ("complaint-unknown", "/theo-doi-gop-y#PA-0000000000~x", lambda b: b.one(".summary")), ("published-answers", "/tra-loi-gop-y", nothing),
        ("satisfaction", "/hai-long", nothing), ("method", "/cach-tinh", nothing),
        ("not-found", "/khong-co", nothing), ("login-needed", "/ho-so-cua-toi", lambda b: b.one("dialog")),
        ("login-refused", "/dang-nhap", refused_login), ("complain-sent", "/gop-y", complained), ("verify-no-receipt", "/kiem-tra", lambda b: (b.fill("Nội dung", "không phải"), hidden_faults(b))),
    ]


def published(suite):
    """What everybody reads once a quarter is published."""
    quarter.publish(suite)
    at = "/hai-long?period=%d" % quarter.QUARTER
    return [("satisfaction-published", at, lambda b: b.one(".tiles")), ("satisfaction-unit", at + "&unit=H07.102", lambda b: b.one("main table")),
            ("satisfaction-field", at + "&field=F1", lambda b: b.one("main table")), ("satisfaction-en", "/en/satisfaction?period=%d" % quarter.QUARTER, lambda b: b.one(".tiles"))]


def answered(suite):
    """The answer to a petition: as who complained reads it, and as everybody does."""
    sent = staff.petition(suite)
    staff.work(suite, sent["code"], *staff.ANSWERED, {"act": "publish", "words": "Quầy tiếp nhận được thêm hai người."})
    at = "/theo-doi-gop-y#%s~%s" % (sent["code"], sent["secret"])
    return [("complaint-answered", at, lambda b: b.one(".timeline")), ("complaint-again", at, lambda b: (b.press("Yêu cầu xem lại"), b.one("#act"))),
            ("published-answers-some", "/tra-loi-gop-y", lambda b: b.one(".hits > li"))]


def complained(browser):
    way(browser)
    browser.press("Gửi phản ánh")
    browser.one("#secret")


def refused_login(browser):
    browser.fill("Tên đăng nhập", "083300999999")
    browser.fill("Mật khẩu", "không phải mật khẩu")
    browser.one("form.card button").click()
    browser.one(".summary")


def thanks(browser):
    """Its rating is sent once; who comes later is shown what was said then."""
    if not browser.all("#f-words"):
        browser.js("document.querySelector('rate-page').set({done: true})")
    else:
        for question in ("is_clear", "is_simple", "is_helpful", "is_in_time"):
            browser.one("#f-" + question).click()
        browser.press("Gửi đánh giá")
    browser.wait_text("Cảm ơn bạn", "h1")


def with_phone(tail):
    def prepare(browser):
        browser.fill("Bốn số cuối", tail)
        browser.one("form.card button").click()
        browser.one(".timeline")
    return prepare


def public(people):
    """What everybody sees of what has happened."""
    person = people.new_citizen()
    code = people.file(person, FREE).code
    return published(people.suite) + answered(people.suite) + mishaps.strangers(people) + [
        ("track-by-code", "/tra-cuu#" + code, lambda b: b.one("#far")), ("track-by-phone", "/tra-cuu#" + code, with_phone(person["phone"][-4:])),
        ("track-by-phone-faults", "/tra-cuu#" + code, hidden_faults)]


def unit(browser):
    browser.wait(lambda: browser.all("option[value]:not([value=''])"), "the units")


def rating(browser):
    browser.wait(lambda: browser.all("#f-words"), "the questions", seconds=60)


def checked(people):
    """All of an application, written once: what is sent is looked at."""
    def prepare(browser):
        if "12 Đường Thử" in browser.text():
            return
        with tempfile.TemporaryDirectory() as folder:
            walk.write(browser, send("GET", people.suite.url("/api/intake/procedures/" + FREE)).json, Path(folder))
    return prepare


def way(browser):
    unit(browser)
    for name in ("petition", "late"):
        browser.one("input[value=%s]" % name).click()
    for label, text in (("Đơn vị liên quan", UNIT), ("Tóm tắt", "Chờ ba giờ"), ("Kể lại", "Tôi chờ từ 7 giờ."), ("Họ và tên", "Trần Thị Đơn"), ("Địa chỉ", "12 Đường Thử"),
                        ("Số điện thoại", "0912345678")):
        browser.fill(label, text)
    browser.press("Xem ai nhận")
    browser.one("#way")


def apply_scenes(people):
    """Pages of a person who has filed nothing yet."""
    at = "/nop-ho-so?code=" + WITH_FEE
    return [
        ("mine-none", "/ho-so-cua-toi", nothing), ("inbox-none", "/hop-thu", nothing), ("complain-way", "/gop-y", way),
        ("apply-tasks", at, nothing), ("apply-unit", at + "#unit", unit), ("apply-applicant", at + "#applicant", nothing),
        ("apply-answers", at + "#answers", nothing), ("apply-answers-faults", at + "#answers", hidden_faults),
        ("apply-papers", at + "#papers", nothing), ("apply-papers-faults", at + "#papers", hidden_faults),
        ("apply-unknown", "/nop-ho-so?code=9.999999", lambda b: b.one("[role=alert]")),
        ("confirmation-unknown", "/da-nop#000.00.21.H07-200101-0001", lambda b: b.one("[role=alert]")), ("supplement-unknown", "/bo-sung#000.00.21.H07-200101-0001", lambda b: b.one("[role=alert]")),
        ("apply-check-faults", at + "#check", lambda b: (b.press("Gửi hồ sơ"), b.one(".summary"))), ("apply-check", "/nop-ho-so?code=%s#check" % FREE, checked(people)),
        ("home-draft", "/", lambda b: b.one("drafts-notice li")), ("mine-draft", "/ho-so-cua-toi", lambda b: b.one(".hits > li")),
    ] + mishaps.writers()


def filled(people, person):
    """Pages of a person who has dossiers in many states."""
    made = {name: people.file(person, procedure) for name, procedure in (
        ("new", FREE), ("refused", FREE), ("accepted", FREE), ("asked", FREE), ("payment", WITH_FEE), ("transfer", WITH_FEE),
        ("checking", WITH_FEE), ("paid", WITH_FEE), ("failed", WITH_FEE), ("refunding", WITH_FEE), ("refunded", WITH_FEE), ("leaving", FREE), ("result", FREE), ("work", FREE), ("stopped", FREE), ("over", FREE))}
    made["refused"].decide("clerk", "REFUSE", reason="Không thuộc thẩm quyền của đơn vị này.")
    for name in ("accepted", "payment", "transfer", "checking", "paid", "failed", "refunding", "refunded", "result", "work", "over"):
        made[name].decide("clerk", "ACCEPT")
    made["asked"].decide("clerk", "ASK_SUPPLEMENT", **DECISIONS)
    people.pay(person, made["paid"])
    people.begin_to_pay(person, made["checking"], "gateway")
    people.fail_to_pay(person, made["failed"])
    for name in ("refunding", "refunded"):
        people.refund(person, made[name], by_gateway=name == "refunded")
    people.begin_to_pay(person, made["transfer"], "transfer")
    people.withdraw(person, made["leaving"])
    people.withdraw(person, made["stopped"])
    wait_for(lambda: made["stopped"].case()["status"] == 7, 60, "the wish to withdraw")
    made["stopped"].decide("clerk", "CONFIRM_WITHDRAWAL")
    made["work"].decide("clerk", "FORWARD")
    for name in ("result", "over"):
        walk.finish(made[name])
    made["over"].decide("clerk", "HAND_OVER", received_by=person["name"])
    return scenes_of(people, person, {name: d.code for name, d in made.items()}, staff.petition(people.suite))


def scenes_of(people, person, code, petition):
    track = [("track-" + name, "/tra-cuu#" + code[name], lambda b: b.one(".timeline")) for name in code]
    return track + mishaps.owners(people, person, code) + [
        ("track-why", "/tra-cuu#" + code["accepted"], press("Vì sao ngày này?")), ("track-en", "/en/track#" + code["accepted"], lambda b: b.one(".timeline")),
        ("mine", "/ho-so-cua-toi", lambda b: b.one(".hits > li")), ("inbox", "/hop-thu", lambda b: b.one(".hits > li")),
        ("confirmation", "/da-nop#" + code["new"], lambda b: b.one("img.qr")), ("confirmation-later", "/da-nop#" + code["accepted"], lambda b: b.one("img.qr")), ("withdraw-too-late", "/rut-ho-so#" + code["refused"], nothing),
        ("complaint-received", "/theo-doi-gop-y#%s~%s" % (petition["code"], petition["secret"]), lambda b: b.one(".timeline")),
        ("supplement", "/bo-sung#" + code["asked"], lambda b: b.one(".drop")),
        ("supplement-faults", "/bo-sung#" + code["asked"], hidden_faults), ("supplement-not-asked", "/bo-sung#" + code["new"], nothing),
        ("withdraw", "/rut-ho-so#" + code["new"], nothing), ("withdraw-faults", "/rut-ho-so#" + code["new"], hidden_faults),
        ("rate", "/danh-gia#" + code["result"], rating), ("rate-faults", "/danh-gia#" + code["result"], lambda b: (rating(b), hidden_faults(b))),
        ("rate-thanks", "/danh-gia#" + code["over"], lambda b: (b.wait(lambda: b.all("#f-words, main .note"), "what may be said"), thanks(b))), ("rate-taken", "/danh-gia#" + code["over"], lambda b: b.one("main .note")),
        ("rate-not-yet", "/danh-gia#" + code["new"], nothing),
        ("pay", "/thanh-toan#" + code["payment"], lambda b: b.one(".doors")), ("pay-checking", "/thanh-toan#" + code["checking"], nothing),
        ("pay-transfer", "/thanh-toan#" + code["transfer"], lambda b: b.one("img.qr")), ("pay-paid", "/thanh-toan#" + code["paid"], lambda b: b.one(".panel")),
        ("pay-failed", "/thanh-toan#" + code["failed"], lambda b: b.wait_text("không thành")), ("pay-refunding", "/thanh-toan#" + code["refunding"], lambda b: b.one("main table")),
        ("pay-refunded", "/thanh-toan#" + code["refunded"], lambda b: b.one("main table")), ("pay-paid-en", "/en/pay#" + code["paid"], lambda b: b.one(".panel")),
        ("pay-nothing", "/thanh-toan#" + code["new"], nothing),
        ("verify-true", "/kiem-tra#" + people.receipt(person, code["new"]), lambda b: b.one("#outcome")),
    ]


def show(browser, scene):
    """Opens the page and brings it into its state."""
    _, path, prepare = scene
    browser.open(path)
    browser.wait(lambda: browser.js("return document.readyState === 'complete' && (!document.querySelector('.spin') || document.querySelector('dialog[open]'))"), path)
    prepare(browser)
    browser.js("return document.fonts.ready.then(() => true)")
