"""sample_office — what the tests of balance and backup share: a whole suite with its sample, the people of one office and a
citizen, two dossiers, and what `motcua balance` says of them."""
import contextlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from embedded import sample
from embedded.journey import Office
from embedded.layout import database_of
from embedded.sample import FREE, WITH_FEE
from lib import motcua, wait_for


@pytest.fixture(scope="module")
def office(new_suite):
    suite = new_suite()
    sample.load(suite)
    return Office(suite)


@pytest.fixture(scope="module")
def suite(office):
    return office.suite


def file_two(office):
    """One that is paid for, and one that has just been filed."""
    paid, free = office.file(WITH_FEE), office.file(FREE)
    paid.decide("clerk", "ACCEPT")
    paid.pay_online()
    wait_for(lambda: paid.case()["status"] == 2, 30, "the payment")
    return paid, free


@contextlib.contextmanager
def filing_and_accepting(office, people):
    """So many do nothing else until the end of the block; none of them is refused."""
    busy = threading.Event()
    busy.set()

    def work():
        while busy.is_set():
            office.file(WITH_FEE).decide("clerk", "ACCEPT")

    with ThreadPoolExecutor(people) as pool:
        workers = [pool.submit(work) for _ in range(people)]
        try:
            yield
        finally:
            busy.clear()
        assert [w.result() for w in workers] == [None] * people


class Checked:
    """broken: {(equation, service, key): what is}; in_flight: the equations with something under way."""

    def __init__(self, ran):
        self.code, self.told, self.stderr = ran.returncode, json.loads(ran.stdout), ran.stderr
        self.equations = {e["name"]: e for e in self.told["equations"]}
        self.broken = {(e["name"], b["service"], b["key"]): b for e in self.told["equations"] for b in e["broken"]}
        self.in_flight = {name for name, e in self.equations.items() if e["in_flight"]}
        self.is_settled = self.code == 0 and not self.in_flight


def check(suite, *equations):
    return Checked(motcua(suite, "balance", "--json", "--settle", "0.2", *equations, seconds=300))


def settle(suite, seconds=60):
    """Until it balances and nothing is under way."""
    wait_for(lambda: check(suite).is_settled, seconds, "a balance")


def sql(suite, service, text):
    return suite.psql(text, database=database_of(service))
