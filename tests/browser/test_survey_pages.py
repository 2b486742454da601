"""test_survey_pages — what staff read and keep of how satisfied people were: comments, declared figures and freezes, surveys."""
import datetime

import pytest

import staff
import walk
from embedded.web import wait_for
from people import FREE, UNIT

ANSWERED = 3  # the cell of a stratum's row beside its head


def feedback(people, sql):
    return people.suite.psql(sql, database="motcua_feedback")


# ---- comments ----

def test_a_leader_reads_what_people_wrote_with_its_field(leader, people):
    feedback(people, "INSERT INTO rating (unit_code, field_code, quarter, is_clear, is_simple, is_helpful, is_in_time, words, origin) SELECT '%s',"
             " p.field_code, quarter_of(now()), 5, 5, 5, 5, 'Cô ở quầy số 3 rất tận tình.', 'web' FROM procedure p WHERE field_name <> '' ORDER BY code LIMIT 1" % UNIT)
    name = feedback(people, "SELECT field_name FROM procedure WHERE field_name <> '' ORDER BY code LIMIT 1")
    leader.open(staff.COMMENTS)
    leader.wait_text("Cô ở quầy số 3 rất tận tình.", ".hits")
    leader.wait_text(name, ".hits")
    assert leader.axe() == [] and leader.overflow() is None
    before = leader.all("#quarter option")[1].get_attribute("value")
    leader.fill("Quý", before)
    leader.wait_address("quarter=" + before)
    leader.wait_text("chưa có ý kiến nào")


# ---- declared figures, frozen periods ----

def declare(browser, name, part, whole):
    for field, number in (("part", part), ("whole", whole)):
        browser.js("arguments[0].value = arguments[1]", browser.one("#f-%s-%s" % (name.replace(".", "-"), field)), str(number))
    browser.one("[aria-label='Lưu %s']" % name).click()


def test_a_leader_declares_a_figure_and_is_told_what_is_wrong_with_one(leader):
    leader.open(staff.FREEZES)
    leader.one("#declared")
    declare(leader, "1.1", 9, 10)
    leader.wait_text("Đã lưu chỉ số 1.1", "#done")
    leader.wait_text("90,0%", "#declared")
    declare(leader, "4.3", 11, 10)
    leader.one(".summary a").click()
    assert leader.js("return document.activeElement.id") == "f-4-3-part" and leader.axe() == []
    assert not leader.all("#freeze")  # of the province


def test_a_frozen_period_is_recounted_and_says_when_it_is_not_what_was_signed(browser, people, ended):
    staff.enter_new(browser, people, ("leader", "*"))
    feedback(people, "UPDATE dossier SET filed_at = filed_at - interval '200 days' WHERE code = '%s'" % ended)  # of the quarter before the last there is something, too
    browser.open(staff.FREEZES)
    option = browser.one("#f-freeze option")
    period, name = option.get_attribute("value"), option.text
    browser.press("Chốt và ký")
    browser.wait_text("Đã chốt và ký", "#done", seconds=60)
    recount = lambda: browser.js("arguments[0].click()", browser.one("[aria-label='Tính lại %s']" % name))
    feedback(people, "UPDATE frozen_period SET content = content || ' ' WHERE period = " + period)
    recount()
    browser.wait_text("Khác với số đã ký", "#recount-" + period)
    feedback(people, "UPDATE frozen_period SET content = rtrim(content) WHERE period = " + period)
    browser.open(staff.FREEZES + "?period=" + period)
    browser.wait_text("không sửa được nữa", "main .note")
    recount()
    browser.wait_text("Đúng như số đã ký", "#recount-" + period)
    assert not browser.all("#declared input") and browser.axe() == [] and browser.crooked() == []


# ---- surveys ----

@pytest.fixture(scope="module")
def ended(people):
    """The code of a dossier of the unit that has ended, which feedback knows."""
    dossier = people.file(people.new_citizen(), FREE)
    dossier.decide("clerk", "ACCEPT")
    walk.finish(dossier)
    wait_for(lambda: feedback(people, "SELECT ended_at IS NOT NULL FROM dossier WHERE code = '%s'" % dossier.code) == "t", 60, "its end")
    return dossier.code


