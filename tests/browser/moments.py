"""moments — states of the staff's pages that pass: a thing just done, refused or lost. Each brings its page there anew, however often it is
asked."""
import os
import time

import staff
import walk
from embedded.web import send
from people import FREE, UNIT


# ---- the counter, a case ----

def person_and_papers(people, browser):
    """All of a dossier at the counter."""
    procedure = send("GET", people.suite.url("/api/intake/procedures/" + FREE)).json
    browser.js(staff.PRINTER)
    for label, text in (("Số định danh", "083300%06d" % (int.from_bytes(os.urandom(4), "big") % 10 ** 6)), ("Họ và tên", "Trần Thị Quầy"),
                        ("Điện thoại", "0912345678"), ("Địa chỉ", "12 Đường Thử, Bến Tre"), ("Tìm thủ tục", procedure["name"])):
        browser.fill(label, text)
    browser.one(".suggest button").click()
    browser.wait(lambda: browser.all("#papers .choice"), "the papers")
    for box in browser.all("#papers input"):
        browser.js("arguments[0].click()", box)


def filed(people):
    def prepare(browser):
        browser.one(".work")
        person_and_papers(people, browser)
        for field in send("GET", people.suite.url("/api/intake/procedures/" + FREE)).json["form"]:
            if field.get("required") and "when" not in field:
                walk.put(browser, field)
        browser.press("F2")
        browser.wait(lambda: browser.all("#filed, .summary"), "an answer")
        assert browser.all("#filed"), browser.text(".summary")
    return prepare


def handed(browser):
    """The list of what is missing, and those of before."""
    browser.one(".work")
    browser.js(staff.PRINTER)
    browser.fill("Họ và tên", "Trần Thị Thiếu")
    staff.chosen_procedure(browser)
    browser.press("F3")
    browser.one("#handed")
    browser.press("Phiếu đã giao gần đây")
    browser.one("#slips tbody")


def overtaken(people):
    """A colleague was faster: the decision is refused, and what he did is shown."""
    def prepare(browser):
        dossier = people.file(people.new_citizen(), FREE)
        browser.open(staff.of_case(dossier))
        browser.one(".checks")
        browser.press("Từ chối tiếp nhận")
        browser.fill("Lý do", "Trùng hồ sơ.")
        browser.press("Xem thư trước khi gửi")
        browser.one(".letter")
        dossier.decide("clerk", "ASK_SUPPLEMENT", reason="Bản chụp bị mờ, không đọc được.", papers=[{"name": "Tờ khai"}])
        browser.press("Từ chối tiếp nhận và gửi thư")
        browser.one("#changes")
    return prepare


def decided(people):
    def prepare(browser):
        browser.open(staff.of_case(people.file(people.new_citizen(), FREE)))
        browser.one(".checks")
        browser.press("Tiếp nhận")
        browser.press("Xem thư trước khi gửi")
        browser.press("Tiếp nhận và gửi thư")
        browser.wait_text("Đã xong", "#done")
    return prepare


def invited(browser):
    """The link for the tablet; it is there some moments after the result."""
    def is_there():
        browser.press("Mời đánh giá")
        browser.wait(lambda: browser.all("#invited img, #invited .bad"), "an answer")
        return browser.all("#invited img.qr")
    browser.wait(is_there, "the link")


# ---- what is read of satisfaction ----

def words_about(suite):
    """What somebody wrote beside her answers about the unit."""
    suite.psql("INSERT INTO rating (unit_code, field_code, quarter, is_clear, is_simple, is_helpful, is_in_time, words, origin) SELECT '%s',"
               " p.field_code, quarter_of(now()), 5, 5, 5, 5, 'Cô ở quầy số 3 rất tận tình. Phòng chờ nóng quá.', 'web' FROM procedure p"
               " WHERE field_name <> '' ORDER BY code LIMIT 1" % UNIT, database="motcua_feedback")


def over(suite, address):
    """The wave is over: what it came to is published."""
    suite.psql("UPDATE survey_wave SET closes_at = now() WHERE id = '%s'" % address.split("#")[1], database="motcua_feedback")
    return address


def answered(suite, dossier):
    """An alert about it that its leader has answered."""
    suite.psql("UPDATE alert SET verdict = 'explained', words = 'Hôm đó trả kết quả của cả tuần.', answered_by = 'Huỳnh Kim Thoại', answered_at = now() WHERE id = %s"
               % staff.alert(suite, dossier), database="motcua_feedback")


def frozen(browser):
    """A period was signed, and is counted anew."""
    browser.one("#freeze")
    if not browser.all("#frozen"):
        browser.press("Chốt và ký")
        browser.wait_text("Đã chốt và ký", "#done")
    browser.one("[aria-label^='Tính lại']").click()
    browser.one("#frozen .good")


# ---- the operator ----

def operator_told(people, *changes):
    def prepare(browser):
        browser.open_told(staff.OPERATIONS, *changes)
        staff.operator_in(people)(browser)
        browser.one("main table")
    return prepare


def dead_letter():
    return ('[{"id": "0190f5d2-0000-7000-8000-000000000009", "type": "motcua.PaymentSettled", "source": "payment", "key": "000.00.21.H07-261124-0001",'
            ' "reason": "the dossier is not known here", "died_at_ms": %d}]' % (time.time() * 1000))


def tried(people):
    """A dead letter was tried, and would die again; a peer is behind."""
    lanes = '{"lanes": [{"destination": "payment", "waiting": 1200, "oldest_at_ms": %d}]}' % (time.time() * 1000 - 4000000)
    told = operator_told(people, ("/rehearsal", None, '{"outcome": "fails", "why": "the dossier of this payment is not known here"}'),
                         ("/ops/verification/admin/dead", r"\[\s*\]", dead_letter()), ("/ops/intake/admin/outbox", None, lanes))
    return lambda browser: (told(browser), browser.press("Thử"), browser.wait_text("vẫn hỏng"))


def operator_scenes(people):
    return [("operations-broken", staff.OPERATIONS, operator_told(people, ("/ops/intake/metrics", r"(motcua_balanced\{[^}]*\}) 1", "$1 0"))),
            ("operations-away", staff.OPERATIONS, operator_told(people, ("/ops/feedback/", None, None), (
                "/ops/verification/admin/dead", r"\[\s*\]", dead_letter()))),
            ("operations-tried", staff.OPERATIONS, tried(people)), ("operations-not-looked", staff.OPERATIONS, operator_told(people, ("/metrics", r"[\s\S]+", "")))]
