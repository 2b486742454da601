"""test_citizen — what a citizen does on the pages, against the whole suite: signs up, files, follows, supplements, pays, withdraws,
checks the receipt; and what happens to the words when the session, the network or the patience ends."""
import pytest

import mishaps
import walk
from embedded.web import send
from people import FREE, WITH_FEE


@pytest.fixture(scope="module")
def procedure(suite):
    return send("GET", suite.url("/api/intake/procedures/" + WITH_FEE)).json


def test_a_citizen_signs_up_and_is_logged_in(browser):
    browser.open("/dang-ky")
    browser.fill("Họ và tên", "Lê Văn Mới")
    browser.fill("Số căn cước", "083 090 123 456")
    browser.fill("Số điện thoại", "0912 345 678")
    browser.fill("Mật khẩu", "con mèo trèo cây cau")
    browser.press("Tạo tài khoản")
    browser.wait_address("/ho-so-cua-toi")
    browser.wait_text("Đăng xuất Lê Văn Mới", "#account")


def test_what_is_wrong_is_told_on_top_and_beside_the_field(browser):
    browser.open("/dang-ky")
    browser.fill("Họ và tên", "Lê Văn Sai")
    browser.fill("Số căn cước", "12")
    browser.fill("Số điện thoại", "0912345678")
    browser.fill("Mật khẩu", "con mèo trèo cây cau")
    browser.press("Tạo tài khoản")
    told = browser.text("#f-id_number-fault")
    assert told in browser.text(".summary")
    assert browser.js("return document.activeElement.className") == "summary"
    browser.press(told)
    assert browser.js("return document.activeElement.id") == "f-id_number"


def test_a_procedure_is_found_without_marks(browser):
    browser.open("/")
    browser.fill("Gõ tên việc", "giay phep xay dung")
    browser.press("Tìm")
    browser.wait_text("Kết quả cho “giay phep xay dung”")
    browser.press("Cấp giấy phép xây dựng mới đối với nhà ở riêng lẻ")
    browser.wait_text("75.000 ₫")
    browser.wait_text("Bắt đầu nộp hồ sơ")


def test_a_procedure_says_how_long_it_takes_in_fact(browser):
    code = "1.009994"
    browser.open("/thu-tuc?code=" + code)
    browser.wait_text("Thực tế: chưa đủ hồ sơ để nói")
    browser.js("""const real = window.fetch; window.fetch = async (path, more) => (/times$/.test(path) ? new Response(
        '{"count": 1234, "half_within_days": 9, "most_within_days": 21}', {headers: {'Content-Type': 'application/json'}}) : real(path, more));
        document.querySelector('procedure-page').connectedCallback();""")
    browser.wait_text("một nửa số hồ sơ xong trong 9 ngày, chín phần mười trong 21 ngày")
    browser.wait_text("1.234 hồ sơ")


def test_a_citizen_files_and_follows_it_live(citizen, people, procedure, tmp_path):
    walk.write(citizen, procedure, tmp_path)
    code = walk.send(citizen)
    assert [d["code"] for d in people.dossiers(citizen.person)] == [code]
    citizen.press("Theo dõi hồ sơ")
    citizen.wait_text("Công chức kiểm tra hồ sơ trong 8 giờ làm việc")
    people.of(code).decide("clerk", "REFUSE", reason="Sai thẩm quyền, hãy nộp tại phường.")
    citizen.wait_text("Sai thẩm quyền, hãy nộp tại phường.")
    citizen.wait_text("Không được tiếp nhận", ".tag")


def test_a_citizen_pays_at_the_gateway(citizen, people):
    dossier = people.file(citizen.person, WITH_FEE)
    dossier.decide("clerk", "ACCEPT")
    citizen.open("/tra-cuu#" + dossier.code)
    citizen.wait_text("Hãy trả phí trước hạn")
    citizen.press("Thanh toán")
    citizen.wait_text("8.000 ₫")
    citizen.press("Trả qua cổng")
    citizen.wait(lambda: not citizen.driver.current_url.startswith(citizen.base), "the gateway's page")
    citizen.press("Thanh toán")
    citizen.wait_address("/thanh-toan")
    citizen.wait_text("Đã thanh toán", "h1", seconds=30)
    assert "Số biên lai" in citizen.text()


