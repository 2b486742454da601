"""spike — at a million dossiers, arrivals at a steady rate, 35 times that, and the steady rate again, whether answers come or not. The
whole suite runs: what the spike leaves is there when its listeners have committed."""
import concurrent.futures
import time

from crowd import Crowd
from ground import web
from group_intake import CONNECTIONS

MANY = 1_000_000
TIMES, STEADY_SHARE, OPEN, SECONDS = 35, 0.02, 512, 15


def waits(ground, until_seq=None):
    """Does a message of intake's wait for its listener: any, or any up to that number?"""
    which = "" if until_seq is None else " WHERE seq <= %d" % until_seq
    return ground.suite.psql("SELECT EXISTS (SELECT FROM outbox%s)" % which, database="motcua_intake") == "t"


def drained_after(ground, seconds):
    """Seconds from the end of the spike until its last message is acknowledged. Numbers grow alike for all listeners."""
    time.sleep(seconds)
    last = int(ground.suite.psql("SELECT coalesce(max(seq), 0) FROM outbox", database="motcua_intake"))
    started = time.monotonic()
    web.wait_for(lambda: not waits(ground, last), seconds=900, what="the backlog")
    return time.monotonic() - started


def spike(out, ground):
    most = ground.load(ground.port("intake"), ground.filing(), CONNECTIONS, 4, warm=1)["per_s"]
    web.wait_for(lambda: not waits(ground), seconds=900, what="the backlog of the maximum")
    steady, request = most * STEADY_SHARE, ground.filing()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        drained = pool.submit(drained_after, ground, 2 * SECONDS)
        report = ground.load(ground.port("intake"), request, OPEN, SECONDS,
                             rate="%d,%d,%d" % (steady, steady * TIMES, steady))
        out.add("spike_drain_s", drained.result())
    refused = sum(n for status, n in report["status"].items() if status == "503")
    asked = report["accepted"] + report["refused"] + report["failed"]
    unfit = report["failed"] + report["refused"] - refused + report["without_retry_after"]
    out.add("spike_errors", (report["refused"] + report["failed"]) / asked if unfit == 0 else 1)
    out.add("spike_p95_ms", report["p95_us"] / 1000)
    out.note("spike: most/s, closed loop, all services", most)
    out.note("spike: accepted/s at 35×", sum(p["accepted"] for p in report["parts"][SECONDS:2 * SECONDS]) / SECONDS)
    out.note("spike: p95 of its worst second, ms", max(p["p95_us"] for p in report["parts"]) / 1000)


def run(out, rounds, seconds):
    with Crowd() as ground:
        ground.filler.grow(MANY)
        spike(out, ground)
