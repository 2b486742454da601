"""test_menu — the staff's menu has the places that the account may open, and no others."""
import staff
from people import UNIT


def places(browser):
    return [a.get_attribute("data-menu") for a in browser.all("[data-roles]") if a.is_displayed()]


def test_the_menu_of_a_clerk_has_no_place_that_would_refuse_him(browser, people):
    staff.enter(browser, people, staff.CLERK)
    assert places(browser) == ["queue", "counter", "complaint-desk", "paper-slips", "surveys"]
    assert browser.axe() == []


def test_the_menu_follows_from_what_was_granted(browser, people):
    staff.enter_new(browser, people, ("auditor", UNIT))
    assert places(browser) == ["queue", "complaint-desk", "figures", "alerts", "surveys", "freezes", "comments"]


def test_the_place_one_is_on_stays_also_where_no_role_opens_it(browser, people):
    staff.enter_new(browser, people, ("inspector", UNIT))
    assert places(browser) == ["queue", "complaint-desk"]
    browser.open(staff.DESK)
    browser.one(".tabs")
    assert places(browser) == ["complaint-desk"]


def test_who_is_not_logged_in_sees_every_place(browser):
    browser.open(staff.OPERATIONS)
    assert len(places(browser)) == 10
