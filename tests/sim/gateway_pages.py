"""gateway_pages — what a payer sees at the simulated gateway, in Vietnamese.
"""
from html import escape

FRAME = """<!doctype html>
<html lang="vi">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ font: 1.1rem/1.5 sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem }}
form {{ display: inline }}
button {{ font: inherit; padding: .6rem 1.2rem; margin-right: 1rem }}</style></head>
<body><main>
<h1>{title}</h1>
<p><strong>Đây là cổng thanh toán mô phỏng dùng để kiểm thử. Không có tiền thật nào được chuyển.</strong></p>
{content}
</main></body></html>
"""
ORDER = """<dl><dt>Đơn vị nhận</dt><dd>{tmn_code}</dd><dt>Mã giao dịch</dt><dd>{txn_ref}</dd>
<dt>Nội dung</dt><dd>{order_info}</dd><dt>Số tiền</dt><dd>{amount} đồng</dd></dl>
"""
BUTTON = """<form method="post" action="/sim/pay"><input type="hidden" name="txn_ref" value="{txn_ref}">
<input type="hidden" name="outcome" value="{outcome}"><button>{label}</button></form>
"""


def pay_page(params, amount_vnd):
    txn_ref, amount = escape(params["vnp_TxnRef"]), f"{amount_vnd:,}".replace(",", ".")
    content = ORDER.format(tmn_code=escape(params["vnp_TmnCode"]), txn_ref=txn_ref, amount=amount,
                           order_info=escape(params["vnp_OrderInfo"]))
    for outcome, label in (("success", "Thanh toán"), ("cancelled", "Hủy giao dịch")):
        content += BUTTON.format(txn_ref=txn_ref, outcome=outcome, label=label)
    return FRAME.format(title="Thanh toán trực tuyến", content=content)


def error_page(code, message):
    content = f'<p>Mã lỗi <strong id="code">{escape(code)}</strong>: {escape(message)}</p>'
    return FRAME.format(title="Không thể thanh toán", content=content)
