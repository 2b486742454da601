"""test_staff — what the staff of a unit do on their pages, against the whole suite: the clerk with the keyboard alone, two officers at
once, the leader from a number to its rows, the operator; and what holds for each of these pages."""
import urllib.request

import pytest

import scenes
import staff
from browser import Browser, Keys
from embedded.web import send
from people import FREE
from selenium.webdriver.common.action_chains import ActionChains

STAFF_BYTES, DASHBOARD_BYTES, REQUESTS, SOON_MS, PRINTED_MS = 120 * 1024, 150 * 1024, 8, 500, 1000
CARD = "083090%06d||Nguyễn Văn Quầy|01021990|Nam|12 Đường Thử, Bến Tre|01012021"


def opened(browser, dossier):
    browser.open(staff.of_case(dossier))
    browser.one(".checks")
    return browser


def preview(browser, action, reason=None):
    browser.press(action)
    if reason:
        browser.fill("Lý do", reason)
    browser.press("Xem thư trước khi gửi")
    browser.one(".letter")


def count(browser, tab):
    browser.wait(lambda: browser.all(".tabs"), "the tabs")
    return next(int(a.find_element("css selector", "b").text) for a in browser.all(".tabs a") if a.get_attribute("href").endswith("tab=%s" % tab))


# ---- the counter ----

def typed(browser, *keys):
    """To whatever has the focus, as a person types."""
    chain = ActionChains(browser.driver)
    for key in keys:
        chain = chain.send_keys(key)
    chain.perform()


def focus_id(browser):
    return browser.js("return document.activeElement.id")


def tab_to(browser, is_there, what):
    for _ in range(40):
        if is_there(focus_id(browser)):
            return
        typed(browser, Keys.TAB)
    raise AssertionError("no way by keyboard to " + what)


def fill_by_keys(browser, field):
    tab_to(browser, lambda i: i.startswith("f-answers-" + field["name"]), field["label"])
    kind = field["type"]
    if kind in ("choice", "boolean"):
        typed(browser, Keys.SPACE)
    else:
        typed(browser, {"integer": str(max(1, field.get("min", 1))), "money": "1000000", "date": "02012026", "phone": "0900000009", "email": "a@example.vn",
                        "citizen_id": "083300000017", "tax_code": "0100109106"}.get(kind, "Nội dung thử"))


def test_a_clerk_files_with_the_keyboard_alone_and_the_receipt_prints_within_a_second(clerk, people, suite):
    procedure = send("GET", suite.url("/api/intake/procedures/" + FREE)).json
    clerk.open(staff.COUNTER)
    clerk.wait(lambda: focus_id(clerk) == "f-applicant-id_number", "the first field")
    clerk.js(staff.PRINTER)
    typed(clerk, CARD % (int.from_bytes(suite.run.encode()[-2:], "big")), Keys.ENTER)
    clerk.wait(lambda: focus_id(clerk) == "f-applicant-phone", "the card to be read")
    typed(clerk, "0912345678")
    tab_to(clerk, lambda i: i == "f-procedure", "the search")
    typed(clerk, procedure["name"])
    clerk.wait(lambda: clerk.all(".suggest button"), "a procedure")
    typed(clerk, Keys.ENTER)
    clerk.wait(lambda: clerk.all("#papers .choice"), "its papers")
    for field in procedure["form"]:
        if field.get("required") and "when" not in field:
            fill_by_keys(clerk, field)
    for paper in procedure["components"]:
        if paper["required"]:
            tab_to(clerk, lambda i: i == "f-papers-" + paper["code"], paper["name"])
            typed(clerk, Keys.SPACE)
    typed(clerk, Keys.F2)
    clerk.wait(lambda: clerk.all("#filed") or clerk.all(".summary"), "an answer")
    assert not clerk.all(".summary"), clerk.text(".summary")
    code = clerk.text("#filed .number")
    paper, took = staff.printed(clerk)
    print("from F2 to the printer: %d ms" % took)
    assert code in paper and "Nguyễn Văn Quầy" in paper and "Thời gian trả kết quả giải quyết hồ sơ" in paper and "TNHS" in paper, paper
    assert took < PRINTED_MS
    assert people.of(code).case()["applicant"]["name"] == "Nguyễn Văn Quầy"


def test_what_is_missing_is_one_complete_list_on_paper(clerk):
    clerk.open(staff.COUNTER)
    clerk.js(staff.PRINTER)
    clerk.fill("Họ và tên", "Trần Thị Thiếu")
    staff.chosen_procedure(clerk)
    required = [label.text for label in clerk.all("#papers .choice") if "nếu có" not in label.text]
    clerk.fill("Giấy tờ khác còn thiếu", "Giấy ủy quyền\nẢnh 3x4")
    typed(clerk, Keys.F3)
    paper, _ = staff.printed(clerk)
    assert "BSHS" in paper and "Trần Thị Thiếu" in paper
    for number, name in enumerate(required + ["Giấy ủy quyền", "Ảnh 3x4"], 1):
        assert "%d %s" % (number, " ".join(name.split())) in paper, (name, paper)
    clerk.wait_text("Đã vào sổ và in", "#handed")


