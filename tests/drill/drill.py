#!/usr/bin/python3
"""drill — nothing lost, nothing doubled: starts a suite of its own, lets people use it, breaks one thing after the other, and
holds what everybody was answered against the books of the bank, the national portal and the mailbox.

Prints a certificate (also build/drill/certificate-SEED.txt and .json). Exit code: 0 all faults were injected and no invariant
is broken; 1 something is; 2 wrong use.
"""
import argparse
import os
import random
import signal
import sys
import time

import certificate
import faults
import judges
from ground import ROOT
from run import Run

faults.load_all()
judges.load_all()


def say(text):
    print("%s  %s" % (time.strftime("%H:%M:%S"), text), flush=True)


def parse():
    p = argparse.ArgumentParser(prog="motcua drill", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seed", type=int, default=None, help="the same seed is the same drill; printed when left out")
    p.add_argument("--seconds", type=float, default=None, help="go on killing at random until then; without: each fault once")
    p.add_argument("--fault", action="append", default=[], metavar="F", help="F7 or broker-gone; repeatable, commas too")
    p.add_argument("--quick", action="store_true", help="the short form that make test runs")
    p.add_argument("--list", action="store_true", help="the faults there are")
    p.add_argument("--walkers", type=int, default=4, help="people who take dossiers the whole way (4)")
    p.add_argument("--rate", type=float, default=30, help="dossiers filed per second beside them, come what may (30)")
    p.add_argument("--connections", type=int, default=8, help="connections of that load (8)")
    p.add_argument("--peak", type=int, default=1, metavar="S", help="first, and every 5 minutes, so long as fast as intake can (1)")
    p.add_argument("--hold", type=float, default=None, metavar="S", help="hold every fault so long instead of its own time")
    p.add_argument("--warm", type=float, default=3.0, metavar="S", help="load before the first fault (3)")
    p.add_argument("--out", default=os.path.join(ROOT, "build", "drill"), help="folder of the certificates (build/drill)")
    options = p.parse_args()
    options.seed = random.SystemRandom().randrange(10 ** 6) if options.seed is None else options.seed
    return p, options


def chosen(options):
    words = [word for text in options.fault for word in text.split(",") if word]
    if words:
        return faults.choose(words)
    known = [f for f in faults.KNOWN if f.quick] if options.quick else faults.KNOWN
    return [f for f in known if options.seconds or not f.often]


def suites(kinds):
    """Faults that share a suite; each that wants one alone."""
    together = [f for f in kinds if not f.alone]
    return ([together] if together else []) + [[f] for f in kinds if f.alone]


def drill(options, kinds):
    began, runs = time.monotonic(), []
    say("seed %d, %d faults" % (options.seed, len(kinds)))
    for group in suites(kinds):
        run = Run(options, group, say)
        runs.append((run, run.go()))
    found = certificate.gather(options, runs, time.monotonic() - began)
    path = certificate.write(found, options.out)
    print("\n" + certificate.as_text(found) + path)
    return 0 if found["verdict"] == "holds" else 1


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # its suite ends with it
    parser, options = parse()
    try:
        kinds = chosen(options)
    except ValueError as wrong:
        parser.error(str(wrong))
    if options.list:
        print("\n".join("%-4s %s" % (f.id, f.name) for f in faults.KNOWN))
        return 0
    return drill(options, kinds)


if __name__ == "__main__":
    sys.exit(main())
