"""shared_page — the numbers that a program and who drills it share (tools/page.h): a file that both have mapped."""
import mmap
import os
import struct

PAGE_BYTES = 4096


class Page:
    """names: what the numbers are called, in the order of the enum in the tool's source. The program is started with
    env(); then page["at"] = 3 is seen by it at once, and page["seen"] is what it has counted."""

    def __init__(self, path, variable, names, preload=None):
        self.path, self.variable, self.preload = path, variable, preload
        self.at = {name: 8 * n for n, name in enumerate(names)}
        with open(path, "wb") as f:
            f.truncate(PAGE_BYTES)
        os.chmod(path, 0o666)  # PostgreSQL has an account of its own
        with open(path, "r+b") as f:
            self.memory = mmap.mmap(f.fileno(), PAGE_BYTES)

    def env(self):
        preload = {"LD_PRELOAD": self.preload, "ASAN_OPTIONS": "verify_asan_link_order=0"} if self.preload else {}
        return {self.variable: self.path, **preload}

    def __getitem__(self, name):
        return struct.unpack_from("=q", self.memory, self.at[name])[0]

    def __setitem__(self, name, value):
        struct.pack_into("=q", self.memory, self.at[name], value)


def preload(environment, name, page):
    """The process `name` will be started with this page, besides what others want of it."""
    of_it = environment.setdefault(name, {})
    libraries = [lib for lib in (of_it.get("LD_PRELOAD"), page.preload) if lib]
    of_it.update(page.env(), LD_PRELOAD=":".join(libraries))


def crash_page(build, path):
    return Page(path, "CRASH_PAGE", ["at", "when", "kinds", "bus_port", "seen", "deaths", "died_kind", "died_step", *KINDS],
                os.path.join(build, "drill", "crash_at.so"))


def disk_page(build, path):
    return Page(path, "DISK_PAGE", ["flush_us", "stalls", "stall_us", "fails", "flushed", "slowed", "stalled", "failed"],
                os.path.join(build, "drill", "slow_disk.so"))


def slow_page(build, path):
    return Page(path, "SLOW_PAGE", ["us_per_message", "heard"], os.path.join(build, "drill", "slow_bus.so"))


def clock_page(build, path):
    return Page(path, "CLOCK_PAGE", ["shift_us", "asked"], os.path.join(build, "drill", "clock_shift.so"))


def chaos_page(path):
    return Page(path, "CHAOS_PAGE", [
        "lose", "lose_answers", "cut", "double", "reorder", "delay", "delay_ms", "stall_every_ms", "stall_ms", "seed",
        "passed", "lost", "answers_lost", "were_cut", "doubled", "reordered", "delayed", "stalls"])


KINDS = ["files", "store", "cache", "bus", "web"]  # of the steps that crash_at counts
BEFORE, HALF, AFTER = range(3)                     # when it dies, measured by the step
