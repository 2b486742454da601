"""conftest — one whole suite with the sample data, its people, and browsers that complain at the end of a test if their console
did."""
import importlib.util
import os
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
SYSTEM = os.path.join(os.path.dirname(HERE), "system")
sys.path[:0] = [HERE, SYSTEM]
_spec = importlib.util.spec_from_file_location("system_conftest", os.path.join(SYSTEM, "conftest.py"))
_system = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_system)
new_suite = _system.new_suite  # the same suites as the system tests have

import staff  # noqa: E402
from browser import Browser  # noqa: E402
from embedded import sample  # noqa: E402
from people import UNIT, People  # noqa: E402,F401


@pytest.fixture(scope="session")
def suite(new_suite):
    made = new_suite()
    sample.load(made)
    return made


@pytest.fixture(scope="session")
def people(suite):
    return People(suite)


@pytest.fixture
def new_browser(suite):
    opened = []

    def make():
        browser = Browser(suite.url())
        opened.append(browser)
        return browser

    yield make
    complaints = [e for b in opened for e in b.errors()]
    for browser in opened:
        browser.close()
    assert not complaints, complaints


@pytest.fixture
def browser(new_browser):
    return new_browser()


@pytest.fixture
def citizen(new_browser, people):
    """A browser in which a citizen of her own is logged in."""
    browser = new_browser()
    browser.person = people.new_citizen()
    browser.log_in(browser.person["id_number"], browser.person["password"])
    return browser


@pytest.fixture
def clerk(new_browser, people):
    return staff.enter(new_browser(), people, staff.CLERK)


@pytest.fixture
def officer(new_browser, people):
    return staff.enter(new_browser(), people, staff.OFFICER)


@pytest.fixture
def leader(new_browser, people):
    return staff.enter(new_browser(), people, staff.LEADER)
