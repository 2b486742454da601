"""test_forgotten — who has forgotten the password comes to the counter with the card, and goes home with another one."""
import staff

NEW = "cò lả bay về cánh đồng"


def test_who_forgot_the_password_sets_another_at_the_counter(clerk, new_browser, people):
    person, browser = people.new_citizen(), new_browser()
    browser.open("/dang-nhap")
    browser.wait_text("Quên mật khẩu? Hãy mang thẻ căn cước")
    clerk.open(staff.COUNTER)
    clerk.press("Người dân quên mật khẩu")
    clerk.fill("Số trên thẻ", person["id_number"])
    clerk.press("Tạo liên kết")
    clerk.wait_text("Tài khoản của " + person["name"], "#forgotten")
    picture = clerk.one("#forgotten img.qr")
    clerk.wait(lambda: clerk.js("return arguments[0].naturalWidth > 0", picture), "the picture")
    browser.open(clerk.button("Mở trang đặt mật khẩu").get_attribute("href")[len(clerk.base):])
    browser.fill("Mật khẩu mới", "ngắn")
    browser.press("Đặt mật khẩu")
    browser.wait_text("ít nhất 10 ký tự", ".summary")
    browser.fill("Mật khẩu mới", NEW)
    browser.press("Đặt mật khẩu")
    browser.wait_text("Đã đặt mật khẩu mới", "h1")
    browser.log_in(person["id_number"], NEW)
    assert browser.all("main h1")


def test_a_link_that_is_spent_says_how_to_get_another(browser):
    browser.open("/dat-mat-khau#" + "A" * 43)
    browser.fill("Mật khẩu mới", NEW)
    browser.press("Đặt mật khẩu")
    browser.wait_text("Hãy nhờ công chức tạo liên kết mới", ".summary")