def test_money_that_left_the_account_is_asked_for_at_once(citizen, people, suite):
    dossier = people.file(citizen.person, WITH_FEE)
    dossier.decide("clerk", "ACCEPT")
    citizen.open("/thanh-toan#" + dossier.code)
    citizen.press("Trả qua cổng")
    citizen.wait(lambda: not citizen.driver.current_url.startswith(citizen.base), "the gateway's page")
    attempt = people.attempts(citizen.person, dossier.code)[0]
    send("POST", suite.local("GATEWAY_SIM") + "/sim/pay", {"txn_ref": attempt["txn_ref"], "outcome": "success", "ipn": "none"})
    citizen.open("/thanh-toan#" + dossier.code)
    citizen.wait_text("Đang xác minh")
    citizen.press("Tôi đã bị trừ tiền")
    citizen.wait_text("Đã thanh toán", "h1", seconds=30)


def test_a_transfer_shows_its_code_and_its_purpose(citizen, people):
    dossier = people.file(citizen.person, WITH_FEE)
    dossier.decide("clerk", "ACCEPT")
    citizen.open("/thanh-toan#" + dossier.code)
    citizen.press("Hiện mã chuyển khoản")
    picture = citizen.one("img.qr")
    citizen.wait(lambda: citizen.js("return arguments[0].naturalWidth > 0", picture), "the QR code")
    citizen.wait_text("7100201234567")


def test_a_citizen_supplements_what_was_asked(citizen, people, tmp_path):
    dossier = people.file(citizen.person, FREE)
    dossier.decide("clerk", "ASK_SUPPLEMENT", reason="Bản chụp bị mờ.", papers=[{"component": "TP01", "name": "Tờ khai", "reason": "Trang 2 không đọc được"}])
    citizen.open("/tra-cuu#" + dossier.code)
    citizen.wait_text("Trang 2 không đọc được")
    citizen.press("Bổ sung giấy tờ")
    citizen.wait_text("Bạn đã có 0 trên 1 giấy tờ phải nộp")
    citizen.attach("Tờ khai", walk.paper(tmp_path, "rõ.pdf"))
    citizen.wait_text("đã tải lên")
    citizen.press("Gửi giấy tờ")
    citizen.wait_address("/tra-cuu#")
    citizen.wait_text("Đã nhận giấy tờ bổ sung")


def test_a_citizen_withdraws(citizen, people):
    dossier = people.file(citizen.person, FREE)
    citizen.open("/tra-cuu#" + dossier.code)
    citizen.press("Rút hồ sơ")
    citizen.fill("Vì sao bạn rút?", "Tôi nộp nhầm thủ tục.")
    citizen.press("Yêu cầu rút hồ sơ")
    citizen.wait_address("/tra-cuu#")
    citizen.wait_text("Đã yêu cầu rút hồ sơ", ".tag")
    dossier.decide("clerk", "CONFIRM_WITHDRAWAL")
    citizen.wait_text("Dừng xử lý", ".tag")


def test_what_cannot_be_withdrawn_any_more_says_so_before_one_writes(citizen, people):
    dossier = people.file(citizen.person, FREE)
    dossier.decide("clerk", "REFUSE", reason="Sai thẩm quyền.")
    citizen.open("/rut-ho-so#" + dossier.code)
    citizen.wait_text("Hồ sơ này không rút được nữa")
    assert not citizen.all("textarea") and "Sai thẩm quyền." in citizen.text() and "Bạn có thể sửa và nộp hồ sơ mới" in citizen.text()


def test_who_comes_back_for_the_receipt_sees_what_happens_next_now(citizen, people):
    dossier = people.file(citizen.person, FREE)
    dossier.decide("clerk", "ACCEPT")
    citizen.open("/tra-cuu#" + dossier.code)
    citizen.wait_text("Hẹn trả kết quả", "dl")
    citizen.press("Giấy tiếp nhận")
    citizen.wait_text("Hồ sơ đủ và đang chuyển")
    assert "Hẹn trả kết quả" in citizen.text() and citizen.one("a[download$='.ics']").get_attribute("download") == dossier.code + ".ics"
    assert "Công chức kiểm tra hồ sơ trong 8 giờ" not in citizen.text()


def test_messages_are_read_in_the_inbox(citizen, people):
    people.file(citizen.person, FREE).decide("clerk", "ACCEPT")
    citizen.wait(lambda: reload_until(citizen, "/hop-thu", ".hits summary"), "a message")
    citizen.one(".hits summary").click()
    citizen.wait(lambda: citizen.one(".hits details").get_attribute("open"), "the message to open")
    citizen.wait(lambda: len(citizen.all(".hits .tag")) == len(citizen.all(".hits > li")) - 1, "one to be read")


