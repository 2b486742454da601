"""redis — F16: the cache forgets, lies, stands still, is gone. Only speed may change."""
import subprocess
import time

from ground import send

from . import Fault, register


def ask(ground, *words):
    done = subprocess.run(["redis-cli", "-s", ground.suite.sockets + "/redis", *words], capture_output=True, text=True, check=False,
                          timeout=10)
    return done.stdout.split()


def look_up(ground, rng):
    """What anybody may do, and what the cache is for."""
    send("GET", ground.suite.url("/api/intake/lookup/000.00.21.H07-261123-%04d" % rng.randrange(10000)))


class OfRedis(Fault):
    id, seconds = "F16", 5.0
    told = ""

    def proof(self):
        return self.told


@register
class Flushed(OfRedis):
    name, seconds = "redis-flushed", 0

    def inject(self, ground, rng):
        gone = 0
        for _ in range(5):
            look_up(ground, rng)
            gone += int(ask(ground, "DBSIZE")[0])
            ask(ground, "FLUSHALL")
            time.sleep(rng.uniform(0.2, 1.0))
        self.told = "FLUSHALL five times, %d keys gone" % gone if gone else ""


@register
class Lies(OfRedis):
    """Every key holds something that is none of ours."""
    name = "redis-lies"

    def inject(self, ground, rng):
        look_up(ground, rng)
        keys = ask(ground, "KEYS", "*")
        for key in keys:
            ask(ground, "SET", key, "\x7f{not what was kept", "KEEPTTL")
        self.told = "%d keys overwritten" % len(keys) if keys else ""

    def heal(self, ground):
        ask(ground, "FLUSHALL")


@register
class Gone(OfRedis):
    name, seconds = "redis-gone", 6.0

    def inject(self, ground, rng):
        self.told = "SIGKILL ended %d, nobody started it again" % ground.hold("redis")["redis"]

    def heal(self, ground):
        ground.release("redis")


@register
class Slow(OfRedis):
    """Each answer comes two seconds late, for a while."""
    name, seconds = "redis-slow", 0

    def inject(self, ground, rng):
        for _ in range(3):
            self.told = "CLIENT PAUSE 2000: %s, three times" % " ".join(ask(ground, "CLIENT", "PAUSE", "2000", "ALL"))
            time.sleep(2.5)
