#!/usr/bin/python3
"""sample — the sample catalogue, units, calendars and demo accounts into a suite of containers, once; prints the accounts."""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "scripts"))

from embedded import sample  # noqa: E402
from embedded.elsewhere import Elsewhere  # noqa: E402
from embedded.web import wait_for  # noqa: E402
from operator_api import STORES, Operator, Refused  # noqa: E402

WAIT_S = 120


def main():
    config = os.environ["MOTCUA_CONFIG"]
    operator = Operator(config)
    for service in STORES:
        wait_for(lambda name=service: (operator.ready(name) or {}).get("ready"), WAIT_S, "readiness of " + service, pause=0.2)
    suite = Elsewhere("/var/lib/motcua/demo", "http://identity:8000", config=config)
    try:
        sample.load(suite)
    except Refused as why:
        raise SystemExit("sample: %s The sample goes into an empty suite only: docker-compose --profile simulators down -v forgets "
                         "what is there." % why) from None
    sample.print_accounts(suite)


if __name__ == "__main__":
    main()
