"""messages — our outbox → broker → inbox beside NATS JetStream and RabbitMQ's quorum queues; the broker alone beside libzmq's own
proxy. All behind CURVE where it is ours; NATS and RabbitMQ speak in the clear. A message of 300 bytes counts when it was saved,
carried, committed by the listener, acknowledged back and deleted from the outbox."""
import os
import subprocess
import time

import brokers
from ground import Ground, PROGRAMS, cpu_of, free_port_range, run_json, web
from group_way import metrics_of, sum_of

PACKET_BYTES = 476  # an envelope with a payload of 300 bytes, as broker_load makes it, and its part of what a frame needs
WARM_S = 1
COMMON = """admin_listen = 127.0.0.1:{admin}
database = host={sockets} dbname=motcua_{service} user=motcua_{service}
brokers = tcp://127.0.0.1:{bus}
keys_dir = {run}/keys
token_keys = {run}/keys/public/tokens.keys
operator_token_file = {run}/keys/operator.token
db_batch_max = 512
"""


class Pair:
    """The teller and the hearer, two services of the suite's skeleton, on databases that hold nothing but it."""

    def __init__(self, ground):
        self.ground, self.suite = ground, ground.suite

    def __enter__(self):
        self.children = {"hearer": self.spawn("hearer", "verification"), "teller": self.spawn("teller", "intake")}
        web.wait_for(lambda: self.acked() > 0, 20, what="the first message")
        return self

    def __exit__(self, *_):
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            child.wait()

    def spawn(self, program, service):
        path = self.suite.path("conf", program + ".conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write(COMMON.format(admin=self.suite.ports[service.upper() + "_ADMIN"], bus=self.suite.ports["BROKER_BUS"],
                                  sockets=self.suite.sockets, run=self.suite.run, service=service))
        with open(self.suite.path("log", program + ".log"), "ab") as log:
            return subprocess.Popen([os.path.join(PROGRAMS, program), "--config", path], stdout=log, stderr=log)

    def acked(self):
        ended = [name for name, child in self.children.items() if child.poll() is not None]
        if ended:
            raise RuntimeError("%s ended: see its log" % ended)
        try:
            return sum_of(metrics_of(self.suite, "intake"), "motcua_outbox_acked_total", "")
        except OSError:
            return 0

    def measure(self, seconds):
        pids = {name: child.pid for name, child in self.children.items()}
        pids.update({name: self.ground.pid(name) for name in ("broker", "postgres")})
        time.sleep(WARM_S)
        cpu, before, began = {name: cpu_of(pid) for name, pid in pids.items()}, self.acked(), time.monotonic()
        time.sleep(seconds)
        n, took = self.acked() - before, time.monotonic() - began
        return {"per_s": n / took, "cpu": {name: (cpu_of(pid) - cpu[name]) * 1e6 / n for name, pid in pids.items()}}


def ours(ground, seconds):
    with Pair(ground) as pair:
        return pair.measure(seconds)


def nats(ground, seconds):
    port = free_port_range(2)
    with brokers.nats(os.path.join(ground.folder, "nats"), port):
        return run_json(os.path.join(PROGRAMS, "messages_nats"), "--port", port, "--seconds", seconds)


def rabbit(ground, seconds, port):
    return run_json(os.path.join(PROGRAMS, "messages_rabbit"), "--port", port, "--seconds", seconds)


def broker(ground, seconds):
    cpu = cpu_of(ground.pid("broker"))
    found = run_json(os.path.join(PROGRAMS, "broker_load"), "--brokers", "tcp://127.0.0.1:%d" % ground.suite.ports["BROKER_BUS"],
                     "--keys", ground.suite.path("keys"), "--seconds", seconds)
    return {**found, "broker_us": (cpu_of(ground.pid("broker")) - cpu) * 1e6 / max(found["envelopes"], 1)}


def proxy(ground, seconds):
    first = free_port_range(2)
    front, back = ["tcp://127.0.0.1:%d" % port for port in (first, first + 1)]
    keys = ["--keys", ground.suite.path("keys"), "--bytes", str(PACKET_BYTES)]
    carry = subprocess.Popen([os.path.join(PROGRAMS, "proxy"), "--listen", front, "--listen-back", back, "--seconds",
                              str(seconds + 4)] + keys, stdout=subprocess.DEVNULL)
    try:
        web.wait_for(lambda: brokers.is_open(first) and brokers.is_open(first + 1), 20, what="the proxy")
        return run_json(os.path.join(PROGRAMS, "proxy"), "--measure", front, "--to", back, "--seconds", seconds, *keys)
    finally:
        carry.terminate()
        carry.wait()


def tell(out, found):
    out.add("msg_nats", found["ours"]["per_s"] / found["nats"]["per_s"])
    out.add("msg_rabbit", found["ours"]["per_s"] / found["rabbit"]["per_s"])
    out.add("broker_proxy", found["broker"]["per_s"] / found["proxy"]["per_s"])
    for name, one in found.items():
        out.note("messages %s/s" % name, one["per_s"])
    for name, us in found["ours"]["cpu"].items():
        out.note("messages ours %s µs each" % name, us)
    out.note("messages broker alone µs each", found["broker"]["broker_us"])


def measure(ground, seconds, port, turn):
    steps = [("ours", lambda: ours(ground, seconds)), ("nats", lambda: nats(ground, seconds)),
             ("rabbit", lambda: rabbit(ground, seconds, port)), ("broker", lambda: broker(ground, seconds)),
             ("proxy", lambda: proxy(ground, seconds))]
    return {name: step() for name, step in (steps if turn % 2 == 0 else reversed(steps))}


def run(out, rounds, seconds):
    with Ground(["postgres", "broker"]) as ground:
        port = free_port_range(3)
        with brokers.rabbit(os.path.join(ground.folder, "rabbit"), port):
            for turn in range(rounds):
                tell(out, measure(ground, seconds, port, turn))
