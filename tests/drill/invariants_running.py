"""invariants_running — how the suite behaved meanwhile: I10, I12, I14, and that clients came to their end."""
from judges import judge
from watch import limit_kib

RESTART_LIMIT_S = 15.0


@judge("I10", "no program grew by more than 64 MiB (identity: and the two passwords it hashes at once)")
def memory(e):
    watch = e.run.watch
    broken = ["%s: %.0f MiB, idle %.0f (%s)" % (name, kib / 1024, watch.idle[name] / 1024, when)
              for name, (kib, when) in watch.most.items() if kib - watch.idle[name] > limit_kib(name)]
    grown = ["%s +%.0f" % (name, (kib - watch.idle[name]) / 1024) for name, (kib, _) in watch.most.items()]
    return watch.looks, broken, "MiB: " + ", ".join(grown)


@judge("I12", "no lies under failure: no 201 while the store was gone, no answer of 500")
def no_lies(e):
    broken = ["%s %s: 500" % (a["method"], a["path"]) for a in e.answers if a["status"] == 500]
    for name, since, until in e.run.store_gone:
        broken += ["%s %s: 201 during %s" % (a["method"], a["path"], name) for a in e.answers
                   if a["status"] == 201 and since < a["at"] - a["ms"] / 1000 and a["at"] < until]
    broken += ["the load: 500, %d times" % e.load_statuses["500"]] if e.load_statuses["500"] else []
    return len(e.answers) + sum(e.load_statuses.values()), broken


@judge("I13", "intake accepts at least 0.9 of its own rate with broker, Redis and all listeners dead", always=False)
def decoupled(e):
    figures = [f["figures"] for f in e.run.injected if f["figures"]]
    broken = ["%(dead_per_s)d a second instead of %(alive_per_s)d" % f for f in figures if f["ratio"] < 0.9]
    return len(figures), broken, "; ".join("%(dead_per_s)d instead of %(alive_per_s)d dossiers a second; %(drained_messages_per_s)d "
                                           "messages a second worked off after it (I15)" % f for f in figures)


@judge("I14", "after every fault all is ready again within %d s of PostgreSQL" % RESTART_LIMIT_S)
def ready_again(e):
    broken = ["%s %s: %.1f s" % (f["id"], f["name"], f["ready_s"]) for f in e.run.injected if f["ready_s"] > RESTART_LIMIT_S]
    return len(e.run.injected), broken, "longest %.1f s" % max((f["ready_s"] for f in e.run.injected), default=0)


@judge("walks", "every client came to its end")
def walks(e):
    return len(e.walked), list(e.run.troubles)
