"""test_survey_pages — what staff read and keep of how satisfied people were: comments, declared figures and freezes, surveys."""
import pytest

import staff
from people import UNIT


@pytest.fixture
def leader(new_browser, people):
    return staff.enter(new_browser(), people, staff.LEADER)


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


def test_a_frozen_period_is_recounted_and_says_when_it_is_not_what_was_signed(browser, people):
    staff.enter_new(browser, people, ("leader", "*"))
    browser.open(staff.FREEZES)
    period = browser.one("#f-freeze").get_attribute("value")
    browser.press("Chốt và ký")
    browser.wait_text("Đã chốt và ký", "#done", seconds=60)
    recount = lambda: browser.one("[aria-label^='Tính lại']").click()
    feedback(people, "UPDATE frozen_period SET content = content || ' ' WHERE period = (SELECT max(period) FROM frozen_period)")
    recount()
    browser.wait_text("Khác với số đã ký", "#frozen")
    feedback(people, "UPDATE frozen_period SET content = rtrim(content) WHERE period = (SELECT max(period) FROM frozen_period)")
    browser.open(staff.FREEZES + "?period=" + period)
    browser.wait_text("không sửa được nữa", "main .note")
    recount()
    browser.wait_text("Đúng như số đã ký", "#frozen")
    assert not browser.all("#declared input") and browser.axe() == []