def test_what_was_handed_over_at_the_counter_is_printed_again(clerk):
    clerk.open(staff.COUNTER)
    clerk.js(staff.PRINTER)
    clerk.fill("Họ và tên", "Trần Thị Nữa")
    staff.chosen_procedure(clerk)
    typed(clerk, Keys.F3)
    first, _ = staff.printed(clerk)
    clerk.driver.refresh()
    clerk.one(".work")
    clerk.js(staff.PRINTER + "window.askedAt = 0;")
    clerk.press("Phiếu đã giao gần đây")
    clerk.wait_text("Trần Thị Nữa", "#slips")
    clerk.one("#slips tbody button").click()
    assert staff.printed(clerk)[0] == first


def test_a_refusal_needs_its_reason(clerk):
    clerk.open(staff.COUNTER)
    clerk.js(staff.PRINTER)
    clerk.fill("Họ và tên", "Trần Thị Từ")
    staff.chosen_procedure(clerk)
    typed(clerk, Keys.F4)
    clerk.wait_text("Hãy ghi lý do từ chối", ".summary")
    clerk.fill("Lý do", "Không thuộc thẩm quyền")
    typed(clerk, Keys.F4)
    paper, _ = staff.printed(clerk)
    assert "Không thuộc thẩm quyền" in paper and "TCHS" in paper


def test_where_no_paper_comes_the_counter_prints_its_own_sheet(clerk):
    clerk.open(staff.COUNTER)
    clerk.js(staff.PRINTER + "Object.defineProperty(navigator, 'pdfViewerEnabled', {get: () => false});")
    clerk.fill("Họ và tên", "Trần Thị Tờ")
    staff.chosen_procedure(clerk)
    typed(clerk, Keys.F3)
    assert "PHIẾU HƯỚNG DẪN HOÀN THIỆN HỒ SƠ" in staff.printed(clerk)[0]


# ---- the queue ----

def test_a_tabs_total_is_that_of_its_list(clerk, people):
    people.file(people.new_citizen(), FREE)
    clerk.open(staff.QUEUE + "?tab=1")
    total = count(clerk, 1)
    while clerk.all("main button.second"):
        shown = len(clerk.all("tbody tr"))
        clerk.press("Xem tiếp")
        clerk.wait(lambda: len(clerk.all("tbody tr")) > shown, "the next page")
    assert total == len(clerk.all("tbody tr")) > 0


def test_what_one_does_shows_in_a_colleagues_browser_within_half_a_second(clerk, new_browser, people):
    dossier = people.file(people.new_citizen(), FREE)
    other = staff.enter(new_browser(), people, staff.CLERK)
    other.open(staff.QUEUE + "?tab=1")
    other.wait(lambda: other.all(".live.on") and dossier.code in other.text("tbody"), "the dossier, live")
    other.js("""const code = arguments[0];
        new MutationObserver(() => { if (!window.goneAt && !document.querySelector('tbody')?.textContent.includes(code)) window.goneAt = Date.now(); })
            .observe(document.querySelector('queue-page'), {childList: true, subtree: true, characterData: true});""", dossier.code)
    opened(clerk, dossier)
    preview(clerk, "Tiếp nhận")
    clerk.js("""const real = window.fetch;
        window.fetch = async (...all) => { const answer = await real(...all); if (/decisions$/.test(all[0])) window.answeredAt = Date.now(); return answer; };""")
    clerk.press("Tiếp nhận và gửi thư")
    clerk.wait_text("Đã xong", "#done")
    other.wait(lambda: other.js("return window.goneAt"), "the change")
    took = other.js("return window.goneAt") - clerk.js("return window.answeredAt")
    print("from the answer to the colleague's page: %d ms" % took)
    assert took < SOON_MS


def test_what_has_just_been_filed_is_not_late(clerk, people):
    dossier = people.file(people.new_citizen(), FREE)
    clerk.open(staff.QUEUE + "?tab=1")
    clerk.wait_text(dossier.code, "tbody")
    row = next(r.text for r in clerk.all("tbody tr") if dossier.code in r.text)
    assert "nộp " in row and "trễ" not in row


