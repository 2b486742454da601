"""partition — a service that its store does not hear any more: the store ends its sessions, so their locks are free for
others. The packets are dropped by the kernel, in a network of this test's own."""

import pytest

from ground import Ground, wait_for
from faults.partition import STORE_PORT, Cut, Partition

SESSIONS = "SELECT pid FROM pg_stat_activity WHERE datname = 'motcua_payment' AND backend_type = 'client backend' AND client_port > 0"


@pytest.fixture
def ground():
    fault = Partition()
    why_not = fault.why_not(None)
    if why_not:
        pytest.skip(why_not)
    with Ground([fault]) as ground:
        yield ground


def sessions(ground):
    return set(ground.suite.psql(SESSIONS).split())


def test_sessions_of_a_service_that_is_cut_off_end_although_nobody_says_good_bye(ground):
    before = wait_for(lambda: sessions(ground), what="sessions of payment")
    cut = Cut("payment", STORE_PORT, "both")
    try:
        wait_for(lambda: not before & sessions(ground), 20, "the end of the sessions", pause=0.5)
    finally:
        assert cut.mend() > 0
    wait_for(lambda: ground.process("payment").ready() and len(sessions(ground)) >= len(before), 20, "payment again")
