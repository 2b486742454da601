"""dead_letters — messages that could not be applied: by cause, and what a replay would do or has done."""
import hashlib
import re
import time
import urllib.parse

from operator_api import STORES, Refused, Unreachable

FIRST = "00000000-0000-0000-0000-000000000000"
SAMPLES = 3
WORDS = {"applied": "applied", "applied_before": "had been applied before: nothing was done",
         "nothing_to_change": "nothing to change: something newer is known", "fails": "fails"}

# What differs between two letters that died of the same: ids, codes, what is quoted, numbers.
VARIABLE = [(re.compile(pattern), instead) for pattern, instead in (
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<id>"),
    (r"\b[0-9A-Z]+(\.[0-9A-Z]+)+(-\d{6}-\d+)?\b", "<code>"),
    (r"\b(?=\w*\d)[0-9a-f]{16,}\b", "<hash>"),
    (r"\d+", "<n>"))]


def cause_of(letter):
    """The reason without what is only this letter's."""
    reason = letter["reason"].replace(letter["key"], "<key>") if letter["key"] else letter["reason"]
    for pattern, instead in VARIABLE:
        reason = pattern.sub(instead, reason)
    return reason


def cluster_of(service, letter):
    cause = "|".join([service, letter["type"], letter["code"], cause_of(letter)])
    return hashlib.sha256(cause.encode()).hexdigest()[:8]


def waiting(op, away):
    """(service, letter) of each that waits, by service and age; services that do not answer are added to away."""
    for service in STORES:
        after = FIRST
        try:
            while True:
                page = op.call(service, "/admin/dead?after=" + after)["dead_letters"]
                yield from ((service, letter) for letter in page)
                if not page:
                    break
                after = page[-1]["id"]
        except Unreachable as error:
            away.append(str(error))


def clusters(op, away):
    """{cluster: what is common to its letters, count, first and last time, some ids}."""
    found = {}
    for service, letter in waiting(op, away):
        c = found.setdefault(cluster_of(service, letter), {
            "service": service, "type": letter["type"], "code": letter["code"], "cause": cause_of(letter), "count": 0,
            "first_ms": letter["died_at_ms"], "last_ms": 0, "samples": []})
        c["count"] += 1
        c["first_ms"], c["last_ms"] = min(c["first_ms"], letter["died_at_ms"]), max(c["last_ms"], letter["died_at_ms"])
        if len(c["samples"]) < SAMPLES:
            c["samples"].append(letter["id"])
    return found


def find(op, letter_id):
    missing = []
    for service in STORES:
        try:
            return service, op.call(service, "/admin/dead/" + urllib.parse.quote(letter_id, safe=""))
        except Refused:
            continue
        except Unreachable:
            missing.append(service)
    raise Refused("no service has a dead letter %s%s" % (
        letter_id, "; not asked, because they do not answer: " + ", ".join(missing) if missing else ""))


def chosen(op, letter_id, cluster, away):
    """(service, letter) of one, of a cluster, or of all."""
    if letter_id:
        return iter([find(op, letter_id)])
    return ((s, letter) for s, letter in waiting(op, away) if not cluster or cluster_of(s, letter) == cluster)


def replay(op, service, letter_id, dry_run):
    """What the service says; {"outcome": "fails", "why": …} if it could not."""
    path = "/admin/dead/" + letter_id
    try:
        return op.call(service, path + "/rehearsal") if dry_run else op.call(service, path + "/replay", "POST", b"")
    except Refused as error:
        return {"outcome": "fails", "why": " ".join(str(error).split())}


def paced(things, rate):
    """The things, at most `rate` of them a second."""
    began = time.monotonic()
    for n, thing in enumerate(things):
        time.sleep(max(0.0, began + n / rate - time.monotonic()))
        yield thing


def told(answer, dry_run):
    """One line on what became of a letter, or would."""
    if answer["outcome"] == "fails":
        return "%s: %s" % ("would fail again" if dry_run else "failed again", answer["why"])
    if dry_run and answer["outcome"] == "applied":
        return "would be applied: " + ", ".join(
            "%s %s" % (table, " ".join("%s%d" % (sign, n[what]) for sign, what in (("+", "inserted"), ("~", "updated"), ("-", "deleted"))
                                       if n[what])) for table, n in sorted(answer["writes"].items()))
    return WORDS[answer["outcome"]]
