"""staff — the members of staff of one unit in browsers of their own, and the scenes of their pages."""
import base64
import os
import subprocess
import time

import lib
import mishaps
import moments
from embedded.sample import STAFF, UNIT
from embedded.web import send, wait_for
from people import FREE, WITH_FEE

CLERK, OFFICER, LEADER = STAFF + ".motcua", STAFF + ".chuyenvien", STAFF + ".lanhdao"
QUEUE, CASE, COUNTER, FIGURES, OPERATIONS = "/xu-ly", "/xu-ly-ho-so", "/quay", "/so-lieu", "/van-hanh"
DESK, ALERTS, SLIPS, COMMENTS, FREEZES, SURVEYS, WAVE = ("/giai-quyet-don", "/canh-bao", "/phieu-giay", "/y-kien", "/chot-so-lieu", "/khao-sat",
                                                                   "/dot-khao-sat")


def nothing(_browser):
    """The page as it comes."""


def enter(browser, people, login):
    """The browser with this member of staff logged in."""
    browser.log_in(login, people.office.passwords[login], QUEUE)
    browser.wait(lambda: browser.all(".tabs"), "the queue")
    return browser


def enter_new(browser, people, *grants):
    """The browser with a new member of staff logged in who has these (role, unit)."""
    login, suite = "cb" + os.urandom(6).hex(), people.suite
    user = {"login": login, "name": "Cán Bộ Tỉnh", "title": "Chuyên viên", "department": "Phòng thử nghiệm", "grants": [{"role": r, "unit": u} for r, u in grants]}
    made = send("POST", suite.admin_url("identity") + "/admin/users", user, headers={"Authorization": "Operator " + suite.secret("operator.token")})
    assert made.status == 201, made
    browser.log_in(login, made.json["password"], QUEUE)
    return browser


def of_case(dossier):
    return CASE + "#" + dossier.code


def dossiers(people):
    """One in each state the pages show differently."""
    person = people.new_citizen()
    made = {name: people.file(person, procedure) for name, procedure in (
        ("new", FREE), ("asked", FREE), ("payment", WITH_FEE), ("work", FREE), ("signed", FREE), ("accepted", FREE), ("leaving", FREE), ("ready", FREE))}
    made["asked"].decide("clerk", "ASK_SUPPLEMENT", reason="Thiếu trang 2", papers=[{"name": "Tờ khai"}])
    people.withdraw(person, made["leaving"])
    for name in ("payment", "work", "signed", "accepted", "ready"):
        made[name].decide("clerk", "ACCEPT")
    for name in ("work", "signed", "ready"):
        made[name].decide("clerk", "FORWARD")
    for name in ("signed", "ready"):
        while made[name].step():
            pass
    made["signed"].sign("15/GXN", "Bản sao trích lục")
    alert(people.suite, made["signed"])
    for name, acts in (("petition", ()), ("handled", ANSWERED[:1]), ("told", ANSWERED)):
        made[name] = petition(people.suite)["code"]
        work(people.suite, made[name], *acts)
    moments.answered(people.suite, made["work"])
    moments.words_about(people.suite)
    made["wave"] = wave(people.suite, made["signed"].code)
    made["wave_over"] = moments.over(people.suite, wave(people.suite, made["signed"].code))
    made["denunciation"] = petition(people.suite, **{"class": "denunciation", "about": {"name": "Một chuyên viên"}, "evidence": "Có ghi âm."})["code"]
    return made


def wave(suite, code):
    """A wave that asks about this dossier, which has ended: its address."""
    known = "SELECT ended_at IS NOT NULL FROM dossier WHERE code = '%s'" % code
    wait_for(lambda: suite.psql(known, database="motcua_feedback") == "t", 60, "the end of " + code)
    now, ask = int(time.time() * 1000), lib.asker(suite, lib.staff(suite, [("administrator", "*")]))
    body = {"name": "Đợt tháng này", "seed": "xổ số 23/11", "from_ms": now - 86400000, "to_ms": now + 1000, "closes_at_ms": now + 30 * 86400000, "quota": 50}
    made = ask("POST", "/api/feedback/surveys/sipas/waves", body, key=True)
    assert made.status == 202, made
    wait_for(lambda: ask("GET", "/api/feedback/waves/" + made["id"])["is_drawn"], 60, "the sample")
    return WAVE + "#" + made["id"]


def petition(suite, **changes):
    """A new one: its code and secret."""
    body = {"class": "petition", "category": "late", "title": "Chờ ba giờ không ai gọi", "content": "Tôi chờ từ 7 giờ đến 10 giờ.", "unit": UNIT,
            "contact": {"name": "Trần Thị Đơn", "address": "12 Đường Thử", "phone": "0912345678"}, **changes}
    made = send("POST", suite.url("/api/feedback/complaints"), body, key=os.urandom(8).hex())
    assert made.status == 201, made
    return made.json


