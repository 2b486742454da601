#!/usr/bin/python3
"""suite — the whole of Motcua on one machine, embedded: a private PostgreSQL and Redis, broker, services, nginx and the
simulators of the outside world, all under one folder, none of it known to the rest of the machine.

    suite.py up [--only NAME,…]   start, load the sample data the first time, print the address; returns when ready
    suite.py down                 end it; the data stay
    suite.py reset                end it and forget the data
    suite.py status               what runs
    suite.py start|stop|restart NAME   one process of a running suite

RUN_DIR (default .run) and PORT (default 8080) let several copies run side by side. A supervisor starts again what dies.
Tests use the class Suite directly.
"""
import argparse
import os
import shutil
import sys
import time

from embedded import sample, supervisor
from embedded.layout import ROOT
from embedded.processes import Process  # noqa: F401
from embedded.suite import Suite


def up(suite, _):
    if not supervisor.pid_of(suite):
        supervisor.end_orphans(suite)
        suite.check_ports()
        suite.prepare()
        outcome = supervisor.start(suite)
        if not outcome["ready"]:
            raise RuntimeError(outcome["why"])
    if not suite.only:
        sample.load(suite)
        tell(suite)


def tell(suite):
    print("Motcua: http://localhost:%d" % suite.port)
    sample.print_accounts(suite)
    print("  mail sink %s   bank %s   national portal %s" % (
        suite.local("MAIL_SIM"), suite.local("GATEWAY_SIM"), suite.local("PORTAL_SIM")))
    print("  %s status | %s trace CODE | make demo | make stop" % ((os.path.join("scripts", "motcua"),) * 2))


def down(suite, _):
    supervisor.stop(suite)


def reset(suite, _):
    supervisor.stop(suite)
    shutil.rmtree(suite.run, ignore_errors=True)
    shutil.rmtree(suite.outside(), ignore_errors=True)


def status(suite, _):
    print("supervisor     %s" % ("runs" if supervisor.pid_of(suite) else "does not run"))
    for process in suite.processes():
        print("%-14s %s" % (process.name, "ready" if process.ready() else "down"))


def switch(suite, args):
    if args.name not in {p.name for p in suite.processes()}:
        raise RuntimeError("there is no process %s: %s" % (args.name, ", ".join(p.name for p in suite.processes())))
    flag = supervisor.stopped_flag(suite, args.name)
    if args.action in ("stop", "restart"):
        open(flag, "w", encoding="utf-8").close()
        while supervisor.pid_of(suite, args.name):
            time.sleep(0.02)
    if args.action in ("start", "restart") and os.path.exists(flag):
        os.remove(flag)


ACTIONS = {"up": up, "down": down, "reset": reset, "status": status, "start": switch, "stop": switch, "restart": switch}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=list(ACTIONS))
    parser.add_argument("name", nargs="?", help="with start, stop, restart: which process")
    parser.add_argument("--only", help="start only these, separated by commas")
    args = parser.parse_args()
    suite = Suite(os.environ.get("RUN_DIR", os.path.join(ROOT, ".run")), int(os.environ.get("PORT", "8080")),
                  os.environ.get("BUILD_DIR"), args.only.split(",") if args.only else None)
    try:
        if args.action not in ("up", "reset") and not os.path.isdir(suite.path("keys")):
            raise RuntimeError("nothing was ever started in %s: make run" % suite.run)
        ACTIONS[args.action](suite, args)
    except RuntimeError as error:
        print("Motcua: %s" % error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
