"""broker — F7: nobody carries messages for a while; two brokers, of which one dies."""
from embedded.layout import SERVICES, env_name
from embedded.processes import Process, answers

from . import Fault, register


@register
class BrokerGone(Fault):
    id, name, seconds, quick = "F7", "broker-gone", 60.0, True

    def inject(self, ground, rng):
        self.pid = ground.hold("broker")["broker"]
        self.told = ground.count("intake", "SELECT count(*) FROM outbox")
        self.waiting = self.told

    def heal(self, ground):
        self.waiting = ground.count("intake", "SELECT count(*) FROM outbox")
        ground.release("broker")

    def proof(self):
        return "broker %d killed; intake's outbox went from %d to %d" % (self.pid, self.told, self.waiting) if (
            self.waiting > self.told) else ""


@register
class TwoBrokers(Fault):
    """Every service knows two; the first one dies, and what it had taken is said again through the second."""
    id, name, seconds, restarts = "F7", "two-brokers", 10.0, ("notification",)

    def inject(self, ground, rng):
        at = ground.suite
        bus = ["tcp://127.0.0.1:%d" % at.ports[name] for name in ("BROKER_BUS", "BROKER2_BUS")]
        second = Process("broker-two", at.children["broker"][0].argv, answers(at.local("BROKER2_ADMIN") + "/readyz"), env={
            "MOTCUA_BROKER_BIND": bus[1], "MOTCUA_BROKER_ADMIN_LISTEN": "127.0.0.1:%d" % at.ports["BROKER2_ADMIN"]})
        ground.add(second)
        for service in rng.sample(SERVICES, len(SERVICES)):
            ground.change(service, env={"MOTCUA_%s_BROKERS" % env_name(service): " ".join(bus)})
        self.pid = ground.hold("broker")["broker"]
        self.before = self.carried(ground)

    @staticmethod
    def carried(ground):
        return ground.metric("BROKER2_ADMIN", "motcua_broker_forwarded_total")

    def heal(self, ground):
        self.after = self.carried(ground)
        ground.release("broker")
        ground.wait_ready("broker")
        for service in SERVICES:
            ground.restore(service)
        ground.drop("broker-two")

    def proof(self):
        carried = self.after - self.before
        return "broker %d killed; the second carried %d messages meanwhile" % (self.pid, carried) if carried > 0 else ""