def test_a_message_about_a_petition_leads_to_the_petition(citizen, people):
    sent = mishaps.complain(people, citizen.person)
    citizen.wait(lambda: reload_until(citizen, "/hop-thu", ".hits summary"), "a message")
    citizen.press("Đơn " + sent["code"])
    citizen.wait_text("Chờ ba giờ không ai gọi", "h1")


def reload_until(browser, path, css):
    browser.open(path)
    browser.wait(lambda: browser.all("inbox-list .hits"), "the list")
    return browser.all(css)


def test_who_has_the_code_and_the_phone_sees_the_timeline(browser, people):
    person = people.new_citizen()
    dossier = people.file(person, FREE)
    browser.open("/tra-cuu")
    browser.fill("Mã hồ sơ", dossier.code)
    browser.fill("Bốn số cuối", person["phone"][-4:])
    browser.one("form.card button").click()
    browser.wait_text("Cấp bản sao từ sổ gốc", "h1")
    browser.one(".timeline")


def test_a_receipt_is_checked_also_offline_and_a_changed_one_is_not_genuine(citizen, people):
    dossier = people.file(citizen.person, FREE)
    receipt = people.receipt(citizen.person, dossier.code)
    citizen.open("/kiem-tra#" + receipt)
    citizen.wait_text("Giấy này là thật")
    assert dossier.code in citizen.text(".panel")
    citizen.wait_text("Cấp bản sao từ sổ gốc (2.000908)")
    citizen.wait_text("Thành phố Bến Tre (")
    citizen.wait(lambda: citizen.js("return caches.match('/kiem-tra').then(Boolean)") and citizen.js("return Boolean(navigator.serviceWorker.controller)"),
                 "the page to be kept")
    citizen.network(False)
    citizen.driver.refresh()
    citizen.wait_text("Giấy này là thật")
    parts = receipt.split(".")
    parts[2] = parts[2][:-6] + ("AAAAAA" if parts[2][-6:] != "AAAAAA" else "BBBBBB")
    citizen.fill("Nội dung mã QR", ".".join(parts))
    citizen.press("Kiểm tra")
    citizen.wait_text("Không xác nhận được giấy này")


def test_a_picture_that_cannot_be_read_says_what_to_do_instead(browser, tmp_path):
    browser.open("/kiem-tra")
    can_read = browser.js("return 'BarcodeDetector' in window")
    browser.attach("Hoặc chọn tệp", walk.paper(tmp_path, "ảnh.png", bytes.fromhex("89504e470d0a1a0a")))
    browser.wait_text("dán nội dung mã" if can_read else "Hãy quét bằng camera điện thoại", ".summary")


def test_a_press_that_comes_to_nothing_says_why(citizen, people):
    dossier = people.file(citizen.person, FREE)
    dossier.decide("clerk", "ACCEPT")
    walk.finish(dossier)
    citizen.wait(lambda: people.view(citizen.person)["status"] == 9, "the result")
    citizen.open_told("/tra-cuu#" + dossier.code, ("/result", None, None))
    citizen.press("Tải kết quả")
    citizen.wait_text("Dịch vụ đang khởi động lại", "p.warning")
    assert citizen.axe() == []
    citizen.one("h1").click()
    citizen.wait(lambda: not citizen.all("p.warning"), "it to go")


# ---- nothing is lost, nothing is doubled ----

def test_a_double_click_and_a_second_tab_file_one_dossier(citizen, people, procedure, tmp_path):
    walk.write(citizen, procedure, tmp_path)
    first = citizen.driver.current_window_handle
    citizen.driver.switch_to.new_window("tab")
    citizen.open("/nop-ho-so?code=%s#check" % procedure["code"])
    citizen.wait_text("Kiểm tra và gửi", "h1")
    citizen.js("const b = document.querySelector('button.start'); b.click(); b.click();")
    citizen.driver.switch_to.window(first)
    citizen.js("const b = document.querySelector('button.start'); b.click(); b.click();")
    citizen.wait_address("/da-nop#")
    assert len(people.dossiers(citizen.person)) == 1


