"""vnpay — the wire of VNPAY 2.1.0 without a network: signatures, code tables, checks of merchants' requests.

Redirects and IPN calls sign the sorted form-encoded query; querydr and refund sign values joined by "|". Both
are HMAC-SHA512, written in lower-case hex and compared in either case. vnp_Amount is VND × 100 and signed as
on the wire.
"""
import hashlib
import hmac
import re
import urllib.parse
from datetime import datetime

import simlib

HASH_FIELDS = ("vnp_SecureHash", "vnp_SecureHashType")
QUERY_REQUEST_ORDER = ("vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TxnRef",
                       "vnp_TransactionDate", "vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo")
REFUND_REQUEST_ORDER = ("vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TransactionType",
                        "vnp_TxnRef", "vnp_Amount", "vnp_TransactionNo", "vnp_TransactionDate",
                        "vnp_CreateBy", "vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo")
REFUND_RESPONSE_ORDER = ("vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode",
                         "vnp_TxnRef", "vnp_Amount", "vnp_BankCode", "vnp_PayDate", "vnp_TransactionNo",
                         "vnp_TransactionType", "vnp_TransactionStatus", "vnp_OrderInfo")
QUERY_RESPONSE_ORDER = REFUND_RESPONSE_ORDER + ("vnp_PromotionCode", "vnp_PromotionAmount")
REQUEST_ORDER = {"querydr": QUERY_REQUEST_ORDER, "refund": REFUND_REQUEST_ORDER}
RESPONSE_ORDER = {"querydr": QUERY_RESPONSE_ORDER, "refund": REFUND_RESPONSE_ORDER}

PAY_REQUIRED = ("vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_Amount", "vnp_CurrCode", "vnp_TxnRef",
                "vnp_OrderInfo", "vnp_OrderType", "vnp_Locale", "vnp_ReturnUrl", "vnp_IpAddr",
                "vnp_CreateDate")
PAY_TIMES = ("vnp_CreateDate", "vnp_ExpireDate")
PAY_FIXED = {"vnp_Version": ("2.1.0",), "vnp_Command": ("pay",), "vnp_CurrCode": ("VND",),
             "vnp_Locale": ("vn", "en")}
PAY_LENGTHS = {"vnp_TxnRef": 100, "vnp_OrderInfo": 255, "vnp_ReturnUrl": 255, "vnp_Amount": 12,
               "vnp_IpAddr": 45}

PAY_MESSAGES = {
    "01": "Giao dịch đã tồn tại",
    "02": "Merchant không hợp lệ (kiểm tra lại vnp_TmnCode)",
    "03": "Dữ liệu gửi sang không đúng định dạng",
    "11": "Đã hết hạn chờ thanh toán",
    "91": "Không tìm thấy giao dịch yêu cầu",
    "97": "Checksum không hợp lệ",
}
API_MESSAGES = {
    "querydr": {"00": "QueryDR Success", "02": "Invalid TmnCode", "03": "Invalid data format",
                "91": "Transaction not found", "94": "Duplicate request", "97": "Invalid checksum"},
    "refund": {"00": "Refund success", "02": "Invalid TmnCode", "03": "Invalid data format",
               "91": "Transaction not found", "94": "Refund already requested",
               "95": "Transaction was not successful", "97": "Invalid checksum",
               "99": "Invalid refund amount"},
}
# outcome of a payment → (vnp_ResponseCode, vnp_TransactionStatus); 07 has taken the money
OUTCOMES = {"success": ("00", "00"), "suspected": ("07", "07"), "cancelled": ("24", "02"),
            "insufficient": ("51", "02"), "timeout": ("11", "02")}
MONEY_TAKEN = ("success", "suspected")


class Refused(Exception):
    """What the gateway will not take: a code of the tables and the reason for people."""

    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code


def hash_text(text, secret):
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def same_hash(given, expected):
    """In constant time, upper or lower case."""
    return hmac.compare_digest(str(given).lower().encode("utf-8", "replace"), expected.encode())


def form_encode(text):
    """application/x-www-form-urlencoded: space is +; letters, digits and * - . _ stay; the rest is %XX."""
    return urllib.parse.quote_plus(text, safe="*").replace("~", "%7E")


def sign_data(params):
    """The query that is signed: keys in byte order, empty values and hash fields left out."""
    names = sorted(name for name, value in params.items() if value and name not in HASH_FIELDS)
    return "&".join(f"{form_encode(name)}={form_encode(params[name])}" for name in names)


def signed_query(params, secret):
    data = sign_data(params)
    return f"{data}&vnp_SecureHash={hash_text(data, secret)}"


def add_query(url, query):
    return url + ("&" if "?" in url else "?") + query


