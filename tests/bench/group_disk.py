"""disk — intake on a disk whose flushes take 5 ms longer, beside itself on the disk as it is."""
import os

from ground import BUILD, Ground
from group_intake import SERVED, ours

SLOW = {"LD_PRELOAD": os.path.join(BUILD, "bench", "slow_sync.so"), "SLOW_SYNC_US": "5000"}


def run(out, rounds, seconds):
    with Ground(SERVED) as fast, Ground(SERVED, store_env=SLOW) as slow:
        grounds = [(fast, fast.open_for_filing()), (slow, slow.open_for_filing())]
        for turn in range(rounds):
            rates = {id(g): ours(g, request, seconds)["per_s"] for g, request in (grounds if turn % 2 == 0 else grounds[::-1])}
            out.add("intake_slow_disk", rates[id(slow)] / rates[id(fast)])