def test_a_session_that_ends_mid_form_loses_no_letter(citizen, people, procedure, tmp_path):
    """Nor the last ones, which the service has not heard of: there is no network while they are written."""
    walk.write(citizen, procedure, tmp_path)
    citizen.open("/nop-ho-so?code=%s#applicant" % procedure["code"])
    address = citizen.labelled("Địa chỉ")
    citizen.network(False)
    address.send_keys(", cạnh chợ")
    citizen.drop_session()
    citizen.network(True)
    citizen.driver.refresh()
    citizen.wait_text("Phiên đã hết, hãy đăng nhập lại", "dialog")
    assert citizen.axe() == []
    citizen.labelled("Tên đăng nhập").send_keys(citizen.person["id_number"])
    citizen.labelled("Mật khẩu").send_keys(citizen.person["password"])
    citizen.one("dialog button").click()
    citizen.wait(lambda: citizen.labelled("Địa chỉ").get_attribute("value") == "12 Đường Thử, Bến Tre, cạnh chợ", "every letter")
    citizen.press("Về danh sách việc")
    citizen.press("Kiểm tra và gửi")
    walk.send(citizen)
    assert people.view(citizen.person)["applicant"]["address"] == "12 Đường Thử, Bến Tre, cạnh chợ"


def test_a_session_that_is_about_to_end_says_so_and_goes_on_in_place(citizen, people, procedure):
    ends = "UPDATE session SET expires_at = now() + interval '%s' WHERE account_id = '%s'"
    mine = people.get(citizen.person, "/api/identity/me")["id"]
    people.suite.psql(ends % ("110 seconds", mine), database="motcua_identity")
    citizen.open("/nop-ho-so?code=%s#applicant" % procedure["code"])
    citizen.fill("Địa chỉ", "12 Đường Thử, Bến Tre")
    citizen.wait_text("Phiên làm việc hết lúc", ".warning")
    assert citizen.axe() == []
    citizen.press("Đăng nhập lại ngay")
    citizen.labelled("Tên đăng nhập").send_keys(citizen.person["id_number"])
    citizen.labelled("Mật khẩu").send_keys(citizen.person["password"])
    citizen.one("dialog button").click()
    citizen.wait(lambda: not citizen.all("dialog") and not citizen.all(".warning"), "the page as it was")
    assert citizen.labelled("Địa chỉ").get_attribute("value") == "12 Đường Thử, Bến Tre"


def test_a_network_that_goes_away_mid_form_loses_no_letter(citizen, people, procedure, tmp_path):
    walk.begin(citizen, procedure["code"])
    walk.choose_unit(citizen)
    citizen.network(False)
    citizen.wait_text("Máy đang mất mạng")
    walk.say_who(citizen)
    walk.answer(citizen, procedure)
    citizen.attach(procedure["components"][0]["name"], walk.paper(tmp_path))
    citizen.wait_text("đang chờ mạng")
    citizen.network(True)
    citizen.wait_text("đã tải lên", seconds=30)
    citizen.press("Lưu và tiếp tục")
    walk.send(citizen)
    filed = people.view(citizen.person)
    assert filed["applicant"]["address"] == "12 Đường Thử, Bến Tre"
    assert set(filed["answers"]) >= {f["name"] for f in procedure["form"] if f["required"] and "when" not in f}


def test_what_is_missing_at_the_end_leads_to_its_field_and_back(citizen, procedure):
    citizen.open("/nop-ho-so?code=%s#check" % procedure["code"])
    citizen.press("Gửi hồ sơ")
    citizen.press("Hãy điền: Địa chỉ")
    citizen.wait(lambda: citizen.js("return document.activeElement.id") == "f-applicant-address", "the field")
    assert citizen.text("#f-applicant-address-fault") == "Hãy điền: Địa chỉ" and citizen.text("h1") == "Người nộp"
    citizen.fill("Địa chỉ", "12 Đường Thử, Bến Tre")
    citizen.press("Lưu và tiếp tục")
    citizen.wait_text("Kiểm tra và gửi", "h1")
    citizen.wait_text("12 Đường Thử, Bến Tre")


def test_a_lost_answer_files_nothing_twice(citizen, people, procedure, tmp_path):
    """The line breaks after the command has gone out: the page asks again with the same key."""
    walk.write(citizen, procedure, tmp_path)
    citizen.js("""
        const real = window.fetch; let lost = 0;
        window.fetch = async (path, more) => {
            const answer = await real(path, more);
            if (path === '/api/intake/dossiers' && more.method === 'POST' && lost++ < 2) throw new TypeError('line broke');
            return answer;
        };""")
    walk.send(citizen)
    assert len(people.dossiers(citizen.person)) == 1


