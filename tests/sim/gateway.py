#!/usr/bin/python3
"""gateway — simulates a payment gateway that speaks VNPAY 2.1.0 and is the judge of who paid what.

    gateway.py --listen 127.0.0.1:PORT --ledger FILE --tmn-code T --secret S --ipn-url URL

GET /paymentv2/vpcpay.html is where the payer is sent; POST /sim/pay (form or JSON {"txn_ref", "outcome",
"ipn"}) is the payer's decision, outcome = success cancelled insufficient timeout suspected, ipn = see
gateway_ipn. A form is answered with the redirect back, JSON with {"return_url", "transaction_no", "outcome"}.
POST /merchant_webapi/api/transaction is querydr and refund. GET /captures, /captures/{txn_ref},
/orders/{txn_ref} show the money.

An order ends once and takes money at most once; suspected (07) has taken it as well. A link may be opened
again while its order is open. After vnp_ExpireDate a payment ends as timeout (11).

Ledger kinds: order captured failed refused ipn query refund fault.

Dials, of the three protocol paths: down (closes the connection) · delay_ms. Of the merchant API:
query_fail_next (n × 500) · query_hang · query_garbage, all three before any work, · query_says_pending
(querydr says 01 though it has ended). Of payments: capture_then_500. Of IPN calls: drop_ipn · ipn_delay_ms ·
ipn_late_ms · ipn_retry_ms.
"""
import uuid

from aiohttp import web

import gateway_pages
import simlib
import vnpay
from gateway_book import Book
from gateway_ipn import MODES, IpnCaller

PAY_PATH, DECIDE_PATH, API_PATH = "/paymentv2/vpcpay.html", "/sim/pay", "/merchant_webapi/api/transaction"
GARBAGE = "<html><body>502 Bad Gateway</body></html>"

DIALS = {
    "down": simlib.Dial(False), "delay_ms": simlib.Dial(0), "query_fail_next": simlib.Dial(0),
    "query_hang": simlib.Dial(False), "query_garbage": simlib.Dial(False),
    "query_says_pending": simlib.Dial(False), "capture_then_500": simlib.Dial(False),
    "drop_ipn": simlib.Dial(False), "ipn_delay_ms": simlib.Dial(0), "ipn_late_ms": simlib.Dial(5000),
    "ipn_retry_ms": simlib.Dial(500),
}


def html(text, status=200):
    return web.Response(text=text, status=status, content_type="text/html")


