"""disk — intake on a disk whose flushes take 5 ms longer, beside itself on the disk as it is."""
import os
import sys
import tempfile

from ground import BUILD, ROOT, Ground
from group_intake import SERVED, ours

sys.path.insert(0, os.path.join(ROOT, "tests", "drill"))
from shared_page import disk_page  # noqa: E402


def run(out, rounds, seconds):
    with tempfile.NamedTemporaryFile(prefix="motcua-bench-") as file:
        disk = disk_page(BUILD, file.name)
        disk["flush_us"] = 5000
        compare(out, rounds, seconds, disk.env())


def compare(out, rounds, seconds, slow_disk):
    with Ground(SERVED) as fast, Ground(SERVED, store_env=slow_disk) as slow:
        grounds = [(fast, fast.open_for_filing()), (slow, slow.open_for_filing())]
        for turn in range(rounds):
            rates = {id(g): ours(g, request, seconds)["per_s"] for g, request in (grounds if turn % 2 == 0 else grounds[::-1])}
            out.note("disk as it is: accepted/s", rates[id(fast)])
            out.note("disk with slow flushes: accepted/s", rates[id(slow)])
            out.add("intake_slow_disk", rates[id(slow)] / rates[id(fast)])
