#!/usr/bin/python3
"""shots — a picture of every page in every state, wide and narrow, in build/shots: to be looked at by a person. Starts a suite of its
own and ends it."""
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from conftest import _system as system  # noqa: E402  (it finds everybody's folders)
import scenes  # noqa: E402
import staff  # noqa: E402
from browser import Browser  # noqa: E402
from embedded import sample  # noqa: E402
from people import People  # noqa: E402
from suite import Suite  # noqa: E402

WIDTHS = {"wide": 1100, "narrow": 360}


def take(browser, scene, folder):
    for name, width in WIDTHS.items():
        browser.size(width, 800)
        scenes.show(browser, scene)
        height = browser.js("return Math.min(document.documentElement.scrollHeight, 4000)")
        browser.size(width, height)
        browser.driver.save_screenshot(os.path.join(folder, "%s-%s.png" % (scene[0], name)))


def take_all(suite, folder):
    people = People(suite)
    stranger, writer, owner = Browser(suite.url()), Browser(suite.url()), Browser(suite.url())
    try:
        for browser in (writer, owner):
            browser.person = people.new_citizen()
            browser.log_in(browser.person["id_number"], browser.person["password"])
        for browser, listing in ((stranger, scenes.anonymous() + scenes.public(people)), (writer, scenes.apply_scenes(people)), (owner, scenes.filled(people, owner.person))):
            for scene in listing:
                take(browser, scene, folder)
        take_staff(suite, people, folder)
    finally:
        for browser in (stranger, writer, owner):
            browser.close()


def take_staff(suite, people, folder):
    browsers = [Browser(suite.url()) for _ in range(5)]
    try:
        for browser, listing in staff.enter_all(browsers, people):
            for scene in listing:
                take(browser, scene, folder)
    finally:
        for browser in browsers:
            browser.close()


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join("build", "shots")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    run = tempfile.mkdtemp(prefix="motcua-shots-")
    os.chmod(run, 0o755)
    suite = Suite(run, system.free_port_range(), os.environ.get("BUILD_DIR"))
    try:
        suite.prepare()
        suite.start_all()
        sample.load(suite)
        take_all(suite, folder)
    finally:
        suite.stop_all()
        shutil.rmtree(run, ignore_errors=True)
    print("%d pictures in %s" % (len(os.listdir(folder)), folder))


if __name__ == "__main__":
    main()
