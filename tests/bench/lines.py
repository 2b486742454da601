"""lines — what the bench promises: one line per id, its goal, and what a run found. Values of rounds become min, median, max; the
median is held against the goal."""
import json
import os
import statistics

AT_LEAST, AT_MOST = ">=", "<="

# id: (way, goal, what it says)
LINES = {
    "intake_limit": (AT_LEAST, 0.7, "accepted/s at 256 connections ÷ the UNNEST-512 limit of PostgreSQL on one connection"),
    "intake_peer_tx": (AT_LEAST, 6, "accepted/s ÷ the peer's with a transaction per request"),
    "intake_peer_batch": (AT_LEAST, 1.8, "accepted/s ÷ the peer's with batches"),
    "intake_p99_peer": (AT_MOST, 0.2, "p99 at 256 connections ÷ the transaction peer's"),
    "intake_p50_peer": (AT_MOST, 0.7, "p50 at one connection ÷ the one-round-trip peer's"),
    "intake_cpu_peer": (AT_MOST, 0.12, "CPU of the service per accepted dossier ÷ the transaction peer's"),
    "intake_pg_cpu_limit": (AT_MOST, 1.3, "CPU of PostgreSQL per accepted dossier ÷ the limit's at batch 128"),
    "intake_slow_disk": (AT_LEAST, 0.5, "accepted/s with fdatasync slowed by 5 ms ÷ without"),
    "way_peer": (AT_LEAST, 8, "dossiers/s filed and applied by three services ÷ the peer's"),
    "way_applied": (AT_LEAST, 0.95, "applied ÷ accepted while the load lasts"),
    "way_lag_ms": (AT_MOST, 250, "p99 of 201 → applied everywhere, at half the maximum, ms"),
    "msg_nats": (AT_LEAST, 1.0, "outbox → broker → inbox, 300 bytes, CURVE ÷ NATS JetStream on file"),
    "msg_rabbit": (AT_LEAST, 2.0, "the same ÷ RabbitMQ quorum queues"),
    "broker_proxy": (AT_LEAST, 0.8, "the broker alone ÷ libzmq's proxy, CURVE"),
    "lookup_pg_peer": (AT_LEAST, 4, "look-ups/s from PostgreSQL ÷ the peer's"),
    "lookup_nginx": (AT_LEAST, 0.9, "look-ups/s from the process's cache ÷ nginx serving a file of that size"),
    "lookup_no_redis": (AT_LEAST, 0.9, "look-ups/s without Redis ÷ with it"),
    "idle_pss_mib": (AT_MOST, 12, "PSS of the largest idle service, MiB"),
    "start_ms": (AT_MOST, 50, "start to the first 200, slowest service, ms"),
    "idle_cpu": (AT_MOST, 0.2, "CPU of the busiest idle service, %"),
    "growth_5m": (AT_LEAST, 0.9, "accepted/s at 5 million dossiers ÷ at 10 thousand"),
    "list_p95_ms": (AT_MOST, 20, "p95 of the slowest list at 1 million dossiers, ms"),
    "plans_1m": (AT_MOST, 0, "statements that read a growing table from end to end, or sort more than a page, at 1 million"),
    "spike_errors": (AT_MOST, 0.01, "share of refusals in a spike, all of them 503 with Retry-After"),
    "spike_p95_ms": (AT_MOST, 300, "p95 of accepted in the spike, ms"),
    "spike_drain_s": (AT_MOST, 10, "until the backlog of the spike is gone, s"),
    "two_replicas": (AT_LEAST, 0.95, "accepted/s of two intake replicas ÷ of one"),
}


class Report:
    """Collects values; `path` keeps the lines of earlier runs that this one does not measure."""

    def __init__(self, path):
        self.path = path
        self.values, self.details = {}, {}

    def add(self, name, value):
        self.values.setdefault(name, []).append(value)

    def note(self, name, value):
        """A figure that is no promise: rates, CPU per operation."""
        self.details.setdefault(name, []).append(value)

    def lines(self):
        return [line_of(name, values) for name, values in self.values.items()]

    def save(self):
        kept = []
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as f:
                kept = [line for line in json.load(f) if line["id"] not in self.values]
        lines = sorted(kept + self.lines(), key=lambda line: list(LINES).index(line["id"]))
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        with open(self.path, "w", encoding="utf-8") as f:
            json.dump(lines, f, indent=1)
        return lines

    def print(self):
        print("\n%-20s %9s %9s %9s  %-9s" % ("", "min", "median", "max", "goal"))
        for line in self.lines():
            way, goal, what = LINES[line["id"]]
            print("%-20s %9.4g %9.4g %9.4g  %s %-6g %s  %s" % (line["id"], line["min"], line["value"], line["max"], way, goal,
                                                              "holds" if line["holds"] else "DOES NOT HOLD", what))
        for name, values in sorted(self.details.items()):
            print("  %-40s %10.4g %10.4g %10.4g" % (name, min(values), statistics.median(values), max(values)))


def line_of(name, values):
    way, goal, _ = LINES[name]
    value = statistics.median(values)
    holds = value >= goal if way == AT_LEAST else value <= goal
    return {"id": name, "value": value, "min": min(values), "max": max(values), "goal": goal, "holds": holds}