ANSWERED = {"act": "accept"}, {"act": "answer", "outcome": "upheld", "words": "Quầy số 3 thiếu người, nay đã thêm hai người."}


def work(suite, code, *acts):
    """What the leader of its unit does with a petition."""
    office, path = lib.asker(suite, lib.staff(suite, [("leader", UNIT)])), "/api/feedback/desk/complaints/" + code
    for act in acts:
        done = office("POST", path + "/acts", act, key=True, headers={"If-Match": '"%d"' % office("GET", path)["version"]})
        assert done.status == 200, (act, done)


def alert(suite, dossier):
    """Somebody closed many on one day, this one among them: the alert's number."""
    number = suite.psql("INSERT INTO alert (kind, key, unit_code, official_id, official_name, at, found_at, amount) VALUES ('mass_closing', '%s', '%s', 'x',"
                        " 'Nguyễn Văn Vội', now(), now(), 41) RETURNING id" % (dossier.code, UNIT), database="motcua_feedback")
    suite.psql("INSERT INTO alert_dossier VALUES (%s, '%s')" % (number, dossier.code), database="motcua_feedback")
    return number


def open_action(words):
    return lambda browser: (browser.press(words), browser.one("#decision"))


def previewed(browser):
    browser.press("Tiếp nhận")
    browser.press("Xem thư trước khi gửi")
    browser.one(".letter")


def refused(browser):
    browser.press("Từ chối tiếp nhận")
    browser.press("Xem thư trước khi gửi")
    browser.one(".summary")


def chosen_procedure(browser):
    browser.fill("Tìm thủ tục", "trích lục")
    browser.one(".suggest button").click()
    browser.wait(lambda: browser.all("#papers .choice"), "the papers")


# A printer that keeps what it is given: the words of the page's own sheet, or the PDF in a frame.
PRINTER = """
    const blobs = new Map(), real = URL.createObjectURL;
    URL.createObjectURL = (blob) => { const url = real.call(URL, blob); blobs.set(url, blob); return url; };
    const keep = (paper) => { window.printed = {at: performance.now(), ...paper}; };
    window.print = () => keep({words: document.querySelector('.sheet').textContent});
    const print = async (url) => { const at = performance.now();
        const bytes = new Uint8Array(await blobs.get(url).arrayBuffer());
        window.printed = {at, pdf: btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''))}; };
    Object.defineProperty(HTMLIFrameElement.prototype, 'contentWindow', {get() { return {focus() {}, print: () => print(this.src)}; }});
    addEventListener('keydown', (e) => { if (/^F/.test(e.key)) window.askedAt = performance.now(); }, true);"""


def printed(browser):
    """(the words on the paper, milliseconds from the key to the printer), once; PRINTER is in the page."""
    paper = browser.wait(lambda: browser.js("return window.printed"), "the printer")
    took = paper["at"] - browser.js("const at = window.askedAt; window.printed = null; return at")
    if "words" in paper:
        return paper["words"], took
    words = subprocess.run(["pdftotext", "-raw", "-", "-"], input=base64.b64decode(paper["pdf"]), capture_output=True, check=True)
    return " ".join(words.stdout.decode().split()), took


def operator_in(people):
    def prepare(browser):
        browser.fill("Mã của người vận hành", people.suite.secret("operator.token"))
        browser.press("Vào")
        browser.wait_text("phương trình")
    return prepare


def clerk_scenes(people, made):
    state = lambda n: (QUEUE + "?tab=%s" % n, lambda b: b.one(".tabs"))
    return [("queue-%s" % n, *state(n)) for n in (1, 2, 4, 5, 6, 9, "mine", 7)] + [
        ("queue-en", "/en/queue", lambda b: b.one(".tabs")),
        ("case-new", of_case(made["new"]), lambda b: b.one(".decisions")), ("case-accept", of_case(made["new"]), previewed),
        ("case-faults", of_case(made["new"]), refused), ("case-supplement", of_case(made["new"]), open_action("Yêu cầu bổ sung")),
        ("case-asked", of_case(made["asked"]), lambda b: b.one(".checks")), ("case-signed", of_case(made["signed"]), open_action("Trả kết quả")),
        ("case-unknown", CASE + "#000.00.21.H07-200101-0001", lambda b: b.one(".note.bad")),
        ("counter", COUNTER, lambda b: b.one(".work")), ("counter-procedure", COUNTER, chosen_procedure),
        ("desk", DESK, lambda b: b.one("tbody")), ("slips", SLIPS, lambda b: b.one("#f-field")), ("slips-faults", SLIPS, lambda b: (b.one("#f-field"), b.press("Lưu và nhập"), b.one(".summary"))),
        ("surveys", SURVEYS, lambda b: (b.one("#versions"), b.one("#versions summary").click(), b.one("#versions ol"))),
        ("wave", made["wave"], lambda b: (b.wait(lambda: b.all("#slip"), "the form"), b.press("Hồ sơ được rút ở"), b.one("details ul"))),
        ("wave-faults", made["wave"], lambda b: (b.wait(lambda: b.all("#slip"), "the form"), b.press("Lưu và nhập"), b.one(".summary"))),
        ("wave-unknown", WAVE + "#0190f5d2-0000-7000-8000-000000000009", lambda b: b.one(".note.bad")),
        ("counter-filed", COUNTER, moments.filed(people)), ("counter-handed", COUNTER, moments.handed),
        ("case-faster", of_case(made["new"]), moments.overtaken(people)), ("case-decided", of_case(made["new"]), moments.decided(people)),
        ("case-invited", of_case(made["signed"]), moments.invited),
        ("counter-faults", COUNTER, lambda b: (b.press("F2"), b.one(".summary"))),
    ] + mishaps.clerks(people, made)


