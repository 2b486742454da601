"""mishaps — states of the pages that come from outside: a session that ends while one writes, a line or a service that is away, a
colleague who acts meanwhile. Each brings its page there anew, however often it is asked."""
import tempfile
import time
from pathlib import Path

import staff
import walk
from people import FREE, UNIT, WITH_FEE

BUILDING = "1.009994"  # written of by nobody else
NO_CODE = ("/da-nop", "/bo-sung", "/rut-ho-so", "/danh-gia", "/thanh-toan", "/tra-cuu", "/thu-tuc", "/nop-ho-so")
NEVER = "000.00.21.H07-200101-0001"


def away(path, part, what="main [role=alert]"):
    """The page while the service it asks first is away."""
    return lambda browser: (browser.open_told(path, (part, None, None)), browser.one(what))


def told(path, what, *changes):
    return lambda browser: (browser.open_told(path, *changes), browser.one(what))


# ---- a session that ends ----

def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


WRITING = "/nop-ho-so?code=%s#applicant" % WITH_FEE


def session_over(person):
    """It ends while she writes, and what the page knew of it has run out."""
    def prepare(browser):
        browser.log_in(person["id_number"], person["password"])
        browser.open_told(WRITING, ("/identity/tokens", '"expires_at": ?"[^"]*"', '"expires_at":"%s"' % iso(0)))
        browser.fill("Địa chỉ", "12 Đường Thử, Bến Tre")
        browser.drop_session()
        browser.js("dispatchEvent(new Event('visibilitychange'))")
        browser.wait_text("Phiên đã hết", "dialog")
    return prepare


def session_ends(path):
    """In a minute and a half: the page says so."""
    return lambda browser: (browser.open_told(path, ("/identity/tokens", '"session_ends_at": ?"[^"]*"', '"session_ends_at":"%s"' % iso(90))),
                            browser.one("aside.warning"))


def logs_in_again(browser):
    session_ends(WRITING)(browser)
    browser.press("Đăng nhập lại ngay")
    browser.wait_text("Phiên sắp hết", "dialog")


# ---- one who writes ----

def no_line(browser):
    browser.one("main form")
    browser.js("dispatchEvent(new Event('offline'))")
    browser.wait_text("Máy đang mất mạng")


def no_answer(browser):
    """It was sent, and nobody said what became of it."""
    browser.one(".tasks")
    browser.js("const page = document.querySelector('apply-page'); page.draft.sending = true; page.requestUpdate();")
    browser.one(".note.due")


def upload_waits(browser):
    browser.open_told("/nop-ho-so?code=%s#papers" % BUILDING, ("/api/intake/uploads", None, None))
    with tempfile.TemporaryDirectory() as folder:
        browser.one("input[type=file]").send_keys(walk.paper(Path(folder), "bản vẽ mặt bằng tầng trệt và các tầng.pdf"))
    browser.wait_text("đang chờ mạng")


def empty_paper(browser):
    browser.one("input[type=file]")
    browser.js("""const field = document.querySelector('input[type=file]'), list = new DataTransfer();
        list.items.add(new File([], 'trống.pdf')); field.files = list.files; field.dispatchEvent(new Event('change', {bubbles: true}));""")
    browser.one(".summary")


def writers():
    """Pages of a person who writes, and has filed nothing."""
    papers = "/nop-ho-so?code=%s#papers"
    return [
        ("apply-ends-soon", WRITING, session_ends(WRITING)), ("apply-again-soon", WRITING, logs_in_again), ("apply-offline", WRITING, no_line),
        ("apply-not-known", "/nop-ho-so?code=" + WITH_FEE, no_answer), ("apply-papers-there", papers % FREE, lambda b: b.one(".files li")),
        ("apply-papers-waiting", papers % BUILDING, upload_waits), ("apply-papers-empty", papers % BUILDING, empty_paper),
        ("apply-answers-many", "/nop-ho-so?code=%s#answers" % BUILDING, lambda b: b.one("main form")),
        ("mine-away", "/ho-so-cua-toi", away("/ho-so-cua-toi", "/api/intake/dossiers")), ("inbox-away", "/hop-thu", away("/hop-thu", "/api/notification/inbox?")),
        ("apply-away", "/nop-ho-so?code=" + FREE, away("/nop-ho-so?code=" + FREE, "/api/intake/procedures/"))] + [
        ("no-code-" + path[1:], path, lambda b: b.one("main h1")) for path in NO_CODE]


