"""way — a dossier's whole way: filed, committed by verification, notification and status-sync, acknowledged back. Portal and mail
server are not there: what is owed to them waits in its rows (breakers at rest), as on a day when they are down."""
import os
import statistics
import threading
import time

import brokers
from ground import Ground, operator, web

SERVED = ["postgres", "redis", "broker", "identity", "intake", "verification", "notification", "status-sync", "feedback", "nginx"]
APPLIERS = ["verification", "notification", "status-sync"]
PROCESSES = ["broker", "intake"] + APPLIERS + ["feedback"]
CONNECTIONS, WARM_S, LAG_S = 256, 1, 4
CALENDAR = ("code,name,monday,tuesday,wednesday,thursday,friday,saturday,sunday,units\n"
            'week,week,"07:00-11:30,13:30-17:00","07:00-11:30,13:30-17:00","07:00-11:30,13:30-17:00","07:00-11:30,13:30-17:00",'
            '"07:00-11:30,13:30-17:00","","",*\n')


def metrics_of(suite, service):
    text = web.send("GET", suite.admin_url(service) + "/metrics").body.decode()
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#")


def sum_of(metrics, name, label):
    return sum(float(value) for key, value in metrics.items() if key.startswith(name) and label in key)


class Ours:
    """The suite with what it has accepted and applied, read from its own counters."""

    def __init__(self, ground):
        self.ground, self.suite = ground, ground.suite
        self.filing = ground.open_for_filing()
        answer = web.send("POST", self.suite.admin_url("verification") + "/admin/calendars", raw=CALENDAR.encode(),
                          token=operator(self.suite), headers={"Content-Type": "text/csv"})
        assert answer.status == 200, answer
        self.cpu = {name: ground.pid(name) for name in PROCESSES + ["postgres"]}
        self.load(2)  # and what autovacuum would do within a minute: plans for tables that are not empty
        self.drain()
        for service in PROCESSES[1:]:
            self.suite.psql("ANALYZE", database="motcua_" + service.replace("-", "_"))

    def counts(self):
        """Accepted; applied by everyone and acknowledged back; moves of the cases applied by everyone who hears of them."""
        intake = metrics_of(self.suite, "intake")
        others = [metrics_of(self.suite, service) for service in APPLIERS]
        applied = [sum_of(m, "motcua_events_applied_total", "DossierSubmitted") for m in others]
        told = [sum_of(m, "motcua_events_applied_total", "DossierProgressed") for m in [intake] + others[1:]]
        accepted = sum_of(intake, "motcua_db_seconds_count", '"file_dossier"')
        return accepted, min(applied + [sum_of(intake, "motcua_outbox_acked_total", "") / len(APPLIERS)]), min(told)

    def drain(self):
        """Wait until all that was accepted has arrived; how long that took."""
        started = time.monotonic()
        web.wait_for(lambda: self.is_drained(), 120, what="the way to be empty")
        return time.monotonic() - started

    def is_drained(self):
        accepted, applied, told = self.counts()
        return applied >= accepted and told >= accepted

    def load(self, seconds, **more):
        return self.ground.load(self.ground.port("intake"), self.filing, CONNECTIONS, seconds, self.cpu, **more)

    def peak(self, seconds):
        found = during(self.counts, lambda: self.load(seconds, warm=WARM_S), seconds)
        found["drain_s"] = self.drain()
        return found

    def lag_ms(self, rate):
        """p99 of filed → committed everywhere, from the rows: a row's transaction is that of the inbox rows beside it. A dossier's
        row in notification and status-sync is touched again by the case's first move, so this is the way of that, too."""
        began_ms = int(time.time() * 1000)
        self.load(LAG_S, rate="%d" % rate)
        self.drain()
        arrived = {}
        for service, table in (("verification", "case_file"), ("notification", "dossier"), ("status-sync", "dossier")):
            for code, at in self.rows(service, "WITH i AS MATERIALIZED (SELECT DISTINCT xmin::text AS x, ms(received_at) AS at FROM"
                                      " inbox WHERE received_at >= at_ms(%d)) SELECT c.code, i.at FROM %s c JOIN i ON"
                                      " c.xmin::text = i.x" % (began_ms, table)):
                arrived.setdefault(code, []).append(int(at))
        filed = self.rows("intake", "SELECT code, ms(filed_at) FROM dossier WHERE filed_at >= at_ms(%d)" % began_ms)
        lags = sorted(max(arrived[code]) - int(at) for code, at in filed)
        return {"p99": lags[int(0.99 * (len(lags) - 1))], "p50": statistics.median(lags), "count": len(lags)}

    def rows(self, service, sql):
        return [line.split("|") for line in self.suite.psql(sql, database="motcua_" + service.replace("-", "_")).splitlines()]


class Peers:
    """The peer's server, relay and workers, with a Redis of their own."""

    def __init__(self, ground, redis):
        self.ground, self.suite = ground, ground.suite
        ground.make_peer()
        self.filing = ground.filing_request("filing-peer", {})
        self.redis = redis

    def counts(self):
        one = lambda table: float(self.suite.psql("SELECT count(*) FROM %s" % table, database="peer"))
        return one("dossier"), min(one('"%s".inbox' % service) for service in APPLIERS)

    def peak(self, seconds):
        options = ("--redis-socket", self.redis)
        with self.ground.node("relay.js", *options) as relay, self.ground.node("workers.js", *options) as workers, \
                self.ground.peer("tx") as server:
            cpu = {"server": server.pid, "relay": relay.pid, "workers": workers.pid}
            load = lambda: self.ground.load(self.ground.peer_port, self.filing, CONNECTIONS, seconds, cpu, warm=WARM_S)
            found = during(self.counts, load, seconds)
            web.wait_for(lambda: len(set(self.counts())) == 1, 120, what="the peer to be done")
            return found


def during(counts, load, seconds):
    """Rates between the end of the warming up and shortly before the end of the load."""
    found = {}
    thread = threading.Thread(target=lambda: found.update(load=load()))
    thread.start()
    time.sleep(WARM_S)
    before, began = counts(), time.monotonic()
    time.sleep(max(seconds - 0.5, 0.5))
    after, ended = counts(), time.monotonic()
    thread.join()
    rates = [(b - a) / (ended - began) for a, b in zip(before, after)]
    return {**found, "accepted": rates[0], "applied": rates[1], "told": rates[-1]}


def tell(out, ours, peer, lag):
    out.add("way_peer", ours["applied"] / peer["applied"])
    out.add("way_applied", min(ours["applied"] / ours["accepted"], 1))
    out.add("way_lag_ms", lag["p99"])
    out.note("way lag p50 ms", lag["p50"])
    for name, found in (("ours", ours), ("peer", peer)):
        for rate in ("accepted", "applied"):
            out.note("way %s %s/s" % (name, rate), found[rate])
        for process, cpu in found["load"]["cpu"].items():
            out.note("way %s %s µs/dossier" % (name, process), cpu)
    out.note("way ours told/s", ours["told"])
    out.note("way ours drain s", ours["drain_s"])


def run(out, rounds, seconds):
    with Ground(SERVED) as ground, brokers.redis(os.path.join(ground.folder, "peer-redis")) as redis:
        ours, peers = Ours(ground), Peers(ground, redis)
        for turn in range(rounds):
            steps = [("ours", lambda: ours.peak(seconds)), ("peer", lambda: peers.peak(seconds))]
            found = {name: step() for name, step in (steps if turn % 2 == 0 else reversed(steps))}
            tell(out, found["ours"], found["peer"], ours.lag_ms(found["ours"]["accepted"] / 2))


