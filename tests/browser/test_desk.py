"""test_desk — what the staff do with what people say: a petition from the desk to its published answer, an alert with its dossiers, a
slip of paper that counts once; the tablet at the counter."""
import pytest

import staff
import walk
from people import FREE


def act(browser, name, **says):
    browser.press(name)
    form = browser.one("#act")
    for label, text in says.items():
        browser.fill({"words": "Nội dung", "outcome": "Kết luận"}[label], text)
    form.find_element("css selector", "button").click()
    browser.wait(lambda: not browser.all("#act"), name + " to be done")


def test_a_petition_goes_from_the_desk_to_its_published_answer(leader, new_browser, suite):
    sent = staff.petition(suite)
    leader.open(staff.DESK)
    leader.wait_text(sent["code"], "tbody")
    leader.press(sent["code"])
    leader.wait_text("Chờ ba giờ không ai gọi", "h1")
    assert "Trần Thị Đơn" in leader.text() and leader.axe() == []
    act(leader, "Thụ lý")
    act(leader, "Trả lời", outcome="upheld", words="Quầy số 3 thiếu người, nay đã thêm hai người.")
    reader = new_browser()
    reader.open("/theo-doi-gop-y#%s~%s" % (sent["code"], sent["secret"]))
    reader.wait_text("Quầy số 3 thiếu người, nay đã thêm hai người.")
    act(leader, "Công khai trả lời", words="Quầy tiếp nhận được thêm hai người.")
    reader.open("/tra-loi-gop-y")
    reader.wait_text("Quầy tiếp nhận được thêm hai người.")
    assert "Trần Thị Đơn" not in reader.text()


def test_what_is_not_there_is_said_and_leads_back_to_the_list(leader, suite):
    sent = staff.petition(suite)
    leader.open(staff.DESK)
    leader.wait_text(sent["code"], "tbody")
    leader.js("location.hash = 'PA-0000000000'")
    leader.one(".note.bad")
    leader.press("Về danh sách")
    leader.wait_text(sent["code"], "tbody")


def test_who_denounces_is_not_on_the_desk(leader, suite):
    sent = staff.petition(suite, **{"class": "denunciation", "about": {"name": "Một chuyên viên"}, "evidence": "Có ghi âm."})
    leader.open(staff.DESK + "#" + sent["code"])
    leader.wait_text("Danh tính người tố cáo được niêm phong")
    assert "Trần Thị Đơn" not in leader.text() and "0912345678" not in leader.text()


def test_behind_an_alert_stand_its_dossiers_and_its_leader_answers_it(leader, people):
    dossier = people.file(people.new_citizen(), FREE)
    number = staff.alert(people.suite, dossier)
    leader.open(staff.ALERTS)
    leader.wait_text("Nguyễn Văn Vội")
    leader.press("Các hồ sơ liên quan")
    leader.wait_text(dossier.code)
    assert leader.axe() == []
    leader.one("#f-words-" + number).send_keys("Hôm đó trả kết quả của cả tuần.")
    leader.press("Có lý do chính đáng")
    leader.wait_text("Có lý do chính đáng – Huỳnh Kim Thoại")


def invited(browser):
    """Asked until the dossier's rating is open: it opens some moments after the result."""
    browser.press("Mời đánh giá")
    browser.wait(lambda: browser.all("#invited img, #invited .bad"), "an answer")
    return browser.all("#invited img.qr")


def test_who_stands_at_the_counter_rates_on_the_tablet_once(clerk, new_browser, people):
    dossier = people.file(people.new_citizen(), FREE)
    dossier.decide("clerk", "ACCEPT")
    clerk.open(staff.of_case(dossier))
    clerk.one(".decisions")
    assert not clerk.all("#invite")
    walk.finish(dossier)
    clerk.open(staff.of_case(dossier))
    clerk.wait(lambda: invited(clerk), "the link", seconds=60)
    assert clerk.axe() == []
    tablet = new_browser()
    tablet.open(clerk.button("Mở phiếu đánh giá").get_attribute("href")[len(clerk.base):])
    tablet.wait(lambda: tablet.all("#f-words"), "the questions", seconds=60)
    for question in ("is_clear", "is_simple", "is_helpful", "is_in_time"):
        tablet.one("#f-" + question).click()
    tablet.press("Gửi đánh giá")
    tablet.wait_text("Cảm ơn bạn", "h1", seconds=30)
    clerk.press("Mời đánh giá")
    clerk.wait_text("Mỗi hồ sơ chỉ đánh giá một lần", "#invited .bad")


def enter_slip(browser, number):
    browser.fill("Số phiếu", number)
    for question in ("is_clear", "is_simple", "is_helpful", "is_in_time"):
        browser.one("#f-%s-4" % question).click()
    browser.press("Lưu và nhập phiếu tiếp")


def test_a_slip_of_paper_counts_once(clerk):
    clerk.open(staff.SLIPS)
    clerk.wait(lambda: clerk.all("#f-field option:not([value=''])"), "the fields", seconds=60)
    clerk.fill("Lĩnh vực", clerk.all("#f-field option")[1].get_attribute("value"))
    enter_slip(clerk, "0001")
    clerk.wait_text("Đã nhập phiếu 0001")
    assert clerk.axe() == []
    enter_slip(clerk, "0001")
    clerk.wait_text("đã", ".summary")