def strangers(people):
    unknown = "/hai-long?unit=nobody"
    return [
        ("apply-again", WRITING, session_over(people.new_citizen())), ("search-away", "/tim-thu-tuc?q=x", lambda b: (b.open_told("/tim-thu-tuc?q=x", ("/api/intake/procedures", None, None)), b.wait_text("khởi động lại"))),
        ("procedure-away", "/thu-tuc?code=" + FREE, away("/thu-tuc?code=" + FREE, "/api/intake/procedures/")),
        ("login-away", "/dang-nhap", login_away), ("new-password", "/dat-mat-khau#x", lambda b: b.one("form.card")), ("new-password-no-link", "/dat-mat-khau", lambda b: b.one("main .note")),
        ("new-password-faults", "/dat-mat-khau#x", lambda b: (b.press("Đặt mật khẩu"), b.one(".summary"))), ("new-password-spent", "/dat-mat-khau#x", spent_link), ("sign-up-business", "/dang-ky", lambda b: b.one("input[value=business]").click()),
        ("satisfaction-unknown", unknown, lambda b: b.one(".note.bad")), ("satisfaction-away", "/hai-long", away("/hai-long", "/api/feedback/published")),
        ("satisfaction-nothing", "/hai-long", told("/hai-long", ".note", ("/api/feedback/published", None, '{"periods": []}'))),
        ("track-away", "/tra-cuu#" + NEVER, away("/tra-cuu#" + NEVER, "/api/intake/lookup")), ("rate-unknown", "/danh-gia#%s~x" % NEVER, lambda b: b.one(".note.bad")),
        ("complain-away", "/gop-y", away("/gop-y", "/api/identity/units", "form.card"))]


def spent_link(browser):
    browser.fill("Mật khẩu mới", "cò lả bay về cánh đồng")
    browser.press("Đặt mật khẩu")
    browser.wait_text("Hãy nhờ công chức", ".summary")


def login_away(browser):
    browser.open_told("/dang-nhap", ("/api/identity/sessions", None, None))
    browser.fill("Tên đăng nhập", "083300999999")
    browser.fill("Mật khẩu", "không phải mật khẩu")
    browser.one("form.card button").click()
    browser.one(".summary")


# ---- those who have filed ----

def opened_message(browser):
    browser.wait(lambda: browser.all(".hits summary"), "a message")
    browser.one(".hits summary").click()
    browser.one(".hits .body-text")


def way_of(people):
    """A complaint about a dossier: who has worked on it is named."""
    def prepare(browser):
        browser.one("input[value=complaint]").click()
        browser.one("input[value=result]").click()
        for label, text in (("Tóm tắt", "Kết quả ghi sai năm sinh"), ("Kể lại", "Trên trích lục ghi 1983, đúng ra là 1985."), ("Địa chỉ", "12 Đường Thử, Bến Tre")):
            browser.fill(label, text)
        browser.press("Xem ai nhận")
        browser.one("#way")
    return prepare


def complain(people, person):
    """As the account: the answer."""
    return people.post(person, "/api/feedback/complaints", {
        "class": "petition", "category": "late", "title": "Chờ ba giờ không ai gọi", "content": "Tôi chờ từ 7 giờ đến 10 giờ.", "unit": UNIT,
        "contact": {"name": person["name"], "address": "12 Đường Thử", "phone": person["phone"]}})