def leader_scenes(made):
    return [("figures", FIGURES, lambda b: b.one(".trend")), ("figures-rows", FIGURES + "?figure=received", lambda b: b.one("#rows")),
            ("figures-en", "/en/figures", lambda b: b.one(".trend")),
            ("desk-petition", DESK + "#" + made["petition"], lambda b: b.one(".decisions")), ("desk-act", DESK + "#" + made["petition"], lambda b: (b.press("Chuyển cơ quan"), b.one("#act"))),
            ("desk-denunciation", DESK + "#" + made["denunciation"], lambda b: b.one(".decisions")),
            ("wave-over", made["wave_over"], lambda b: b.one("#results table")), ("desk-empty", DESK + "?state=answered", nothing), ("alerts", ALERTS, lambda b: b.press("Các hồ sơ liên quan")), ("comments", COMMENTS, lambda b: b.one(".hits > li")), ("comments-none", COMMENTS, nothing_said), ("freezes", FREEZES, lambda b: b.one("#declared")),
            ("freezes-faults", FREEZES, lambda b: (b.one("#declared"), b.press("Lưu"), b.one(".summary"))), ("case-work", of_case(made["work"]), lambda b: b.one(".checks"))] + mishaps.leaders(made)


def province_scenes(made):
    """Of who leads and administers the whole province."""
    form = lambda words: lambda b: (b.press(words), b.one("form.card"))
    return [("surveys-wave", SURVEYS, form("Mở đợt khảo sát")), ("surveys-version", SURVEYS, form("Soạn phiên bản mới")), ("surveys-faults", SURVEYS, lambda b: (
        b.press("Mở đợt khảo sát"), b.press("Rút mẫu"), b.one(".summary"))), ("surveys-en", "/en/surveys", lambda b: b.one("#waves")),
            ("freezes-province", FREEZES, lambda b: b.one("#freeze")), ("freezes-frozen", FREEZES, moments.frozen), ("figures-province", FIGURES, lambda b: b.one(".trend")), ("wave-province", made["wave"], lambda b: b.one("#strata"))] + mishaps.province(made)


def inspector_scenes(made):
    """Of who works denunciations and reads no dossier: most pages have nothing for him."""
    refused = lambda b: b.one(".note.bad")
    return [("queue-no-role", QUEUE, refused), ("counter-no-role", COUNTER, refused), ("figures-no-role", FIGURES, refused),
            ("desk-sealed", DESK + "#" + made["denunciation"], lambda b: b.one("#f-reason")), ("desk-denouncer", DESK + "#" + made["denunciation"], denouncer)]


def denouncer(browser):
    browser.fill("Vì sao cần mở", "Cần hỏi thêm về ngày xảy ra.")
    browser.press("Mở danh tính")
    browser.wait_text("Trần Thị Đơn")


def nothing_said(browser):
    browser.fill("Quý", browser.all("#quarter option")[2].get_attribute("value"))
    browser.wait_text("chưa có ý kiến nào")


def enter_all(browsers, people):
    """Browsers of the staff, and the scenes each shows."""
    made = dossiers(people)
    clerk, leader, province, inspector, operator = browsers
    enter(clerk, people, CLERK)
    enter(leader, people, LEADER)
    enter_new(province, people, ("leader", "*"), ("administrator", "*"))
    enter_new(inspector, people, ("inspector", UNIT))
    return [(clerk, clerk_scenes(people, made)), (leader, leader_scenes(made)), (province, province_scenes(made)), (inspector, inspector_scenes(made)),
            (operator, operator_scenes(people) + moments.operator_scenes(people))]


def operator_scenes(people):
    return [("operations", OPERATIONS, lambda b: b.one("form")), ("operations-in", OPERATIONS, operator_in(people)),
            ("operations-refused", OPERATIONS, lambda b: (b.fill("Mã của người vận hành", "sai"), b.press("Vào"), b.one("[role=alert]")))]
