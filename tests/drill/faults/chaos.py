"""chaos — F10 and F11: a broker that loses, cuts off, doubles, mixes, delays and stalls; answers that never come back. It is
the broker as it is shipped on a socket that misbehaves (tools/chaos_broker.c)."""
import os

from shared_page import chaos_page

from . import Fault, register

PERMILLE = 10  # of a per cent


class Chaos(Fault):
    seconds, rates, counted = 12.0, {}, []

    def program(self, ground):
        return os.path.join(ground.suite.build, "drill", "chaos_broker")

    def why_not(self, ground):
        return None if os.path.exists(self.program(ground)) else "%s is not built: make drill-tools" % self.program(ground)

    def inject(self, ground, rng):
        self.page = chaos_page(ground.suite.path(self.name + ".page"))
        self.page["seed"] = rng.getrandbits(60)
        for name, value in self.rates.items():
            self.page[name] = value
        ground.change("broker", env=self.page.env(), argv=[self.program(ground)] + ground.process("broker").argv[1:])

    def heal(self, ground):
        ground.restore("broker")

    def proof(self):
        counts = {name: self.page[name] for name in self.counted}
        told = ", ".join("%s %d" % (name.replace("_", " "), n) for name, n in counts.items())
        return "of %d messages: %s" % (self.page["passed"], told) if all(counts.values()) else ""


@register
class ChaosBroker(Chaos):
    id, name = "F10", "chaos-broker"
    rates = {"lose": 5 * PERMILLE, "double": 5 * PERMILLE, "reorder": 20 * PERMILLE, "delay": 10 * PERMILLE, "delay_ms": 700,
             "cut": 1 * PERMILLE, "stall_every_ms": 6000, "stall_ms": 3000}
    counted = ["lost", "doubled", "reordered", "delayed", "were_cut", "stalls"]


@register
class LostAnswers(Chaos):
    """Deliveries are fine; a third of the acknowledgements and refusals never reaches the sender."""
    id, name = "F11", "lost-acknowledgements"
    rates, counted = {"lose_answers": 333}, ["answers_lost"]
