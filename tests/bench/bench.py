#!/usr/bin/python3
"""bench — the suite, the limit of what it stands on, and a peer, side by side. Prints min, median and max of each ratio, writes
build/bench.json and build/bench.html.

    bench.py full | quick | growth [--only GROUP,…]
"""
import argparse
import importlib
import os
import sys
import time

import page
from ground import BUILD
from lines import Report

GROUPS = {"full": ["idle", "intake", "disk", "replicas", "lookup", "messages", "way"], "quick": ["intake", "lookup", "way"],
          "growth": ["growth"]}
ROUNDS = {"full": (5, 4), "quick": (2, 2), "growth": (3, 5)}  # rounds, seconds of each measurement


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("mode", choices=GROUPS)
    options.add_argument("--only")
    asked = options.parse_args()
    report = Report(os.path.join(BUILD, "bench.json"))
    rounds, seconds = ROUNDS[asked.mode]
    for name in asked.only.split(",") if asked.only else GROUPS[asked.mode]:
        started = time.monotonic()
        importlib.import_module("group_" + name).run(report, rounds, seconds)
        print("%-10s %4.0f s" % (name, time.monotonic() - started), flush=True)
    report.print()
    page.write(os.path.join(BUILD, "bench.html"), report.save(), report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