class Gateway:
    def __init__(self, args, book, dials, ipn):
        self.args, self.book, self.dials, self.ipn = args, book, dials, ipn

    def write_refused(self, txn_ref, where, code, reason):
        self.book.record("refused", txn_ref, where=where, code=code, reason=reason)

    # ---- the payer ----

    async def show_payment(self, request):
        raw_query = request.raw_path.partition("?")[2]
        try:
            params = vnpay.check_payment(raw_query, self.args.tmn_code, self.args.secret)
            order = self.book.open_order(params)
            if order is None:
                raise vnpay.Refused("01", "vnp_TxnRef is used already")
        except vnpay.Refused as no:
            self.write_refused(request.query.get("vnp_TxnRef", ""), "payment", no.code, str(no))
            return html(gateway_pages.error_page(no.code, vnpay.PAY_MESSAGES[no.code]), 400)
        return html(gateway_pages.pay_page(params, order.amount_vnd))

    async def decide(self, request):
        as_json = request.content_type == "application/json"
        wish = await simlib.read_object(request) if as_json else dict(await request.post())
        wish = {"txn_ref": "", "outcome": "success", "ipn": "normal", **(wish or {})}
        txn_ref, outcome, mode = (str(wish[name]) for name in ("txn_ref", "outcome", "ipn"))
        if not txn_ref or outcome not in vnpay.OUTCOMES or mode not in MODES:
            return simlib.reply({"error": "txn_ref, outcome or ipn is missing or unknown"}, 400)
        order = self.book.orders.get(txn_ref)
        if order is None or order.outcome:
            return self.refuse_decision(txn_ref, order, as_json)
        if vnpay.is_expired(order.params):
            outcome = "timeout"
        self.book.end_order(order, outcome, outcome in vnpay.MONEY_TAKEN)
        await self.ipn.announce(order, mode)
        return self.send_back(order, as_json)

    def refuse_decision(self, txn_ref, order, as_json):
        code, status, reason = ("01", 409, "the order has ended") if order else ("91", 404, "no such order")
        self.write_refused(txn_ref, "decision", code, reason)
        if as_json:
            return simlib.reply({"error": vnpay.PAY_MESSAGES[code], "code": code}, status)
        return html(gateway_pages.error_page(code, vnpay.PAY_MESSAGES[code]), status)

    def send_back(self, order, as_json):
        if self.dials["capture_then_500"] and order.outcome in vnpay.MONEY_TAKEN:
            self.write_fault("capture_then_500", order.params["vnp_TxnRef"], DECIDE_PATH)
            return html(GARBAGE, 500)
        result = vnpay.result_params(order.params, order.outcome, order.transaction_no, order.pay_date)
        url = vnpay.add_query(order.params["vnp_ReturnUrl"], vnpay.signed_query(result, self.args.secret))
        if as_json:
            facts = {"transaction_no": order.transaction_no, "outcome": order.outcome}
            return simlib.reply({"return_url": url, **facts})
        return web.Response(status=302, headers={"Location": url})

    # ---- the merchant ----

    async def transaction(self, request):
        body = await simlib.read_object(request)
        try:
            asked = vnpay.read_api_request(body)
            vnpay.check_api_request(asked, self.args.tmn_code, self.args.secret)
            facts = self.query(asked) if asked["vnp_Command"] == "querydr" else self.refund(asked)
        except vnpay.Refused as no:
            asked = {name: str(value) for name, value in (body or {}).items()}
            self.write_refused(asked.get("vnp_TxnRef", ""), asked.get("vnp_Command", ""), no.code, str(no))
            facts = {"vnp_ResponseCode": no.code}
        return self.answer_api(asked, facts)

    def answer_api(self, asked, facts):
        command = asked.get("vnp_Command") if asked.get("vnp_Command") in vnpay.RESPONSE_ORDER else "querydr"
        order = vnpay.RESPONSE_ORDER[command]
        answer = {**dict.fromkeys(order, ""), "vnp_ResponseId": uuid.uuid4().hex, "vnp_Command": command,
                  "vnp_TmnCode": self.args.tmn_code, "vnp_TxnRef": asked.get("vnp_TxnRef", ""), **facts}
        answer["vnp_Message"] = vnpay.API_MESSAGES[command][answer["vnp_ResponseCode"]]
        return simlib.reply(vnpay.sign_pipe(answer, order, self.args.secret))

    def query(self, asked):
        if asked["vnp_RequestId"] in self.book.request_ids["querydr"]:
            raise vnpay.Refused("94", "vnp_RequestId is used already")
        txn_ref = asked["vnp_TxnRef"]
        order = self.book.find(txn_ref, asked["vnp_TransactionDate"])
        facts = self.order_facts(order) if order else {"vnp_ResponseCode": "91"}
        self.book.record("query", txn_ref, request_id=asked["vnp_RequestId"],
                         response_code=facts["vnp_ResponseCode"],
                         transaction_status=facts.get("vnp_TransactionStatus", ""))
        return facts

    def order_facts(self, order):
        facts = {"vnp_ResponseCode": "00", "vnp_Amount": order.params["vnp_Amount"],
                 "vnp_TransactionType": "01", "vnp_TransactionStatus": "01",
                 "vnp_OrderInfo": order.params["vnp_OrderInfo"]}
        if order.outcome and self.dials["query_says_pending"]:
            self.write_fault("query_says_pending", order.params["vnp_TxnRef"], API_PATH)
        elif order.outcome:
            result = vnpay.result_params(order.params, order.outcome, order.transaction_no, order.pay_date)
            told = ("vnp_BankCode", "vnp_PayDate", "vnp_TransactionNo", "vnp_TransactionStatus")
            facts.update({name: result[name] for name in told})
        return facts

    def refund(self, asked):
        order, amount_vnd = self.check_refund(asked)
        number, now = self.book.next_transaction_no(), simlib.stamp()
        self.book.record("refund", asked["vnp_TxnRef"], request_id=asked["vnp_RequestId"],
                         amount_vnd=amount_vnd, transaction_type=asked["vnp_TransactionType"],
                         transaction_no=number, pay_date=now, create_by=asked["vnp_CreateBy"])
        return {"vnp_ResponseCode": "00", "vnp_Amount": asked["vnp_Amount"],
                "vnp_BankCode": order.params.get("vnp_BankCode") or "NCB", "vnp_PayDate": now,
                "vnp_TransactionNo": number, "vnp_TransactionType": asked["vnp_TransactionType"],
                "vnp_TransactionStatus": "05", "vnp_OrderInfo": asked["vnp_OrderInfo"]}

    def check_refund(self, asked):
        """The order and the amount to give back; Refused when there is nothing, or not so much."""
        if asked["vnp_TransactionType"] not in ("02", "03") or not vnpay.is_amount(asked["vnp_Amount"]):
            raise vnpay.Refused("03", "vnp_TransactionType or vnp_Amount is wrong")
        if asked["vnp_RequestId"] in self.book.request_ids["refund"]:
            raise vnpay.Refused("94", "vnp_RequestId is used already")
        order = self.book.find(asked["vnp_TxnRef"], asked["vnp_TransactionDate"])
        if order is None or asked.get("vnp_TransactionNo", "") not in ("", "0", order.transaction_no):
            raise vnpay.Refused("91", "no such transaction")
        if order.outcome not in vnpay.MONEY_TAKEN:
            raise vnpay.Refused("95", "the order took no money")
        amount_vnd = int(asked["vnp_Amount"]) // 100
        if order.refunded_vnd == order.amount_vnd:
            raise vnpay.Refused("94", "all of it is refunded already")
        whole = asked["vnp_TransactionType"] == "02"
        if order.refunded_vnd + amount_vnd > order.amount_vnd or (whole and amount_vnd != order.amount_vnd):
            raise vnpay.Refused("99", "not the amount that was captured, or more than is left of it")
        return order, amount_vnd

    # ---- faults ----

    def write_fault(self, dial, txn_ref, path):
        self.book.record("fault", txn_ref, dial=dial, path=path)

    @web.middleware
    async def inject_faults(self, request, handler):
        if request.path not in (PAY_PATH, DECIDE_PATH, API_PATH):
            return await handler(request)
        if self.dials["down"]:
            self.write_fault("down", "", request.path)
            return simlib.drop(request)
        if self.dials["delay_ms"]:
            self.write_fault("delay_ms", "", request.path)
            await simlib.linger(request, self.dials["delay_ms"] / 1000)
        spoiled = await self.spoil_api(request) if request.path == API_PATH else None
        return spoiled if spoiled is not None else await handler(request)

    async def spoil_api(self, request):
        """The answer instead of the work; None to go on."""
        if self.dials["query_hang"]:
            self.write_fault("query_hang", "", request.path)
            await simlib.linger(request)
            return simlib.drop(request)
        if self.dials.take("query_fail_next"):
            self.write_fault("query_fail_next", "", request.path)
            return html(GARBAGE, 500)
        if self.dials["query_garbage"]:
            self.write_fault("query_garbage", "", request.path)
            return html(GARBAGE)
        return None

    # ---- for tests and people ----

    async def list_captures(self, _request):
        return simlib.reply(self.book.money())

    async def show_captures(self, request):
        return simlib.reply(self.book.money(request.match_info["txn_ref"]))

    async def show_order(self, request):
        order = self.book.orders.get(request.match_info["txn_ref"])
        return simlib.reply(order.describe()) if order else simlib.reply({"error": "no such order"}, 404)


def parse_arguments():
    parser = simlib.argument_parser(__doc__)
    parser.add_argument("--tmn-code", required=True)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--ipn-url", required=True)
    return parser.parse_args()


def main():
    args = parse_arguments()
    ledger, dials = simlib.Ledger(args.ledger, args.fsync), simlib.Dials(**DIALS)
    book = Book(ledger)
    ipn = IpnCaller(args.ipn_url, args.secret, book, dials)
    gateway = Gateway(args, book, dials, ipn)
    app = simlib.make_app("gateway", ledger, dials, [gateway.inject_faults])
    app.cleanup_ctx.append(ipn.run)
    app.add_routes([web.get(PAY_PATH, gateway.show_payment), web.post(DECIDE_PATH, gateway.decide),
                    web.post(API_PATH, gateway.transaction), web.get("/captures", gateway.list_captures),
                    web.get("/captures/{txn_ref:.+}", gateway.show_captures),
                    web.get("/orders/{txn_ref:.+}", gateway.show_order)])
    simlib.run(app, args.listen)


if __name__ == "__main__":
    main()
