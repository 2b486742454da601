"""full — F13: the disk is full, under the store (data and WAL), or under the uploaded papers. Room comes back; nobody lends a
hand."""
import time

from embedded import filing
from embedded.journey import Office
from mounts import SmallDisk, why_no_mounts

from . import Fault, StoreTrouble, register


class Full(Fault):
    seconds, alone, folders, size_mib = 15.0, True, [], 0

    def __init__(self):
        self.disk, self.free, self.answer = None, None, ""

    def why_not(self, ground):
        return why_no_mounts()

    def prepare(self, ground):
        if not self.why_not(ground):
            self.disk = SmallDisk(ground, self.folders, self.size_mib)

    def inject(self, ground, rng):
        self.disk.fill()
        self.free = self.disk.free()

    def heal(self, ground):
        if self.disk:
            self.look(ground)
            self.disk.empty()

    def look(self, ground):
        """Before there is room again."""

    def clean(self, ground):
        if self.disk:
            self.disk.close()


@register
class StoreFull(Full):
    id, name, folders, size_mib, restarts = "F13", "disk-full-store", ["pg"], 768, ("postgres", "notification")

    def inject(self, ground, rng):
        super().inject(ground, rng)
        self.since = time.time()

    def look(self, ground):
        self.store_trouble = StoreTrouble(self.name, self.since, time.time(), False)
        with open(ground.suite.path("log", "postgres.log"), encoding="utf-8", errors="replace") as f:
            self.refusals = f.read().count("No space left on device")

    def proof(self):
        return "%d bytes were free; PostgreSQL said %d times that there is no space" % (self.free, self.refusals) if (
            self.refusals) else ""


@register
class FilesFull(Full):
    """A paper that does not fit is answered as such, and one is taken again when there is room."""
    id, name, folders, size_mib = "F13", "disk-full-papers", ["files"], 64

    def look(self, ground):
        citizen = Office(ground.suite).citizen
        citizen.patience_s = 0
        try:
            filing.upload(citizen.ask, b"%PDF-1.4\n" + b"x" * (1 << 20))
        except AssertionError as refused:
            self.answer = refused.args[0]

    def proof(self):
        return "%d bytes were free; a paper of 1 MiB was answered %s" % (self.free, self.answer) if self.answer else ""
