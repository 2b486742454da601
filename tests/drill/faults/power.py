"""power — F4: the power of the machine goes. Everything stands still, the disk is what was flushed, everything dies and begins
again on that disk. The bank, the portal, the mail server and the clients are elsewhere."""
import os
import time

from ground import PROGRAMS
from mounts import CuttableDisk, why_no_mounts

from . import Fault, register

INSIDE = ["postgres", "redis", "nginx"] + PROGRAMS
CUTS, DISK_MIB = 3, 3072


@register
class PowerCut(Fault):
    id, name, seconds, alone, restarts = "F4", "power-cut", 0, True, tuple(INSIDE)

    def __init__(self):
        self.disk, self.seen = None, []

    def why_not(self, ground):
        return why_no_mounts(loop=True)

    def prepare(self, ground):
        if not self.why_not(ground):
            self.disk = CuttableDisk(ground, ["pg", "files"], DISK_MIB)

    def inject(self, ground, rng):
        for n in range(CUTS):
            time.sleep(rng.uniform(4, 8))  # somebody pays meanwhile
            self.cut(ground, n)
            ground.wait_ready()

    def cut(self, ground, n):
        """The witnesses show what a cut is: a file that was flushed stays, one that was not does not."""
        self.write("flushed-%d" % n, flush=True)
        self.write("unflushed-%d" % n, flush=False)
        for name in INSIDE:
            ground.freeze(name)
        snapshot = self.disk.snapshot()
        ground.hold(*INSIDE)
        self.disk.swap_for(snapshot)
        self.seen.append((self.is_whole("flushed-%d" % n), self.is_whole("unflushed-%d" % n)))
        ground.release(*INSIDE)

    def write(self, name, flush):
        with open(self.disk.path(name), "wb") as f:
            f.write(b"x" * 4096)
            f.flush()
            if flush:
                os.fsync(f.fileno())

    def is_whole(self, name):
        try:
            with open(self.disk.path(name), "rb") as f:
                return f.read() == b"x" * 4096
        except OSError:
            return False

    def heal(self, ground):
        ground.release(*INSIDE)

    def proof(self):
        if self.seen != [(True, False)] * CUTS:
            return ""
        return "%d cuts; each time a flushed file was there after it, and one written at the same moment without a flush was not" % CUTS

    def clean(self, ground):
        if self.disk:
            self.disk.close()
