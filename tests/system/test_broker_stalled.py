"""test_broker_stalled — a broker that cannot keep up for a moment, and a sender that dies in it."""
import contextlib
import ctypes
import os
import time

import pytest
import zmq

from bus import Bus
from embedded.suite import is_running

PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT, WAIT_ALL = 17, 0x4206, 0x4207, 0x40000000
TWO_BEATS_S = 2.5  # a heartbeat of libzmq a second: the first learns that the peer is gone


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["broker"])


@contextlib.contextmanager
def main_thread_stopped(pid):
    """What a slow disk under its log does to a program: its I/O threads go on."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    assert libc.ptrace(PTRACE_SEIZE, pid, None, None) == 0, os.strerror(ctypes.get_errno())
    assert libc.ptrace(PTRACE_INTERRUPT, pid, None, None) == 0
    os.waitpid(pid, WAIT_ALL)
    yield
    libc.ptrace(PTRACE_DETACH, pid, None, None)


def fill_queues(bus):
    with contextlib.suppress(zmq.Again):  # nothing was taken for as long as the socket's own limit
        while True:
            bus.socket.send(b"x" * 300)


def test_the_broker_outlives_a_sender_that_goes_while_its_queue_is_full(suite):
    pid = suite.children["broker"][1].pid
    sender = Bus(suite, "identity")
    assert sender.connect()
    with main_thread_stopped(pid):
        fill_queues(sender)
        sender.socket.close(linger=0)
        until = time.monotonic() + TWO_BEATS_S
        while is_running(pid) and time.monotonic() < until:
            time.sleep(0.02)
    assert is_running(pid)
    with Bus(suite, "identity") as later:
        assert later.connect()