def begin_wave(browser, name):
    """The address of the new wave, to be drawn when today is over from what ended today and yesterday."""
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=7))).date()
    days = {"Hồ sơ xong từ ngày": today - datetime.timedelta(days=1), "Hồ sơ xong đến ngày": today, "Nhận phiếu đến ngày": today + datetime.timedelta(days=30)}
    browser.open(staff.SURVEYS)
    browser.press("Mở đợt khảo sát")
    browser.fill("Tên đợt", name)
    browser.fill("Hạt giống rút mẫu", "xổ số 23/11")
    for label, at in days.items():
        browser.fill(label, at.isoformat())
    browser.fill("Nhiều nhất mỗi đơn vị", "1000")
    browser.press("Rút mẫu và mở đợt")
    browser.wait_text("Đã mở đợt “%s”" % name, "#done")
    return browser.button(name).get_attribute("href")[len(browser.base):]


def enter_slip(browser, number):
    browser.fill("Số phiếu", number)
    for box in browser.all("#slip input[value='4']"):
        browser.js("arguments[0].click()", box)
    browser.press("Lưu và nhập phiếu tiếp")


def test_a_wave_goes_from_its_draw_to_slips_that_count_once_and_its_results(browser, new_browser, people, ended):
    staff.enter_new(browser, people, ("administrator", "*"))
    address = begin_wave(browser, "Đợt thử")
    feedback(people, "UPDATE job SET run_at = now(), generation = generation + 1 WHERE kind = 'draw' AND key = '%s'" % address.split("#")[1])
    clerk = staff.enter(new_browser(), people, staff.CLERK)
    clerk.open(address)
    clerk.wait(lambda: clerk.all("#slip"), "the form of slips", seconds=60)
    clerk.press("Hồ sơ được rút ở")
    clerk.wait_text(ended)
    first = clerk.all("#strata tbody tr")[1].text.split("–")[0].split()[-1]
    enter_slip(clerk, first)
    clerk.wait_text("Đã nhập phiếu %s." % first)
    clerk.wait(lambda: clerk.all("#strata tbody tr")[0].find_elements("css selector", "td")[ANSWERED].text == "1", "the response")
    enter_slip(clerk, first)
    clerk.wait_text("đã được nhập", ".summary")
    assert clerk.axe() == [] and clerk.overflow() is None
    clerk.size(360, 760)
    assert clerk.overflow() is None
    feedback(people, "UPDATE survey_wave SET closes_at = now() WHERE id = '%s'" % address.split("#")[1])
    clerk.full_size()
    clerk.open(address)
    clerk.wait_text("chưa đủ phiếu", "#results")
    assert not clerk.all("#slip") and clerk.axe() == [] and clerk.crooked() == []


def test_an_administrator_writes_a_new_version_from_the_one_before(browser, people):
    staff.enter_new(browser, people, ("administrator", "*"))
    browser.open(staff.SURVEYS)
    browser.press("Soạn phiên bản mới")
    browser.wait(lambda: "# " in browser.labelled("Yếu tố và tiêu chí").get_attribute("value"), "the text of the version before")
    browser.fill("Tên tiếng Việt", "Hỏi nhanh")
    browser.fill("Mã mẫu phiếu", "hoi-nhanh")
    browser.fill("Yếu tố và tiêu chí", "# Tiếp cận | Access\nDễ tìm | Easy to find\nDễ hiểu |")
    browser.press("Lưu phiên bản")
    browser.wait(lambda: browser.all("#f-valid_from-fault"), "the missing day")
    browser.fill("Dùng từ ngày", "2026-01-01")
    browser.press("Lưu phiên bản")
    browser.wait(lambda: browser.all("#f-factors-fault"), "the missing English")
    assert browser.axe() == []
    browser.fill("Yếu tố và tiêu chí", "# Tiếp cận | Access\nDễ tìm | Easy to find\nDễ hiểu | Easy to understand")
    browser.press("Lưu phiên bản")
    browser.wait_text("Đã lưu phiên bản mới của “Hỏi nhanh”", "#done")
    browser.press("Hỏi nhanh – phiên bản 1")
    browser.wait_text("2. Dễ hiểu", "#versions")


def test_who_is_no_administrator_of_the_province_asks_nobody(leader):
    leader.open(staff.SURVEYS)
    leader.one("#versions")
    assert not leader.all(".decisions")
