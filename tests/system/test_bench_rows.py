"""bench rows — the dossiers the bench generates are such as the suite would have left: its own balance says so."""
import os
import sys

import pytest

from lib import ROOT, motcua

sys.path.insert(0, os.path.join(ROOT, "tests", "bench"))
from generate import Filler  # noqa: E402

SERVICES = ("intake", "verification", "payment")


@pytest.fixture(scope="module")
def suite(new_suite):
    suite = new_suite(["postgres", "redis", "broker", *SERVICES])
    Filler(suite.sockets).grow(4000, SERVICES)
    return suite


@pytest.mark.parametrize("equation", ["states", "fees", "owing", "books", "paid"])
def test_what_is_generated_balances(suite, equation):
    answer = motcua(suite, "balance", equation)
    assert answer.returncode == 0, answer.stdout + answer.stderr
