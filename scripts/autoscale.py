"""autoscale — `motcua autoscale`: asks every replica of a service how long accepted requests take, and everybody how long messages
wait for it; says how many replicas it should have (scaling.py decides), or with --apply has the command do it. In a container there
is no engine to tell: with --commands the commands alone are printed, for a shell outside (… | sh).

Replicas are found by name, as nginx finds them: every address the host of the service's admin URL has."""
import dataclasses
import shlex
import subprocess
import sys
import time
import urllib.request

import scaling
from operator_api import STORES, Refused, Unreachable, addresses

SHARE = 0.95
COMMAND = "docker-compose up -d --no-deps --no-recreate --scale {service}={beside_twin} {service}"


# ---- one replica ----

@dataclasses.dataclass
class Counters:
    """Of the requests that change something; buckets: {upper bound in s: how many were faster}."""
    buckets: dict
    refused: float


def parse(text):
    counters = Counters({}, 0)
    for line in text.splitlines():
        name, _, rest = line.partition("{")
        labels, _, value = rest.rpartition("} ")
        if 'method="POST"' not in labels:
            continue
        if name == "motcua_http_seconds_bucket":
            bound = float(labels.partition('le="')[2].partition('"')[0].replace("+Inf", "inf"))
            counters.buckets[bound] = counters.buckets.get(bound, 0) + float(value)
        elif name == "motcua_http_server_errors_total":
            counters.refused += float(value)
    return counters


def counters_of(url):
    try:
        with urllib.request.urlopen(url + "/metrics", timeout=3) as answer:
            return parse(answer.read().decode())
    except OSError:
        return None


# ---- all of them ----

def percentile_ms(before, now):
    """Of the requests between two readings; 0: there were none. before, now: {replica: Counters}."""
    new = {}
    for replica, counters in now.items():
        old = before[replica].buckets if replica in before else {}
        restarted = any(old.get(bound, 0) > n for bound, n in counters.buckets.items())
        for bound, n in counters.buckets.items():
            new[bound] = new.get(bound, 0) + n - (0 if restarted else old.get(bound, 0))
    total = max(new.values(), default=0)
    return 1000 * next((bound for bound, n in sorted(new.items()) if n >= SHARE * total), 0) if total else 0.0


def refused_between(before, now):
    return sum(max(c.refused - before[r].refused, 0) for r, c in now.items() if r in before)


def oldest_s(op, service, now_s):
    """How long the oldest message waits for the service; None: somebody who might keep one does not answer."""
    oldest = now_s * 1000
    for source in STORES:
        try:
            lanes = op.call(source, "/admin/outbox")["lanes"]
        except Unreachable:
            return None
        oldest = min([oldest] + [lane["oldest_at_ms"] for lane in lanes if lane["destination"] == service])
    return max(0.0, now_s - oldest / 1000)


class Meter:
    """Asks again and again; what counts is the difference to the time before."""

    def __init__(self, op, service):
        self.op, self.service, self.before, self.at = op, service, {}, None

    def look(self):
        urls = addresses(self.op.url(self.service))
        now = {url: c for url in urls if (c := counters_of(url))}
        is_first, at = self.at is None, time.monotonic()
        measured = scaling.Measured(
            len(urls) or None, None if is_first or len(now) < len(urls) else percentile_ms(self.before, now),
            oldest_s(self.op, self.service, time.time()),
            0 if is_first else refused_between(self.before, now) / max(at - self.at, 0.001))
        self.before, self.at = now, at
        return measured


# ---- the command ----

def policy_of(args):
    if not 1 <= args.min <= args.max:
        raise Refused("--min and --max: 1 ≤ min ≤ max")
    if not 0 <= args.low_ms < args.high_ms:
        raise Refused("--low-ms must lie below --high-ms: between them nothing is done")
    return scaling.Policy(least=args.min, most=args.max, high_ms=args.high_ms, low_ms=args.low_ms)


def command_of(args, replicas):
    """{beside_twin}: for compose, where one of them is the twin (intake2), which is never scaled."""
    names = {"service": args.service, "replicas": replicas, "beside_twin": max(replicas - 1, 1)}
    return [word.format(**names) for word in shlex.split(args.command_line)]


def remark(args, text):
    print(text, file=sys.stderr if args.commands else sys.stdout, flush=True)


def act(args, replicas, why):
    command = command_of(args, replicas)
    remark(args, "%s: %d (%s): %s" % (args.service, replicas, why, shlex.join(command)))
    if args.commands:
        print(shlex.join(command), flush=True)
    elif args.apply:
        ran = subprocess.run(command, check=False, stdin=subprocess.DEVNULL)
        if ran.returncode != 0:
            print("! %s ended with code %d; it will be tried again" % (command[0], ran.returncode), file=sys.stderr, flush=True)


def shown(m):
    text = lambda value, form: "?" if value is None else form % value
    return "%s bản sao / replicas, p95 %s, chờ lâu nhất / oldest %s, 5xx %.1f/s" % (
        text(m.replicas, "%d"), text(m.latency_ms, "%.0f ms"), text(m.age_s, "%.1f s"), m.refused_per_s)


def autoscale(op, args):
    if args.service not in STORES:
        raise Refused("--service: there is no %s; there are %s" % (args.service, ", ".join(STORES)))
    policy, state, meter, looks = policy_of(args), scaling.State(), Meter(op, args.service), 0
    meter.look()
    while args.times is None or looks < args.times:
        time.sleep(args.every)
        measured = meter.look()
        state, wanted, why = scaling.decide(policy, state, measured)
        remark(args, "%s  %s: %s" % (time.strftime("%H:%M:%S"), shown(measured), why))
        if wanted is not None:
            act(args, wanted, why)
        looks += 1
    return 0