def test_who_has_a_case_open_shows_in_the_queue(clerk, officer, people):
    dossier = people.file(people.new_citizen(), FREE)
    clerk.open(staff.QUEUE + "?tab=1")
    clerk.wait(lambda: clerk.all(".live.on") and dossier.code in clerk.text("tbody"), "the dossier, live")
    opened(officer, dossier)
    clerk.wait_text("Trương Hoài Nhơn đang mở", "tbody")
    officer.open(staff.QUEUE)
    clerk.wait(lambda: "Trương Hoài Nhơn đang mở" not in clerk.text("tbody"), "that he has left")


# ---- decisions ----

def test_who_decides_reads_what_was_filled_in(clerk, people, suite):
    person = people.new_citizen()
    dossier = people.file(person, FREE)
    filed = people.view(person)["answers"]
    asked = [f for f in send("GET", suite.url("/api/intake/procedures/" + FREE)).json["form"] if f["name"] in filed]
    opened(clerk, dossier)
    said = clerk.text("#written")
    assert asked and all(f["label"] in said for f in asked)
    assert all(str(filed[f["name"]]) in said for f in asked if f["type"] in ("text", "long_text", "integer", "phone"))


def test_what_a_decision_lacks_is_named(clerk, people):
    opened(clerk, people.file(people.new_citizen(), FREE))
    staff.refused(clerk)
    assert clerk.text(".summary li") == "Hãy điền: Lý do"


def test_the_letter_is_read_before_it_is_sent_and_is_the_one_the_applicant_gets(clerk, people):
    person = people.new_citizen()
    dossier = people.file(person, FREE)
    opened(clerk, dossier)
    preview(clerk, "Từ chối tiếp nhận", "Hồ sơ thuộc thẩm quyền của phường An Hội.")
    letter = clerk.text(".letter")
    clerk.wait_text("Mẫu 03: Phiếu từ chối tiếp nhận", "#letter")
    assert "Hồ sơ thuộc thẩm quyền của phường An Hội." in letter and dossier.case()["status"] == 1
    clerk.press("Từ chối tiếp nhận và gửi thư")
    clerk.wait_text("Đã xong", "#done")
    inbox = lambda: [m for m in people.get(person, "/api/notification/inbox")["messages"] if m["template"] == "refused"]
    message = clerk.wait(lambda: next(iter(inbox()), None), "the letter")
    assert message["subject"] in letter and "Hồ sơ thuộc thẩm quyền của phường An Hội." in message["body"]


def test_the_form_is_seen_before_it_is_issued(clerk, people):
    dossier = people.file(people.new_citizen(), FREE)
    opened(clerk, dossier)
    preview(clerk, "Từ chối tiếp nhận", "Không thuộc thẩm quyền của đơn vị.")
    clerk.js("window.open = (url) => { window.opened = url; return true; }")
    clerk.js("const real = URL.createObjectURL; URL.createObjectURL = (blob) => { window.paper = blob.type; return real.call(URL, blob); }")
    clerk.press("Xem mẫu (PDF)")
    clerk.wait(lambda: clerk.js("return window.opened"), "the form")
    assert clerk.js("return window.paper") == "application/pdf" and dossier.case()["status"] == 1


def test_of_two_who_decide_at_once_the_second_is_refused_and_sees_what_changed(clerk, new_browser, people):
    dossier = people.file(people.new_citizen(), FREE)
    other = opened(staff.enter(new_browser(), people, staff.CLERK), dossier)
    preview(opened(clerk, dossier), "Tiếp nhận")
    preview(other, "Từ chối tiếp nhận", "Trùng hồ sơ.")
    clerk.press("Tiếp nhận và gửi thư")
    clerk.wait_text("Đã xong", "#done")
    other.press("Từ chối tiếp nhận và gửi thư")
    other.wait_text("Có người đã xử lý trước bạn", "#changes")
    assert "Được tiếp nhận" in other.text("#changes") and "Võ Thị Diễm Sương" in other.text("#changes")
    other.wait_text("Được tiếp nhận", ".tag")
    assert dossier.case()["status"] == 2


# A minute of the page's passes in 0.6 seconds.
HASTY = "const timer = window.setInterval; window.setInterval = (work, ms) => timer(work, ms / 100);"


def test_what_came_while_one_wrote_is_not_decided_over_and_no_word_is_lost(clerk, people):
    """Also where the page had time to look again: the decision is on what was read."""
    dossier = people.file(people.new_citizen(), FREE)
    clerk.open_with(HASTY, staff.of_case(dossier))
    preview(clerk, "Từ chối tiếp nhận", "Trùng hồ sơ.")
    dossier.decide("clerk", "ACCEPT")
    asked = lambda: clerk.js("return performance.getEntriesByType('resource').filter((e) => /presence/.test(e.name)).length")
    before = asked()
    clerk.wait(lambda: asked() > before + 8, "more than a minute of the page's")
    clerk.press("Từ chối tiếp nhận và gửi thư")
    clerk.wait_text("Có người đã xử lý trước bạn", "#changes")
    assert "Trùng hồ sơ." in clerk.text("#changes") and dossier.case()["status"] == 2