def owners(people, person, code):
    sent = complain(people, person)
    mine = "/theo-doi-gop-y#" + sent["code"]
    return [
        ("apply-papers-earlier", "/nop-ho-so?code=%s#papers" % FREE, lambda b: b.wait_text("Bạn đã nộp giấy này trước đây")),
        ("inbox-open", "/hop-thu", opened_message), ("complain-dossier", "/gop-y#" + code["result"], way_of(people)),
        ("complaint-mine", "/theo-doi-gop-y", lambda b: b.one(".hits > li")), ("complaint-act", mine, lambda b: (b.press("Rút đơn"), b.one("#act"))),
        ("pay-attempts", "/thanh-toan#" + code["failed"], lambda b: (b.press("Các lần thanh toán"), b.one("details[open] li"))),
        ("pay-away", "/thanh-toan#" + code["payment"], away("/thanh-toan#" + code["payment"], "/api/payment/invoices")),
        ("track-late-date", "/tra-cuu#" + code["work"], told("/tra-cuu#" + code["work"], ".note.due", ("/api/intake/dossiers/", '"due_at_ms": ?([0-9]+)', '"due_at_ms":$1,"due_before_ms":$1'))),
        ("track-history", "/tra-cuu#" + code["over"], lambda b: (b.press("Giấy tờ đã nộp"), b.one("details[open] li")))]


# ---- the staff ----

def one_of(people):
    """A dossier of somebody's, new each time it is asked for."""
    person = people.new_citizen()
    return lambda: people.file(person, FREE)


def changed(new):
    """A colleague decides while one writes."""
    def prepare(browser):
        dossier = new()
        browser.open(staff.of_case(dossier))
        browser.wait(lambda: browser.js("return performance.getEntriesByType('resource').some((e) => /presence/.test(e.name))"), "to be heard")
        browser.press("Từ chối tiếp nhận")
        browser.fill("Lý do", "Trùng hồ sơ.")
        dossier.decide("clerk", "ACCEPT")
        browser.wait_text("vừa thay đổi hồ sơ này", "#done")
    return prepare


def present(people, dossier, path):
    """An officer has it open."""
    def prepare(browser):
        assert people.office.staff["officer"].ask("PUT", "/api/verification/cases/%s/presence" % dossier.code).status == 200
        browser.open(path)
        browser.one(".present")
    return prepare


def news(new):
    """An officer does his step while one looks at the queue."""
    def prepare(browser):
        dossier = new()
        for action in ("ACCEPT", "FORWARD"):
            dossier.decide("clerk", action)
        browser.open(staff.QUEUE + "?tab=4")
        browser.one(".live.on")
        dossier.step()
        browser.wait(lambda: browser.text(".news"), "the news")
    return prepare


def unseen_letter(dossier):
    def prepare(browser):
        browser.open_told(staff.of_case(dossier), ("/api/notification/", None, None))
        browser.press("Tiếp nhận")
        browser.press("Xem thư trước khi gửi")
        browser.one("#letter .note.due")
    return prepare


def forgotten(person):
    """A link for who has forgotten the password; told, for one clerk makes few of them."""
    def prepare(browser):
        told = '{"secret": "aBcD", "name": "%s", "expires_at": "2026-11-24T10:00:00+07:00", "qr": "<svg xmlns=\\"http://www.w3.org/2000/svg\\"/>"}' % person["name"]
        browser.open_told(staff.COUNTER, ("/password-links", None, told))
        browser.press("Người dân quên mật khẩu")
        browser.fill("Số trên thẻ", person["id_number"])
        browser.press("Tạo liên kết")
        browser.one("#forgotten img.qr")
    return prepare


