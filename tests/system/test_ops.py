"""ops — what the operator's console reaches through nginx: reading and the replay of a dead letter, with the operator's token."""
import pytest

from lib import call, operator, sign_up
from programs import PROGRAMS

NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis"] + PROGRAMS + ["nginx"])


def ask(suite, method, path, token=None):
    return call(method, suite.url("/ops/" + path), token=token)


@pytest.mark.parametrize("program", PROGRAMS)
def test_metrics_and_readiness_are_shown_to_the_operator_only(suite, program):
    for path in ("/metrics", "/readyz", "/operator"):
        assert ask(suite, "GET", program + path, operator(suite)).status == 200
        assert ask(suite, "GET", program + path).status == 401
        assert ask(suite, "GET", program + path, "Operator " + "0" * 64).status == 401


@pytest.mark.parametrize("path", ["admin/outbox", "admin/outbox/intake", "admin/dead", "admin/dead?key=x", "admin/ledgers",
                                  "admin/trace/000.00.01.H07-261127-0001"])
def test_messages_are_shown_to_the_operator_only(suite, path):
    assert ask(suite, "GET", "verification/" + path, operator(suite)).status == 200
    assert ask(suite, "GET", "verification/" + path, sign_up(suite)).status == 401


def test_a_dead_letter_may_be_replayed_and_nothing_else_changed(suite):
    replay = "intake/admin/dead/%s/replay" % NOBODY
    assert ask(suite, "POST", replay, operator(suite)).status == 404  # there is none
    assert ask(suite, "POST", replay).status == 401
    assert ask(suite, "GET", replay, operator(suite)).status == 403
    assert ask(suite, "DELETE", "intake/admin/dead", operator(suite)).status == 403
    for path in ("identity/admin/users", "identity/admin/units", "intake/admin/catalogue", "verification/admin/calendars",
                 "intake/api/intake/procedures", "intake/healthz/../admin/users", "nobody/metrics"):
        assert ask(suite, "POST", path, operator(suite)).status == 404, path
