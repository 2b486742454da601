"""invariants_running — how the suite behaved meanwhile: I10, I13, and that clients came to their end."""
from judges import judge
from watch import LIMIT_KIB


@judge("I10", "no program grew by more than 64 MiB at any time")
def memory(e):
    watch = e.run.watch
    broken = ["%s: %.0f MiB, idle %.0f (%s)" % (name, kib / 1024, watch.idle[name] / 1024, when)
              for name, (kib, when) in watch.most.items() if kib - watch.idle[name] > LIMIT_KIB]
    grown = ["%s +%.0f" % (name, (kib - watch.idle[name]) / 1024) for name, (kib, _) in watch.most.items()]
    return watch.looks, broken, "MiB: " + ", ".join(grown)


@judge("I13", "intake accepts at least 0.9 of its own rate with broker, Redis and all listeners dead", always=False)
def decoupled(e):
    figures = [f["figures"] for f in e.run.injected if f["figures"]]
    broken = ["%(dead_per_s)d a second instead of %(alive_per_s)d" % f for f in figures if f["ratio"] < 0.9]
    return len(figures), broken, "; ".join("%(dead_per_s)d instead of %(alive_per_s)d dossiers a second" % f for f in figures)


@judge("I15", "the backlog is worked off with at least 2 messages a second for each dossier a second that intake takes at its peak",
       always=False)
def worked_off(e):
    figures = [f["figures"] for f in e.run.injected if f["figures"]]
    broken = ["%(drained_messages_per_s)d messages a second, the peak is %(alive_per_s)d dossiers" % f for f in figures
              if f["drained_ratio"] < 2]
    return len(figures), broken, "; ".join("%(drained_messages_per_s)d messages a second, %(drained_ratio).2f for each dossier of the "
                                           "peak, which is %(messages_each).1f messages" % f for f in figures)


@judge("walks", "every client came to its end")
def walks(e):
    return len(e.walked), list(e.run.troubles)