def clerks(people, made):
    new, of = one_of(people), staff.of_case
    drawing = ("/api/feedback/waves/", r'"is_drawn": ?true([\s\S]*)"strata": ?\[[\s\S]*\]', '"is_drawn":false$1"strata":[]')
    nobody = ("/api/feedback/waves/", r'"strata": ?\[[\s\S]*\]', '"strata":[]')
    return [
        ("counter-forgotten", staff.COUNTER, forgotten({"name": "Trần Thị Quên", "id_number": "083300000025"})), ("case-changed", of(made["new"]), changed(new)), ("case-present", of(made["new"]), present(people, made["new"], of(made["new"]))),
        ("queue-present", staff.QUEUE, present(people, made["work"], staff.QUEUE + "?tab=4")), ("queue-news", staff.QUEUE, news(new)),
        ("case-no-letter", of(made["new"]), unseen_letter(made["new"])), ("case-ends-soon", of(made["new"]), session_ends(of(made["new"]))),
        ("case-forward", of(made["accepted"]), staff.open_action("Chuyển xử lý")), ("case-withdrawal", of(made["leaving"]), staff.open_action("Cho rút hồ sơ")),
        ("case-no-withdrawal", of(made["leaving"]), staff.open_action("Không cho rút")), ("case-away", of(made["new"]), away(of(made["new"]), "/api/verification/cases/")),
        ("queue-away", staff.QUEUE, away(staff.QUEUE, "/api/verification/queue")), ("case-no-code", staff.CASE, lambda b: b.one("main [role=alert]")),
        ("wave-drawing", made["wave"], told(made["wave"], "main p.note", drawing)), ("wave-nobody", made["wave"], told(made["wave"], "main p.note", nobody)),
        ("desk-unknown", staff.DESK + "#PA-0000000000", lambda b: b.one("main [role=alert]")), ("counter-refusal-faults", staff.COUNTER, lambda b: (
            staff.chosen_procedure(b), b.fill("Họ và tên", "Trần Thị Từ"), b.press("F4"), b.one(".summary")))]


def leaders(made):
    of, desk, case = staff.of_case, lambda name: staff.DESK + "#" + made[name], lambda words: lambda b: (b.press(words), b.one("#act"))
    return [
        ("case-sign", of(made["ready"]), lambda b: (b.press("Ký kết quả"), b.press("Xem thư trước khi gửi"), b.one(".summary"))),
        ("case-stop", of(made["work"]), staff.open_action("Dừng xử lý")), ("case-reappoint", of(made["work"]), staff.open_action("Xin lỗi và hẹn lại")),
        ("desk-classify", desk("petition"), case("Phân loại")), ("desk-answer", desk("handled"), case("Trả lời")), ("desk-ask", desk("petition"), case("Hỏi thêm thông tin")),
        ("desk-publish", desk("told"), case("Công khai trả lời")), ("desk-faults", desk("handled"), lambda b: (case("Trả lời")(b), b.one("#act button").click(), b.one(".summary"))),
        ("desk-escalated", staff.DESK + "?escalated", lambda b: b.one(".tabs")), ("figures-table", staff.FIGURES, lambda b: (b.press("Xem thành bảng"), b.one("details[open] table"))),
        ("figures-away", staff.FIGURES, away(staff.FIGURES, "/api/verification/figures")), ("alerts-none", staff.ALERTS, told(staff.ALERTS, ".note", ("/api/feedback/alerts", None, '{"alerts": [], "next": null}'))),
        ("freezes-none", staff.FREEZES, told(staff.FREEZES, "main .note", ("/api/feedback/freezes", None, '{"freezes": []}')))]


def province(made):
    """recount: what was signed is not what is counted now."""
    other = ("/recount", None, '{"same": false, "sha256": "%s"}' % ("0" * 64))
    return [
        ("freezes-other", staff.FREEZES, lambda b: (b.open_told(staff.FREEZES, other), b.one("#frozen"), b.one("[aria-label^='Tính lại']").click(), b.one("#frozen .poor"))),
        ("surveys-none", staff.SURVEYS, told(staff.SURVEYS, "main .note", ("/api/feedback/waves", None, '{"waves": []}')))]
