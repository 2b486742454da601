"""faults — what can go wrong, one small class each; this file is the contract between them and the drill.

A fault is made for one drill and goes through these, in this order:

    why_not(ground)       why it cannot be injected on this machine; the certificate lists it with this reason
    prepare(ground)       before anything of the suite runs: mount a disk, change what a process will be started with
    inject(ground, rng)   make it happen; every random choice comes from rng, so that a seed tells the whole drill
    (held `seconds`, load goes on; then until has_happened(ground), a minute at most)
    heal(ground)          undo it; the drill then waits until every process is ready, and measures how long that took
    proof()               what shows that it happened ("SIGKILL of pid 17, began again as 42"); "" fails the drill
    clean(ground)         after the suite has ended

What inject has begun heal ends, also when inject failed half-way. A fault with `alone` gets a suite of its own, since it
changes what others stand on (a disk of its own, say). `restarts` names what the judges must know: with "notification" in
it (or "postgres"), a mail that was being sent may come twice, with the same Message-ID; `store_trouble` says when there was no
store, or none that could take anything: how people are answered meanwhile is judged by it. What a fault may use is in ground.py:
kill, hold and release, change and restore a process, psql, the operator's calls, the simulators' dials and ledgers.

A module in this folder is found by itself; @register makes its classes known by id and by name."""
import importlib
import os
import pkgutil
import re
from typing import NamedTuple

KNOWN = []  # classes, in the order of their ids


class StoreTrouble(NamedTuple):
    name: str         # of the fault
    since: float
    until: float
    is_gone: bool     # nothing at all may be promised
    ready_at: float = None  # when it was there again, if that was looked at


class Fault:
    id = ""            # "F7", as in RELIABILITY.md; several classes may share one
    name = ""          # "broker-gone": what --fault takes, and what the certificate says
    seconds = 5.0      # how long it is held
    alone = False      # it needs a suite of its own
    restarts = ()      # processes that die of it, or stand still for longer than others have patience
    store_trouble = None
    portal_limit_s = 0 # how long the portal may lag behind after it, if that is longer than for others
    back_s = ()        # of services that died alone: from their start until they answered 200
    figures = {}       # what it measured, for the certificate
    poison = ()        # ids of the messages that must end as dead letters
    quick = False      # part of the short drill that `make test` runs
    often = False      # what a long drill repeats, and a drill of each fault once leaves out

    def why_not(self, ground):
        return None

    def prepare(self, ground):
        pass

    def inject(self, ground, rng):
        raise NotImplementedError

    def has_happened(self, ground):
        """False while those whom it shall hurt have not come across it."""
        return True

    def heal(self, ground):
        pass

    def proof(self):
        return ""

    def clean(self, ground):
        pass


def register(fault):
    if any(known.name == fault.name for known in KNOWN):
        raise ValueError("two faults are called %s" % fault.name)
    KNOWN.append(fault)
    return fault


def number_of(fault):
    return int(re.sub(r"\D", "", fault.id)), fault.name


def load_all():
    for module in pkgutil.iter_modules([os.path.dirname(os.path.abspath(__file__))]):
        importlib.import_module(__name__ + "." + module.name)
    KNOWN.sort(key=number_of)
    return KNOWN


def choose(words):
    """Classes by id or name; ValueError names what there is."""
    chosen = []
    for word in words:
        found = [f for f in KNOWN if word.lower() in (f.id.lower(), f.name)]
        if not found:
            raise ValueError("there is no fault %s: %s" % (word, ", ".join("%s %s" % (f.id, f.name) for f in KNOWN)))
        chosen += [f for f in found if f not in chosen]
    return sorted(chosen, key=number_of)