def test_a_case_goes_from_the_counter_to_the_signed_result_on_the_pages(clerk, officer, leader, people):
    dossier = people.file(people.new_citizen(), FREE)
    for browser, action in ((clerk, "Tiếp nhận"), (clerk, "Chuyển xử lý")):
        preview_or_none(opened(browser, dossier), action)
    roles = {"clerk": clerk, "officer": officer, "leader": leader}
    while not dossier.case()["steps"][-1]["is_current"]:
        current = next(s for s in dossier.case()["steps"] if s["is_current"])
        preview_or_none(opened(roles[current["role"]], dossier), "Xong bước này")
    opened(leader, dossier).press("Ký kết quả")
    leader.fill("Số văn bản kết quả", "15/GXN")
    leader.press("Xem thư trước khi gửi")
    leader.press("Ký kết quả và gửi thư")
    leader.wait_text("Đã xong", "#done")
    assert dossier.case()["status"] == 9


def preview_or_none(browser, action):
    browser.press(action)
    browser.press("Xem thư trước khi gửi")
    browser.one("#letter")
    browser.press(action + " và gửi thư")
    browser.wait_text("Đã xong", "#done")


# ---- the leader, the operator ----

def test_a_leader_goes_from_a_number_to_its_rows(leader, people):
    dossier = people.file(people.new_citizen(), FREE)
    leader.open(staff.FIGURES)
    leader.one(".four")
    number = int(leader.text(".four a b").replace(".", ""))
    leader.one(".four a").click()
    leader.one("#rows")
    while leader.all("#rows button.second"):
        shown = len(leader.all("#rows tbody tr"))
        leader.press("Xem tiếp")
        leader.wait(lambda: len(leader.all("#rows tbody tr")) > shown or not leader.all("#rows button.second"), "the next page")
    rows = [row.text for row in leader.all("#rows tbody th a")]
    assert len(rows) == number and dossier.code in rows
    leader.press(dossier.code)
    leader.wait_text(dossier.code)


def test_an_operator_sees_what_balances_and_what_is_dead(browser, people):
    browser.open(staff.OPERATIONS)
    browser.fill("Mã của người vận hành", "0" * 64)
    browser.press("Vào")
    browser.wait_text("Mã không đúng")
    staff.operator_in(people)(browser)
    browser.wait_text("Hàng đợi")
    browser.wait_text("Tin không xử lý được")
    assert "không trả lời" not in browser.text(".four")


# ---- what holds for each page ----

@pytest.fixture(scope="module")
def seen(suite, people):
    browsers = [Browser(suite.url()) for _ in range(5)]
    yield staff.enter_all(browsers, people)
    for browser in browsers:
        browser.close()


def test_axe_finds_nothing_the_policy_refuses_nothing_and_no_word_is_odd(seen):
    assert scenes.wrong_at_sight(seen) == {}


def test_nothing_scrolls_sideways_at_360_px(seen):
    assert scenes.too_wide(seen, 360, 760) == {}


def test_nothing_scrolls_sideways_at_200_percent(seen):
    assert scenes.too_wide(seen, 640, 450, scale=2) == {}


def test_a_first_visit_is_small(clerk, leader):
    most = {staff.FIGURES: DASHBOARD_BYTES, staff.OPERATIONS: DASHBOARD_BYTES}
    wrong = {}
    for browser, paths in ((clerk, (staff.QUEUE, staff.CASE, staff.COUNTER, staff.DESK, staff.SLIPS, staff.SURVEYS, staff.WAVE)), (leader, (staff.FIGURES, staff.OPERATIONS, staff.ALERTS, staff.COMMENTS, staff.FREEZES))):
        for path in paths:
            sent, asked = browser.wire(path)
            pages = [url for url in asked if "/api/" not in url]
            print("%-16s %6.1f KB %d requests, %d of them data" % (path, sent / 1024, len(asked), len(asked) - len(pages)))
            if sent > most.get(path, STAFF_BYTES) or len(pages) > REQUESTS:
                wrong[path] = (sent, asked)
    assert wrong == {}


def test_pages_without_javascript_say_what_needs_it(suite):
    for path in (staff.QUEUE, staff.CASE, staff.COUNTER, staff.FIGURES, staff.OPERATIONS, staff.DESK, staff.ALERTS, staff.SLIPS, staff.COMMENTS, staff.FREEZES, staff.SURVEYS, staff.WAVE):
        with urllib.request.urlopen(suite.url(path), timeout=10) as answer:
            text = answer.read().decode()
        assert "<noscript>" in text and "cần JavaScript" in text and "<h1>" in text, path
