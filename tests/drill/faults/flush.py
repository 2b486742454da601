"""flush — F14 and F15: the store's disk is slow, stands still, or fails a flush (tools/slow_disk.c, preloaded into PostgreSQL)."""
import os

from shared_page import disk_page, preload

from . import Fault, register


def page_of(ground):
    """One page for all faults of this family: PostgreSQL is started with it, and it does nothing until it is told to."""
    if not hasattr(ground, "disk"):
        ground.disk = disk_page(ground.suite.build, ground.suite.path("disk.page"))
        preload(ground.suite.environment, "postgres", ground.disk)
    return ground.disk


class Flush(Fault):
    seconds, values, counts = 6.0, {}, ""

    def why_not(self, ground):
        library = os.path.join(ground.suite.build, "drill", "slow_disk.so")
        return None if os.path.exists(library) else "%s is not built: make drill-tools" % library

    def prepare(self, ground):
        self.disk = page_of(ground)

    def inject(self, ground, rng):
        self.before = self.disk[self.counts]
        for name, value in self.values.items():
            self.disk[name] = value

    def heal(self, ground):
        for name in self.values:
            self.disk[name] = 0
        self.happened = self.disk[self.counts] - self.before

    def proof(self):
        return "%d flushes %s" % (self.happened, self.counts) if self.happened else ""


@register
class Slow(Flush):
    """As a disk behind a network."""
    id, name, values, counts = "F14", "flush-5ms", {"flush_us": 5000}, "slowed"


@register
class VerySlow(Flush):
    id, name, values, counts = "F14", "flush-50ms", {"flush_us": 50000}, "slowed"


@register
class Stall(Flush):
    """One flush takes ten seconds: longer than services wait for an answer of their store."""
    id, name, seconds, restarts = "F14", "flush-stall-10s", 12.0, ("notification",)
    values, counts = {"stall_us": 10 * 10 ** 6, "stalls": 1}, "stalled"


@register
class Fails(Flush):
    """EIO: PostgreSQL does not trust the disk any more, ends itself and recovers from what was flushed before."""
    id, name, seconds, restarts = "F15", "flush-fails", 3.0, ("postgres", "notification")
    values, counts = {"fails": 1}, "failed"

    def inject(self, ground, rng):
        self.recovered = recoveries(ground)
        super().inject(ground, rng)

    def heal(self, ground):
        super().heal(ground)
        self.recovered = recoveries(ground) - self.recovered

    def proof(self):
        return "%s; PostgreSQL began again %d times" % (super().proof(), self.recovered) if self.happened and self.recovered else ""


def recoveries(ground):
    """How often its log says that it is getting up after a death."""
    with open(ground.suite.path("log", "postgres.log"), encoding="utf-8", errors="replace") as f:
        return f.read().count("PANIC")
