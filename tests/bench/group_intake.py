"""intake — accepting dossiers: beside the limit of the store and beside the peer, in alternating order."""
from ground import Ground

SERVED = ["postgres", "redis", "broker", "identity", "intake", "nginx"]
CONNECTIONS = 256


def ours(ground, request, seconds):
    cpu = {"service": ground.pid("intake"), "store": ground.pid("postgres")}
    return ground.load(ground.port("intake"), request, CONNECTIONS, seconds, cpu, warm=1)


def peer(ground, request, seconds, mode, connections=CONNECTIONS, processes=1):
    with ground.peer(mode, processes) as child:
        cpu = {"service": child.pid, "store": ground.pid("postgres")}
        return ground.load(ground.peer_port, request, connections, seconds, cpu, warm=1)


def one_connection(ground, request, seconds):
    return ground.load(ground.port("intake"), request, 1, seconds)


def measure(ground, filing, filing_peer, seconds, turn):
    """One round. Every other one begins at the other end, so that nobody always comes first."""
    steps = [("limit", lambda: ground.limit(512, seconds)), ("limit_128", lambda: ground.limit(128, seconds)),
             ("ours", lambda: ours(ground, filing, seconds)),
             ("peer_tx", lambda: peer(ground, filing_peer, seconds, "tx")),
             ("peer_batch", lambda: peer(ground, filing_peer, seconds, "batch")),
             ("one", lambda: one_connection(ground, filing, seconds)),
             ("one_peer", lambda: peer(ground, filing_peer, seconds, "cte", 1))]
    return {name: step() for name, step in (steps if turn % 2 == 0 else reversed(steps))}


def tell(out, found):
    mine, tx = found["ours"], found["peer_tx"]
    out.add("intake_limit", mine["per_s"] / found["limit"]["per_s"])
    out.add("intake_peer_tx", mine["per_s"] / tx["per_s"])
    out.add("intake_peer_batch", mine["per_s"] / found["peer_batch"]["per_s"])
    out.add("intake_p99_peer", mine["p99_us"] / tx["p99_us"])
    out.add("intake_p50_peer", found["one"]["p50_us"] / found["one_peer"]["p50_us"])
    out.add("intake_cpu_peer", mine["cpu"]["service"] / tx["cpu"]["service"])
    out.add("intake_pg_cpu_limit", mine["cpu"]["store"] / found["limit_128"]["store_us"])
    for name in ("limit", "limit_128", "ours", "peer_tx", "peer_batch"):
        out.note("intake %s accepted/s" % name, found[name]["per_s"])
    for name in ("ours", "peer_tx", "peer_batch"):
        out.note("intake %s service µs/dossier" % name, found[name]["cpu"]["service"])
        out.note("intake %s PostgreSQL µs/dossier" % name, found[name]["cpu"]["store"])
    out.note("intake limit_128 PostgreSQL µs/dossier", found["limit_128"]["store_us"])


def run(out, rounds, seconds):
    with Ground(SERVED) as ground:
        filing = ground.open_for_filing()
        ground.make_limit()
        ground.make_peer()
        filing_peer = ground.filing_request("filing-peer", {})
        for turn in range(rounds):
            tell(out, measure(ground, filing, filing_peer, seconds, turn))