def test_a_large_upload_goes_on_where_it_stood(citizen, people, procedure, tmp_path):
    big = walk.paper(tmp_path, "lớn.pdf", b"%PDF-1.4\n" + b"%0123456789abcdef\n" * 200000 + b"%%EOF\n")
    walk.begin(citizen, procedure["code"])
    citizen.press("Giấy tờ")
    citizen.cdp("Network.enable")
    citizen.cdp("Network.emulateNetworkConditions", offline=False, latency=5, downloadThroughput=-1, uploadThroughput=700000)
    citizen.attach(procedure["components"][0]["name"], big)
    citizen.wait(lambda: any(int(p.get_attribute("value")) > 0 for p in citizen.all(".files progress")), "the first piece")
    citizen.driver.refresh()
    citizen.one(".files progress")
    citizen.events()
    citizen.network(True)
    citizen.attach(procedure["components"][0]["name"], big)
    citizen.wait_text("đã tải lên")
    pieces = [e["params"]["request"]["headers"]["Upload-Offset"] for e in citizen.events() if e["method"] == "Network.requestWillBeSent"
              and e["params"]["request"]["method"] == "PATCH"]
    assert pieces and int(pieces[0]) > 0, pieces


def test_there_is_one_draft_of_a_procedure_and_it_says_so(citizen, procedure):
    walk.begin(citizen, procedure["code"])
    walk.choose_unit(citizen)
    for _ in range(2):
        citizen.open("/thu-tuc?code=" + procedure["code"])
        citizen.wait_text("Bạn có một bản đang viết")
        citizen.press("Viết tiếp")
        citizen.wait_text("Bạn có một bản nháp")
    citizen.open("/ho-so-cua-toi")
    citizen.wait_text("Bạn đang viết dở")
    assert len(citizen.all(".hits a[href*='nop-ho-so']")) == 1


def test_a_draft_goes_on_at_another_device_and_is_gone_when_it_is_filed(citizen, new_browser, procedure, tmp_path):
    walk.begin(citizen, procedure["code"])
    walk.choose_unit(citizen)
    walk.say_who(citizen)
    citizen.wait_text("máy khác cũng mở được")
    other = new_browser()
    other.log_in(citizen.person["id_number"], citizen.person["password"])
    other.wait_text("Bạn đang viết dở")
    walk.begin(other, procedure["code"])
    other.press("Nội dung")
    walk.answer(other, procedure)
    walk.attach(other, procedure, walk.paper(tmp_path))
    other.wait_text("12 Đường Thử, Bến Tre")
    walk.send(other)
    third = new_browser()
    third.log_in(citizen.person["id_number"], citizen.person["password"])
    third.wait_text("Mới đăng ký")
    assert "Bạn đang viết dở" not in third.text()


def test_a_supplement_goes_on_at_another_device_and_is_no_draft_of_a_procedure(citizen, new_browser, people):
    dossier = people.file(citizen.person, FREE)
    dossier.decide("clerk", "ASK_SUPPLEMENT", reason="Bản chụp bị mờ.", papers=[{"name": "Tờ khai"}])
    citizen.open("/bo-sung#" + dossier.code)
    citizen.fill("Lời nhắn", "Tôi chụp lại trang 2.")
    citizen.wait_text("máy khác cũng mở được")
    other = new_browser()
    other.log_in(citizen.person["id_number"], citizen.person["password"])
    other.wait_text(dossier.code)
    assert "Bạn đang viết dở" not in other.text()
    other.open("/bo-sung#" + dossier.code)
    other.wait(lambda: other.labelled("Lời nhắn").get_attribute("value") == "Tôi chụp lại trang 2.", "what was written")


def test_a_paper_filed_before_is_offered_again(citizen, people, procedure):
    people.file(citizen.person, WITH_FEE)
    walk.begin(citizen, procedure["code"])
    citizen.press("Giấy tờ")
    citizen.wait_text("Bạn đã nộp giấy này trước đây")
    citizen.wait_text("có thể dùng lại từ hồ sơ trước")
    citizen.press("Dùng lại")
    citizen.wait_text("đã tải lên")
