"""judges — the invariants of RELIABILITY.md as functions of the evidence. Each says how many things it looked at and which of
them break it; an invariant that had nothing to look at in the whole drill has not held, unless nothing of its kind was asked for."""
import importlib
from typing import NamedTuple

FAMILIES = ["invariants_filing", "invariants_events", "invariants_outside", "invariants_running", "invariants_store"]
JUDGES = []


class Finding(NamedTuple):
    id: str
    title: str
    checked: int
    broken: list  # what breaks it, by name
    note: str = ""
    always: bool = True  # false: only a certain fault gives it something to look at


def judge(number, title, always=True):
    """The function gives (how many it looked at, those that break it) and perhaps a note."""
    def take(function):
        def find(evidence):
            return Finding(number, title, *function(evidence))._replace(always=always)
        JUDGES.append(find)
        return function
    return take


def load_all():
    for family in FAMILIES:
        importlib.import_module(family)


def all_findings(evidence):
    return [find(evidence) for find in JUDGES]