def read_query(raw_query):
    """The vnp_ parameters of a raw query, decoded; Refused 03 when it is not one."""
    try:
        pairs = urllib.parse.parse_qsl(raw_query, keep_blank_values=True, errors="strict", max_num_fields=64)
    except ValueError:
        raise Refused("03", "the query cannot be decoded") from None
    params = {name: value for name, value in pairs if name.startswith("vnp_")}
    if len(params) != sum(name.startswith("vnp_") for name, _ in pairs):
        raise Refused("03", "a parameter is given twice")
    return params


def is_signed_query(params, secret):
    return same_hash(params.get("vnp_SecureHash", ""), hash_text(sign_data(params), secret))


def is_stamp(text):
    try:
        return bool(re.fullmatch("[0-9]{14}", text)) and bool(datetime.strptime(text, "%Y%m%d%H%M%S"))
    except ValueError:
        return False


def is_amount(text):
    """Whole, positive VND, times 100."""
    return bool(re.fullmatch("[0-9]{3,}", text)) and int(text) > 0 and int(text) % 100 == 0


def is_expired(params):
    return bool(params.get("vnp_ExpireDate")) and params["vnp_ExpireDate"] < simlib.stamp()


def check_pay_form(params):
    """Everything of a payment request but merchant, hash and expiry; Refused 03 names the parameter."""
    for name in PAY_REQUIRED:
        if not params.get(name):
            raise Refused("03", f"{name} is missing")
    for name, values in PAY_FIXED.items():
        if params[name] not in values:
            raise Refused("03", f"{name} is not {' or '.join(values)}")
    for name, length in PAY_LENGTHS.items():
        if len(params[name]) > length:
            raise Refused("03", f"{name} is longer than {length}")
    for name in PAY_TIMES:
        if params.get(name) and not is_stamp(params[name]):
            raise Refused("03", f"{name} is not a time")
    if not is_amount(params["vnp_Amount"]):
        raise Refused("03", "vnp_Amount is not an amount")
    if not re.match("https?://", params["vnp_ReturnUrl"]):
        raise Refused("03", "vnp_ReturnUrl is not a URL")


def check_payment(raw_query, tmn_code, secret):
    """What a payment request signed, when it may be shown to the payer; Refused otherwise."""
    params = read_query(raw_query)
    if params.get("vnp_TmnCode") != tmn_code:
        raise Refused("02", "another vnp_TmnCode")
    if not is_signed_query(params, secret):
        raise Refused("97", "wrong vnp_SecureHash")
    check_pay_form(params)
    if is_expired(params):
        raise Refused("11", "vnp_ExpireDate is over")
    return {name: value for name, value in params.items() if value and name not in HASH_FIELDS}


def result_params(order, outcome, transaction_no, pay_date):
    """What the return URL and the IPN say about a payment; order holds the parameters of the request."""
    response_code, status = OUTCOMES[outcome]
    return {
        "vnp_Amount": order["vnp_Amount"], "vnp_BankCode": order.get("vnp_BankCode") or "NCB",
        "vnp_BankTranNo": f"VNP{transaction_no}", "vnp_CardType": "ATM",
        "vnp_OrderInfo": order["vnp_OrderInfo"], "vnp_PayDate": pay_date, "vnp_ResponseCode": response_code,
        "vnp_TmnCode": order["vnp_TmnCode"], "vnp_TransactionNo": transaction_no,
        "vnp_TransactionStatus": status, "vnp_TxnRef": order["vnp_TxnRef"],
    }


def pipe_data(values, order):
    """Values joined by | in the given order, a missing one as the empty string."""
    return "|".join(str(values.get(name, "")) for name in order)


def sign_pipe(values, order, secret):
    return {**values, "vnp_SecureHash": hash_text(pipe_data(values, order), secret)}


def is_signed_pipe(values, order, secret):
    return same_hash(values.get("vnp_SecureHash", ""), hash_text(pipe_data(values, order), secret))


def read_api_request(body):
    """A querydr or refund request with all values as text; Refused 03 when it cannot be one."""
    for name, value in (body or {}).items():
        if type(value) not in (str, int):
            raise Refused("03", f"{name} is neither text nor a whole number")
    if not body or body.get("vnp_Command") not in REQUEST_ORDER:
        raise Refused("03", "vnp_Command is not querydr or refund")
    return {name: str(value) for name, value in body.items()}


def check_api_request(request, tmn_code, secret):
    order = REQUEST_ORDER[request["vnp_Command"]]
    if request.get("vnp_TmnCode") != tmn_code:
        raise Refused("02", "another vnp_TmnCode")
    if not is_signed_pipe(request, order, secret):
        raise Refused("97", "wrong vnp_SecureHash")
    for name in order:
        if not request.get(name) and name != "vnp_TransactionNo":
            raise Refused("03", f"{name} is missing")
    if request["vnp_Version"] != "2.1.0":
        raise Refused("03", "vnp_Version is not 2.1.0")
    for name in ("vnp_TransactionDate", "vnp_CreateDate"):
        if not is_stamp(request[name]):
            raise Refused("03", f"{name} is not a time")
