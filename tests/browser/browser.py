"""browser — a headless Chromium as the tests of the pages use it: by what a person sees (a label, a button's words), with what
goes over the wire counted, the network cut, and axe-core at hand. Nothing sleeps; everything waits for what it needs."""
import json
import os
import re

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys  # noqa: F401  (for tests that type)
from selenium.webdriver.support.ui import WebDriverWait

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
AXE = os.path.join(ROOT, "services", "portal", "web", "node_modules", "axe-core", "axe.min.js")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATIENCE_S = 60  # a busy machine is slow; what is promised in time is measured
ODD_WORDS = [r"\{\w+\}", "(undefined|null|NaN|Infinity)", r"\[object \w+\]", "Invalid Date", r"[A-Za-z]+(_[A-Za-z]+)+"]
# What the services say, told otherwise: [part of the address, from, to]; from null: the answer is `to`, to null: the service is away.
TOLD = """(() => {
    const real = window.fetch, changes = %s;
    window.fetch = async (address, more) => {
        const due = changes.filter(([part]) => String(address).includes(part)), whole = due.find(([, from]) => from === null);
        if (whole) return new Response(whole[2] ?? '{"title": "Dịch vụ đang khởi động lại. Hãy thử lại sau giây lát."}',
            {status: whole[2] ? 200 : 503, headers: {'Content-Type': 'application/json'}});
        const answer = await real(address, more);
        if (!due.length) return answer;
        const text = due.reduce((t, [, from, to]) => t.replace(new RegExp(from), to), await answer.text());
        return new Response(text, {status: answer.status, headers: answer.headers});
    };
})();"""
FLAGS = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--disable-extensions",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-color-profile=srgb"]


