"""growth — intake at five million dossiers beside a second suite with ten thousand, in alternating order; every list at ten thousand
and at a million; a spike at a million (group_spike) on the same data."""
import explain
import lists
from crowd import Crowd
from generate import SERVICES
from group_intake import CONNECTIONS
from group_spike import spike

FEW, MANY, MOST = 10_000, 1_000_000, 5_000_000
INTAKE = ["postgres", "redis", "broker", "identity", "intake", "nginx"]


def open_lists(out, big):
    big.filler.grow(FEW)
    few = lists.measure(big, big.people, big.citizen)
    big.filler.grow(MANY)
    many = lists.measure(big, big.people, big.citizen)
    for name, p95 in many.items():
        out.note("list p95 at 1 M, ms: " + name, p95)
        out.note("list p95 1 M : 10 k: " + name, p95 / few[name])
    out.add("list_p95_ms", max(many.values()))
    objections = [o for service in SERVICES for o in explain.objections_of(big.suite, service)]
    print("\n".join(objections) or "plans at 1 M: every statement of every service has its index")
    out.add("plans_1m", len(objections))


def wal_end(ground):
    return ground.suite.psql("SELECT pg_current_wal_insert_lsn()")


def full_pages_since(ground, lsn):
    """Bytes of page images in the WAL since then, read from the WAL itself: PostgreSQL's own counters come up to ten seconds late."""
    return int(ground.suite.psql("SELECT sum(fpi_size) FROM pg_get_wal_stats('%s', pg_current_wal_flush_lsn())" % lsn))


def rate(ground, seconds):
    """Accepted/s, and bytes of full page images for each that was accepted."""
    before = wal_end(ground)
    report = ground.load(ground.port("intake"), ground.filing(), CONNECTIONS, seconds, warm=1)
    return report["per_s"], full_pages_since(ground, before) / report["accepted_ever"]


def compare(out, name, big, small, rounds, seconds):
    """Accepted/s of the big suite ÷ the small one's; the first round warms up. What was filled is on the disk before, and vacuumed:
    nobody's autovacuum reads five million dossiers at a stretch."""
    for ground in (big, small):
        ground.suite.psql("CREATE EXTENSION IF NOT EXISTS pg_walinspect")
        ground.suite.psql("VACUUM (ANALYZE)", database="motcua_intake")
        ground.suite.psql("CHECKPOINT")
    for turn in range(rounds + 1):
        found = {id(g): rate(g, seconds) for g in ((big, small) if turn % 2 == 0 else (small, big))}
        if turn > 0:
            (at_big, pages), (at_small, _) = found[id(big)], found[id(small)]
            out.note("growth %s: accepted/s" % name, at_big)
            out.note("growth %s: bytes of full page images a filing" % name, pages)
            out.note("growth 10 k beside it: accepted/s", at_small)
            yield at_big / at_small


def run(out, rounds, seconds):
    with Crowd() as big, Crowd(INTAKE) as small:
        small.filler.grow(FEW, ["intake"])
        open_lists(out, big)
        spike(out, big)
        big.end_listeners()
        for ratio in compare(out, "1 M", big, small, rounds, seconds):
            out.note("growth 1 M : 10 k", ratio)
        big.filler.grow(MOST, ["intake"])
        for ratio in compare(out, "5 M", big, small, rounds, seconds):
            out.add("growth_5m", ratio)
