"""walk — the steps of filing on the pages, as the tests share them: the extract of the civil register, with a fee."""
from embedded.filing import PDF
from people import UNIT, WITH_FEE


def paper(folder, name="giấy tờ.pdf", data=PDF):
    path = folder / name
    path.write_bytes(data)
    return str(path)


def begin(browser, procedure=WITH_FEE):
    browser.open("/nop-ho-so?code=" + procedure)
    browser.one(".tasks")


def choose_unit(browser):
    browser.press("Nơi nộp")
    browser.wait(lambda: browser.all("option[value='%s']" % UNIT), "the units")
    browser.fill("Đơn vị nhận hồ sơ", UNIT)
    browser.press("Lưu và tiếp tục")


def say_who(browser):
    browser.wait_text("Người nộp", "h1")
    browser.fill("Địa chỉ", "12 Đường Thử, Bến Tre")
    browser.press("Lưu và tiếp tục")


def answer(browser, procedure):
    """Answers that fit, as the form asks them now; what an answer opens is answered next."""
    browser.wait_text("Nội dung", "h1")
    answers = {}
    for field in procedure["form"]:
        when = field.get("when")
        if when and str(answers.get(when["field"])).lower() != when["equals"].lower():
            continue
        answers[field["name"]] = put(browser, field)
    browser.press("Lưu và tiếp tục")
    return answers


def put(browser, field):
    kind, label = field["type"], field["label"]
    if kind == "choice" and len(field["choices"]) <= 6:
        browser.choose(field["choices"][0]["label"])
        return field["choices"][0]["value"]
    if kind == "boolean":
        browser.choose("Có")
        return True
    value = {"choice": lambda: field["choices"][0]["value"], "integer": lambda: str(max(1, field.get("min", 1))), "money": lambda: "1.000.000",
             "date": lambda: "2026-01-02", "phone": lambda: "0900000009", "email": lambda: "a@example.vn", "citizen_id": lambda: "083300000017",
             "tax_code": lambda: "0100109106"}.get(kind, lambda: "Nội dung thử")()
    browser.fill(label, value)
    return value


def attach(browser, procedure, path):
    browser.wait_text("Giấy tờ", "h1")
    required = [c for c in procedure["components"] if c["required"]]
    for component in required:
        browser.attach(component["name"], path)
    browser.wait(lambda: browser.text().count("đã tải lên") == len(required), "the uploads")
    browser.press("Lưu và tiếp tục")


def write(browser, procedure, folder):
    """All of it, up to the page that is checked before it is sent."""
    begin(browser, procedure["code"])
    choose_unit(browser)
    say_who(browser)
    answer(browser, procedure)
    attach(browser, procedure, paper(folder))
    browser.wait_text("Kiểm tra và gửi", "h1")


def finish(dossier):
    """The staff work an accepted dossier to its signed result."""
    dossier.decide("clerk", "FORWARD")
    while dossier.step():
        pass
    dossier.sign("12/GXN", "Bản sao trích lục")


def send(browser):
    """The code of the dossier."""
    browser.press("Gửi hồ sơ")
    browser.wait_address("/da-nop#")
    return browser.text(".panel .code")
