"""judges — the invariants of RELIABILITY.md as functions of the evidence. Each says how many things it looked at and which of
them break it; an invariant that had nothing to look at has not held."""
import importlib
from typing import NamedTuple

FAMILIES = ["invariants_filing", "invariants_events", "invariants_outside", "invariants_running"]
JUDGES = []


class Finding(NamedTuple):
    id: str
    title: str
    checked: int
    broken: list  # what breaks it, by name
    note: str = ""

    @property
    def holds(self):
        return self.checked > 0 and not self.broken


def judge(number, title):
    """The function gives (how many it looked at, those that break it) and perhaps a note."""
    def take(function):
        def find(evidence):
            return Finding(number, title, *function(evidence))
        JUDGES.append(find)
        return function
    return take


def all_findings(evidence):
    for family in FAMILIES:
        importlib.import_module(family)
    return [find(evidence) for find in JUDGES]
