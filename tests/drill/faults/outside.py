"""outside — F18, F19, F20: the bank, the national portal and the mail server misbehave, by the dials of their simulators. Each
thing they did is a line of kind `fault` in their own ledger: that is the proof."""
from . import Fault, register


class Dialled(Fault):
    """values: the dials; shown: the one whose ledger lines prove it (the first)."""
    who, values, seconds = "", {}, 5.0

    def inject(self, ground, rng):
        self.did = 0
        self.before = self.count(ground)
        ground.outside[self.who].dial(**self.values)

    def has_happened(self, ground):
        return self.count(ground) > self.before

    def count(self, ground):
        return ground.outside[self.who].faults(next(iter(self.values)))

    def heal(self, ground):
        ground.outside[self.who].reset()
        self.did = self.count(ground) - self.before

    def proof(self):
        dial = ", ".join("%s=%s" % item for item in self.values.items())
        return "the %s's ledger has %d faults of %s" % (self.who, self.did, dial) if self.did else ""


def dialled(number, name, who, values, **more):
    register(type(name, (Dialled,), {"id": number, "name": name, "who": who, "values": values, **more}))


dialled("F18", "bank-500-after-capture", "gateway", {"capture_then_500": True})
dialled("F18", "bank-loses-its-calls", "gateway", {"drop_ipn": True})
dialled("F18", "bank-down", "gateway", {"down": True})
dialled("F18", "bank-answers-garbage", "gateway", {"query_garbage": True, "drop_ipn": True}, seconds=8.0)
dialled("F18", "bank-says-pending", "gateway", {"query_says_pending": True, "drop_ipn": True}, seconds=8.0)
dialled("F19", "portal-429", "portal", {"fail_rate": 1.0, "fail_status": 429})
dialled("F19", "portal-503", "portal", {"fail_rate": 1.0, "fail_status": 503}, seconds=15.0)
dialled("F19", "portal-garbage", "portal", {"garbage": True})
dialled("F19", "portal-does-it-and-answers-garbage", "portal", {"accept_but_garbage": True})
dialled("F19", "portal-does-it-and-hangs", "portal", {"accept_but_hang_ms": 60000}, seconds=12.0)
dialled("F19", "portal-down", "portal", {"down": True}, quick=True)
dialled("F20", "mail-greylists", "mail", {"greylist_next": 20})
dialled("F20", "mail-refuses", "mail", {"refuse_next": 5})
dialled("F20", "mail-down", "mail", {"down": True})
dialled("F20", "mail-cut-before-it-is-kept", "mail", {"drop_before_store": 10})
dialled("F20", "mail-kept-and-cut-before-the-250", "mail", {"drop_after_data": 5}, quick=True)


@register
class OddCalls(Fault):
    """The bank calls twice at once, before the payer is back, late, with a forged signature, with a forged amount."""
    id, name, seconds = "F18", "bank-calls-oddly", 10.0
    modes = ("double", "before_return", "late", "wrong_signature", "forged_amount")

    def inject(self, ground, rng):
        self.seen = {}
        self.last = self.lines(ground)
        ground.ipn_modes = self.modes

    @staticmethod
    def lines(ground):
        return list(ground.outside["gateway"].entries("ipn"))

    def has_happened(self, ground):
        return any(entry["mode"] != "normal" for entry in self.lines(ground)[len(self.last):])

    def heal(self, ground):
        ground.ipn_modes = ("normal",)
        for entry in self.lines(ground)[len(self.last):]:
            self.seen[entry["mode"]] = self.seen.get(entry["mode"], 0) + 1

    def proof(self):
        odd = {mode: n for mode, n in self.seen.items() if mode != "normal"}
        return "calls of the bank: %s" % ", ".join("%s %d" % item for item in sorted(odd.items())) if odd else ""
