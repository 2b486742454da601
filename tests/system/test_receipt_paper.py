"""payment's receipt as a paper: the amount in figures and words, phí and lệ phí apart, for who may see the receipt."""
from cashier import account, api, ask_fee, attempt, bus, clerk, sound_gateway, suite
from lib import call, sign_up
from papers import flat


def paper(suite, bus, clerk, account, amount):
    """A dossier whose fee was paid in cash; where the paper of its receipt is."""
    code = ask_fee(bus, account, amount=amount)
    return code, api(suite, "/receipts/%s/paper.pdf" % attempt(suite, clerk, code, "cash")["receipt_no"])


def test_the_receipt_says_the_amount_in_words(suite, bus, citizen, clerk, account):
    code, url = paper(suite, bus, clerk, account, 1005000)
    said = flat(call("GET", url, token=citizen))
    for words in ("BIÊN LAI THU PHÍ, LỆ PHÍ", "Tổng số tiền: 1.005.000 đồng", "Người nộp: Trần Thị Thử", "Mã hồ sơ: " + code,
                  "Viết bằng chữ: Một triệu không trăm linh năm nghìn đồng", "Phí: 2.000 đồng", "Lệ phí: 1.003.000 đồng",
                  "Hình thức: Tiền mặt", "TRUNG TÂM"):
        assert words in said, (words, said)


def test_the_paper_is_for_who_may_see_the_receipt(suite, bus, citizen, clerk, account):
    _, url = paper(suite, bus, clerk, account, 8000)
    assert call("GET", url, token=clerk).status == 200
    assert call("GET", url, token=sign_up(suite)).status == 404 and call("GET", url).status == 401
    assert call("GET", url.replace("/paper.pdf", "9999/paper.pdf"), token=citizen).status == 404


def test_a_receipt_one_has_is_not_drawn_again(suite, bus, citizen, clerk, account):
    _, url = paper(suite, bus, clerk, account, 8000)
    etag = call("GET", url, token=citizen).headers["ETag"]
    assert call("GET", url, token=citizen, headers={"If-None-Match": etag}).status == 304
