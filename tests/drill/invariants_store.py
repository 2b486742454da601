"""invariants_store — what people are told while the store is gone or full, and after it: I12 and I14. The load's journal has the
times; it asks intake itself, so nothing stands between."""
import statistics

from judges import judge

RESTART_LIMIT_S, AGAIN_S = 15.0, 0.5
TOLD_S, HANG_S, BACK_S = 1.0, 2.0, 1.0


@judge("I12", "no lies under failure: no 500; while the store is gone no 201, but 503 with Retry-After in 1 s (p99), and no hang over 2 s")
def no_lies(e):
    broken = ["%s %s: 500" % (a["method"], a["path"]) for a in e.answers if a["status"] == 500]
    broken += ["the load, key %s: 500" % x.key for x in e.load if x.status == 500]
    notes = []
    for trouble in e.run.store_troubles:
        broken += lies_during(e, trouble) if trouble.is_gone else []
        answers = [x for x in e.load if x.asked < trouble.until and x.at > trouble.since]
        broken += delays(trouble, answers)
        notes += [told(e, trouble, answers)]
    return len(e.answers) + len(e.load), broken, "; ".join(notes)


def lies_during(e, trouble):
    """Asked and answered with a promise within it: by people, and by the load."""
    inside = lambda asked, at: trouble.since < asked and at < trouble.until
    return ["%s %s: 201 during %s" % (a["method"], a["path"], trouble.name) for a in e.answers
            if a["status"] == 201 and inside(a["at"] - a["ms"] / 1000, a["at"])] + [
        "the load, key %s: 201 during %s" % (x.key, trouble.name) for x in e.load if x.status == 201 and inside(x.asked, x.at)]


def waited(trouble, x):
    """Within it: who had asked before waits from its beginning on, who is answered after it until its end."""
    return min(x.at, trouble.until) - max(x.asked, trouble.since)


def told_s(trouble, answers):
    """p99 of the time until somebody knew."""
    times = sorted(waited(trouble, x) for x in answers if x.status == 503)
    return times[int(len(times) * 0.99)] if times else 0.0


def delays(trouble, answers):
    p99 = told_s(trouble, answers)
    return ["%s: p99 of the answers 503 is %.2f s" % (trouble.name, p99)] * (p99 > TOLD_S) + [
        "%s: key %s, 503 without Retry-After" % (trouble.name, x.key) for x in answers if x.status == 503 and x.later == "-"] + [
        "%s: key %s waited %.1f s" % (trouble.name, x.key, waited(trouble, x)) for x in answers if waited(trouble, x) > HANG_S]


def told(e, trouble, answers):
    longest = max((waited(trouble, x) for x in answers), default=0)
    return "%s: %d of %d requests heard 503, p99 %.0f ms, the longest wait %.0f ms%s" % (
        trouble.name, sum(x.status == 503 for x in answers), len(answers), told_s(trouble, answers) * 1e3, longest * 1e3,
        "" if back_s(e, trouble) is None else "; first 201 %.2f s after the store was ready" % back_s(e, trouble))


def back_s(e, trouble):
    """From when the store was ready until the load's first 201; None: nobody looked, or nobody asked at that moment."""
    ready_at = trouble.ready_at
    if not ready_at or not any(ready_at - 0.5 < x.asked < ready_at + 0.5 for x in e.load):
        return None
    return min((x.at for x in e.load if x.status == 201 and x.at > trouble.until), default=float("inf")) - ready_at


@judge("I14", "a killed service answers again %.1f s after its start (median); after every fault all is ready within %d s of PostgreSQL, "
              "and the next 201 comes within %d s" % (AGAIN_S, RESTART_LIMIT_S, BACK_S))
def ready_again(e):
    broken = ["%s %s: %.1f s" % (f["id"], f["name"], f["ready_s"]) for f in e.run.injected if f["ready_s"] > RESTART_LIMIT_S]
    broken += ["%s: first 201 only %.2f s after the store was ready" % (t.name, back_s(e, t)) for t in e.run.store_troubles
               if (back_s(e, t) or 0) > BACK_S]
    again_s = statistics.median(e.run.back_s or [0])
    broken += ["killed services answer again only after %.2f s" % again_s] * (again_s > AGAIN_S)
    return len(e.run.injected), broken, "all ready after at most %.1f s; %d services that were killed: %.2f s (median), %.2f s (longest)" % (
        max((f["ready_s"] for f in e.run.injected), default=0), len(e.run.back_s), again_s, max(e.run.back_s, default=0))
