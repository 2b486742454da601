"""gateway_book — the simulated gateway's money: orders, captures, refunds. Made from ledger lines only.

An order is open until its one outcome: paid, suspected (money taken, too) or failed. It never opens again.
"""
import simlib

FIRST_TRANSACTION_NO = 14000000


class Order:
    def __init__(self, params):
        self.params = params
        self.outcome = ""
        self.transaction_no = ""
        self.pay_date = ""
        self.refunded_vnd = 0

    @property
    def amount_vnd(self):
        return int(self.params["vnp_Amount"]) // 100

    def describe(self):
        return {"txn_ref": self.params["vnp_TxnRef"], "amount_vnd": self.amount_vnd,
                "outcome": self.outcome or "open", "transaction_no": self.transaction_no,
                "pay_date": self.pay_date, "refunded_vnd": self.refunded_vnd, "params": self.params}


class Book:
    def __init__(self, ledger):
        self.ledger = ledger
        self.orders = {}
        self.captures = []
        self.refunds = []
        self.request_ids = {"querydr": set(), "refund": set()}
        self.transactions = 0
        self._apply_kind = {
            "order": self._apply_order, "captured": self._apply_captured, "failed": self._apply_end,
            "refund": self._apply_refund, "query": self._apply_query,
        }
        for entry in ledger.read():
            self._apply(entry)

    def record(self, kind, key="", **fields):
        entry = self.ledger.add(kind, key, **fields)
        self._apply(entry)
        return entry

    def _apply(self, entry):
        apply = self._apply_kind.get(entry["kind"])
        if apply:
            apply(entry)

    def _apply_order(self, entry):
        self.orders[entry["key"]] = Order(entry["params"])

    def _apply_end(self, entry):
        order = self.orders[entry["key"]]
        order.outcome, order.pay_date = entry["outcome"], entry["pay_date"]
        order.transaction_no = entry["transaction_no"]
        self.transactions += 1

    def _apply_captured(self, entry):
        self._apply_end(entry)
        self.captures.append(entry)

    def _apply_refund(self, entry):
        self.request_ids["refund"].add(entry["request_id"])
        self.orders[entry["key"]].refunded_vnd += entry["amount_vnd"]
        self.refunds.append(entry)
        self.transactions += 1

    def _apply_query(self, entry):
        self.request_ids["querydr"].add(entry["request_id"])

    def next_transaction_no(self):
        return str(FIRST_TRANSACTION_NO + self.transactions)

    def open_order(self, params):
        """The order of a payment request, new or known; None when its TxnRef is another's or has ended."""
        order = self.orders.get(params["vnp_TxnRef"])
        if order is None:
            self.record("order", params["vnp_TxnRef"], params=params)
            return self.orders[params["vnp_TxnRef"]]
        return order if order.params == params and not order.outcome else None

    def end_order(self, order, outcome, took_money):
        """The one outcome of an order. The caller has seen that it is open, in the same turn of the loop."""
        facts = {"outcome": outcome, "amount_vnd": order.amount_vnd,
                 "transaction_no": self.next_transaction_no(), "pay_date": simlib.stamp()}
        self.record("captured" if took_money else "failed", order.params["vnp_TxnRef"], **facts)

    def find(self, txn_ref, transaction_date):
        """The order a merchant asks about: a TxnRef counts for the day of its vnp_CreateDate."""
        order = self.orders.get(txn_ref)
        same_day = order and order.params["vnp_CreateDate"][:8] == transaction_date[:8]
        return order if same_day else None

    def money(self, txn_ref=None):
        """Captures and refunds, of one order or all."""
        captures = [c for c in self.captures if txn_ref in (None, c["key"])]
        refunds = [r for r in self.refunds if txn_ref in (None, r["key"])]
        return {"count": len(captures), "total_vnd": sum(c["amount_vnd"] for c in captures),
                "refunded_vnd": sum(r["amount_vnd"] for r in refunds), "captures": captures,
                "refunds": refunds}