def start(language="vi"):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in FLAGS + ["--lang=" + language, "--window-size=1280,900"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


class Browser:
    def __init__(self, base):
        self.base, self.driver = base, start()
        self.complaints = []

    def close(self):
        self.driver.quit()

    # ---- where ----

    def open(self, path):
        """A load of its own, also where only the hash differs."""
        self.driver.get("about:blank")
        self.driver.get(self.base + path)

    def open_with(self, script, path):
        """The page with a script that runs before its own."""
        added = self.cdp("Page.addScriptToEvaluateOnNewDocument", source=script)
        try:
            self.open(path)
        finally:
            self.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=added["identifier"])

    def open_told(self, path, *changes):
        """The page while the services say otherwise (TOLD)."""
        self.open_with(TOLD % json.dumps(changes), path)

    @property
    def address(self):
        return self.driver.current_url[len(self.base):]

    def wait(self, condition, what, seconds=PATIENCE_S):
        """The first true value; an element that was drawn anew meanwhile is looked for again."""
        return WebDriverWait(self.driver, seconds, 0.05, [StaleElementReferenceException]).until(lambda _: condition(), what)

    def wait_address(self, part):
        self.wait(lambda: part in self.driver.current_url, "an address with %s" % part)

    # ---- what is there ----

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def one(self, css):
        return self.wait(lambda: next(iter(self.all(css)), None), css)

    def text(self, css="main"):
        return self.one(css).text

    def wait_text(self, words, css="main", seconds=PATIENCE_S):
        self.wait(lambda: words in self.text(css), "“%s” in %s" % (words, css), seconds)

    def labelled(self, label):
        """The control with this label; its beginning is enough."""
        return self.wait(lambda: self.js("""
            const open = document.querySelector('dialog[open]'), all = [...(open ?? document).querySelectorAll('label')];
            const l = all.find(l => l.textContent.trim() === arguments[0]) ?? all.find(l => l.textContent.trim().startsWith(arguments[0]));
            return l && (l.control ?? document.getElementById(l.htmlFor));""", label), "a field labelled %s" % label)

    def button(self, words):
        return self.wait(lambda: self.js("""
            const open = document.querySelector('dialog[open]');
            return [...(open ?? document).querySelectorAll('button, a, summary')].find(
                b => b.checkVisibility() && b.textContent.trim().startsWith(arguments[0]));""", words), "a button %s" % words)

    # ---- what a person does ----

    def press(self, words):
        self.wait(lambda: self._click(self.button(words)), "to press %s" % words)

    def _click(self, element):
        self.js("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()
        return True

    def fill(self, label, text):
        field = self.labelled(label)
        if field.tag_name == "select":
            return self.js("arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change', {bubbles: true}))", field, text)
        if field.get_attribute("type") == "date":
            return self.js("arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))", field, text)
        field.clear()
        field.send_keys(text)

    def choose(self, label):
        self._click(self.labelled(label))

    def attach(self, label, path):
        self.labelled(label).send_keys(path)

    def log_in(self, login, password, home="/ho-so-cua-toi"):
        self.open("/dang-nhap")
        self.fill("Tên đăng nhập", login)
        self.fill("Mật khẩu", password)
        self.one("form.card button").click()
        self.wait_address(home)

    # ---- beneath ----

    def js(self, script, *args):
        return self.driver.execute_script(script, *args)

    def cdp(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def network(self, is_there):
        self.cdp("Network.enable")
        self.cdp("Network.emulateNetworkConditions", offline=not is_there, latency=0, downloadThroughput=-1, uploadThroughput=-1)

    def drop_session(self):
        """The session's cookie is gone, as when it has ended; so is what the page knew of it."""
        self.cdp("Network.deleteCookies", name="motcua_session", url=self.base + "/api/identity/")

    def size(self, width, height=800, scale=1):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=width < 500)

    def full_size(self):
        self.cdp("Emulation.clearDeviceMetricsOverride")

    # ---- what is judged ----

    def axe(self):
        """Violations of WCAG A and AA as axe-core finds them: rule and where."""
        with open(AXE, encoding="utf-8") as f:
            self.js(f.read())
        found = self.driver.execute_async_script("""
            const done = arguments[arguments.length - 1];
            axe.run(document, {runOnly: arguments[0], resultTypes: ['violations']}).then(r => done(r.violations.map(
                v => [v.id, v.nodes.map(n => n.target.join(' ') + ': ' + n.failureSummary)])), e => done([['axe', String(e)]]));""", LEVELS)
        return found

    def overflow(self):
        """By how many pixels the page is wider than the window, and what sticks out."""
        return self.js("""
            const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
            const out = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest('.unseen, .skip'));
            return wide > 0 ? [wide, out.slice(0, 5).map(e => e.tagName + '.' + e.className)] : null;""")

    def crooked(self):
        """Columns of numbers that do not stand right, or whose head does not stand as they do."""
        return self.js("""
            const align = (cell) => getComputedStyle(cell).textAlign, isNumber = (cell) => /^[0-9][0-9.,]*%?$/.test(cell.innerText.trim());
            return [...document.querySelectorAll('table')].filter(t => t.tHead?.checkVisibility()).flatMap(t => [...t.tHead.rows[0].cells].filter(
                (head, i) => [...t.tBodies[0].rows].map(r => r.cells[i]).some(c => c && (align(c) !== align(head) || isNumber(c) && c.tagName === 'TD' && align(c) !== 'right')))
                .map(head => 'crooked: ' + head.innerText));""")

    def foreign(self):
        """Heads and choices of an English page that are Vietnamese and do not say so."""
        return self.js("""
            return document.documentElement.lang === 'vi' ? [] : [...document.querySelectorAll('main :is(h1, h2, h3, h4, th, option, label, .lead)')].flatMap(e => [...e.childNodes])
                .filter(n => n.nodeType === 3 && /[\u0103\u0111\u01a1\u01b0\u1ea0-\u1ef9]/i.test(n.data) && n.parentElement.closest('[lang]').lang !== 'vi').map(n => 'foreign: ' + n.data.trim());""")

    def odd_words(self):
        """What no person should read: codes, values that are not there, words of the other language's page that do not say so."""
        text = self.js("return document.body.innerText")
        own = self.js("return [...document.querySelectorAll('main [lang=en]')].reduce((text, e) => text.replace(e.innerText, ''), document.body.innerText)")
        english = [(r"(the|and|of|your)", own)] if self.js("return document.documentElement.lang") == "vi" else []
        return sorted({m.group(0) for kind, where in [(k, text) for k in ODD_WORDS] + english for m in re.finditer(r"(?<![\w@./-])%s(?![\w@])" % kind, where)})

    def events(self):
        """DevTools' network events since the last call."""
        return [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]

    def wire(self, path):
        """A first load with an empty cache: bytes on the wire, and the requests."""
        self.open("/robots.txt")
        self.cdp("Network.enable")
        self.cdp("Network.clearBrowserCache")
        self.cdp("Network.setBypassServiceWorker", bypass=True)  # what it kept is no first visit
        self.events()
        self.open(path)
        self.wait(lambda: self.js("return document.readyState === 'complete' && (!document.querySelector('.spin') || document.querySelector('dialog[open]'))"),
                  "the page to be whole")
        self.js("return document.fonts.ready.then(() => true)")
        events = self.events()
        asked = {e["params"]["requestId"]: e["params"]["request"]["url"] for e in events
                 if e["method"] == "Network.requestWillBeSent" and e["params"]["request"]["url"].startswith(self.base)}
        sent = sum(e["params"]["encodedDataLength"] for e in events
                   if e["method"] == "Network.loadingFinished" and e["params"]["requestId"] in asked)
        return sent, sorted(asked.values())

    def errors(self):
        """What the console complains of: the policy, uncaught errors. An answer that is no 200 is not an error of the page."""
        return [e["message"] for e in self.driver.get_log("browser")
                if e["level"] == "SEVERE" and "Failed to load resource" not in e["message"]]
