"""gateway_ipn — how the simulated gateway tells the merchant about a payment: signed GET calls, with retries.

Modes: normal (at once, beside the payer's return) · none · late (after the dial ipn_late_ms) · double (twice
at the same time) · before_return (answered before the payer is sent back) · wrong_signature (claims success,
signed with another secret) · forged_amount (claims success of one đồng more, rightly signed). The two forged
ones are sent once and no true call follows them. Calls still to come are lost when the simulator ends.
"""
import asyncio

import aiohttp
from yarl import URL

import simlib
import vnpay

MODES = ("normal", "none", "late", "double", "before_return", "wrong_signature", "forged_amount")
FORGED_MODES = ("wrong_signature", "forged_amount")
CONFIRMED = ("00", "02")
RETRIES = 5
CALL_TIMEOUT_S = 15


class IpnCaller:
    def __init__(self, url, secret, book, dials):
        self.url, self.secret, self.book, self.dials = url, secret, book, dials
        self.calls = set()

    async def run(self, _app):
        """Lives as long as the application does."""
        timeout = aiohttp.ClientTimeout(total=CALL_TIMEOUT_S)
        async with aiohttp.ClientSession(timeout=timeout) as self.client:
            yield
            for call in self.calls:
                call.cancel()
            await asyncio.gather(*self.calls, return_exceptions=True)

    async def announce(self, order, mode):
        """Comes back at once; with before_return, after the merchant has answered the first call."""
        if mode == "none":
            return
        txn_ref, query = order.params["vnp_TxnRef"], self.make_query(order, mode)
        calls = [self.start(self.deliver(txn_ref, query, mode)) for _ in range(2 if mode == "double" else 1)]
        if mode == "before_return":
            await asyncio.shield(calls[0])

    def make_query(self, order, mode):
        outcome = "success" if mode in FORGED_MODES else order.outcome
        params = vnpay.result_params(order.params, outcome, order.transaction_no, order.pay_date)
        if mode == "forged_amount":
            params["vnp_Amount"] = str(int(params["vnp_Amount"]) + 100)
        secret = "forged " + self.secret if mode == "wrong_signature" else self.secret
        return vnpay.signed_query(params, secret)

    def start(self, work):
        call = asyncio.get_running_loop().create_task(work)
        self.calls.add(call)
        call.add_done_callback(self.calls.discard)
        return call

    async def deliver(self, txn_ref, query, mode):
        wait_ms = self.dials["ipn_delay_ms"] + (self.dials["ipn_late_ms"] if mode == "late" else 0)
        await asyncio.sleep(wait_ms / 1000)
        if not await self.call(txn_ref, query, mode, 1) and mode not in FORGED_MODES:
            self.start(self.repeat(txn_ref, query, mode))

    async def repeat(self, txn_ref, query, mode):
        for retry in range(RETRIES):
            await asyncio.sleep(self.dials["ipn_retry_ms"] / 1000 * 2 ** retry)
            if await self.call(txn_ref, query, mode, retry + 2):
                return

    async def call(self, txn_ref, query, mode, attempt):
        """True when there is nothing more to do: the merchant confirmed, or the call is lost on purpose."""
        if self.dials["drop_ipn"]:
            self.book.record("fault", txn_ref, dial="drop_ipn", mode=mode, attempt=attempt)
            return True
        status, answer = await self.get(vnpay.add_query(self.url, query))
        code = answer.get("RspCode") if isinstance(answer, dict) else None
        self.book.record("ipn", txn_ref, mode=mode, attempt=attempt, query=query, http_status=status,
                         answer=answer, rsp_code=code, confirmed=code in CONFIRMED)
        return code in CONFIRMED

    async def get(self, url):
        try:
            async with self.client.get(URL(url, encoded=True), allow_redirects=False) as answer:
                return answer.status, simlib.json_or_text(await answer.text(errors="replace"))
        except (aiohttp.ClientError, TimeoutError) as error:
            return 0, f"{type(error).__name__}: {error}"
