"""poison — F21: messages that cannot be read, from somebody with a service's own key. Each must end in the listener's dead
letters, and nowhere else, within 30 seconds."""
import uuid

import bus

from . import Fault, register

WITHIN_S = 30
HUGE = b"\x0a" + b"\xff\xff\xff\x1f" + b"x" * 64  # field 1, 64 MiB long, as it says


@register
class Poison(Fault):
    id, name, seconds, quick = "F21", "poison", 0, True

    def inject(self, ground, rng):
        self.poison, self.kept = set(), 0
        with bus.Bus(ground.suite, "payment", credit=0) as stranger:
            for payload, kind in [(rng.randbytes(200), "motcua.PaymentSettled"), (HUGE, "motcua.PaymentSettled"),
                                  (b"", "motcua.Nonsense"), (b"\x08\x01", "motcua.FeeDue")]:
                for listener in ("verification", "notification"):
                    self.send(stranger, listener, payload, kind)

    def send(self, stranger, listener, payload, kind):
        envelope = uuid.uuid4()
        stranger.connect()
        stranger.say(listener, bus.payment_pb2.PaymentSettled(), key="poison", payload=payload, type_name=kind,
                     envelope_id=envelope.bytes, seconds=WITHIN_S)
        self.poison.add(str(envelope))
        self.kept += 1

    def proof(self):
        return "%d messages nobody can read were acknowledged by their listeners" % self.kept if self.kept == 8 else ""
