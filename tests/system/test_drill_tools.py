"""drill_tools — what the drill preloads does what it says, and only when it is told."""
import os
import subprocess
import sys
import time

import pytest
import zmq

from lib import ROOT
from programs import BUILD

sys.path.insert(0, os.path.join(ROOT, "tests", "drill"))
import shared_page as pages  # noqa: E402

FIVE_LINES = """
import os, sys
fd = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
for n in range(5):
    os.write(fd, b'line %d\\n' % n)
    os.write(1, b'said\\n')
"""
FLUSH = "import os, sys; fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT); os.fsync(fd)"
HEAR = """
import sys, time, zmq
socket = zmq.Context().socket(zmq.PULL)
print(socket.bind_to_random_port('tcp://127.0.0.1'), flush=True)
socket.poll()
began = time.monotonic()
for _ in range(3):
    while True:
        try:
            socket.recv(zmq.DONTWAIT, copy=False)
            break
        except zmq.Again:
            pass
print(time.monotonic() - began)
"""
NOW = "import time; a = time.monotonic(); input(); print(time.time(), time.clock_gettime(time.CLOCK_REALTIME), a)"


def python(program, *args, env, **more):
    return subprocess.run(["/usr/bin/python3", "-c", program, *map(str, args)], env={**os.environ, **env}, capture_output=True,
                          text=True, timeout=20, check=False, **more)


@pytest.fixture
def crash(tmp_path):
    return pages.crash_page(BUILD, str(tmp_path / "crash.page"))


@pytest.mark.parametrize("when, left", [(pages.BEFORE, "line 0\nline 1\n"), (pages.HALF, "line 0\nline 1\nlin"),
                                        (pages.AFTER, "line 0\nline 1\nline 2\n")])
def test_a_program_dies_before_in_the_middle_of_or_after_its_third_step(crash, tmp_path, when, left):
    crash["at"], crash["when"] = 3, when
    done = python(FIVE_LINES, tmp_path / "out", env=crash.env())
    assert done.returncode == 137 and (tmp_path / "out").read_text() == left
    assert (crash["deaths"], crash["died_step"], pages.KINDS[crash["died_kind"]]) == (1, 3, "files")


def test_a_program_that_died_once_lives_when_it_is_started_again(crash, tmp_path):
    crash["at"] = 1
    assert python(FIVE_LINES, tmp_path / "out", env=crash.env()).returncode == 137
    assert python(FIVE_LINES, tmp_path / "out", env=crash.env()).returncode == 0
    assert crash["deaths"] == 1


def test_steps_are_counted_by_kind_with_nothing_armed_and_the_log_is_none(crash, tmp_path):
    assert python(FIVE_LINES, tmp_path / "out", env=crash.env()).returncode == 0
    assert (crash["seen"], crash["files"], crash["store"], crash["deaths"]) == (5, 5, 0, 0)


def test_only_the_kinds_that_are_named_are_counted(crash, tmp_path):
    crash["at"], crash["kinds"] = 1, 1 << pages.KINDS.index("bus")
    assert python(FIVE_LINES, tmp_path / "out", env=crash.env()).returncode == 0
    assert crash["seen"] == 0


def test_a_page_that_is_not_there_ends_the_program(crash, tmp_path):
    os.remove(crash.path)
    done = python(FIVE_LINES, tmp_path / "out", env=crash.env())
    assert done.returncode == 78 and "CRASH_PAGE" in done.stderr


def test_a_disk_is_slow_and_stands_still_once(tmp_path):
    disk = pages.disk_page(BUILD, str(tmp_path / "disk.page"))
    disk["flush_us"], disk["stalls"], disk["stall_us"] = 1000, 1, 300000
    began = time.monotonic()
    assert python(FLUSH, tmp_path / "file", env=disk.env()).returncode == 0
    assert time.monotonic() - began > 0.3
    assert python(FLUSH, tmp_path / "file", env=disk.env()).returncode == 0
    assert (disk["flushed"], disk["slowed"], disk["stalled"]) == (2, 2, 1)


def test_a_disk_fails_a_flush(tmp_path):
    disk = pages.disk_page(BUILD, str(tmp_path / "disk.page"))
    disk["fails"] = 1
    assert "Input/output error" in python(FLUSH, tmp_path / "file", env=disk.env()).stderr
    assert python(FLUSH, tmp_path / "file", env=disk.env()).returncode == 0
    assert disk["failed"] == 1


def test_the_wall_clock_jumps_and_the_steady_one_does_not(tmp_path):
    clock = pages.clock_page(BUILD, str(tmp_path / "clock.page"))
    child = subprocess.Popen(["/usr/bin/python3", "-c", NOW], env={**os.environ, **clock.env()}, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    clock["shift_us"] = -300 * 10 ** 6
    told, again, steady = map(float, child.communicate("\n")[0].split())
    assert -301 < told - time.time() < -299 and -301 < again - time.time() < -299
    assert abs(steady - time.monotonic()) < 20 and clock["asked"] > 0


# ---- a listener that takes long for each message ----

BUNDLE_OF_FIVE = b"\x0a\x03abc" * 5 + b"\x72\x02me"  # field 1: an envelope; field 14: its sender
ANSWER = b"\x12\x01x"


@pytest.mark.parametrize("us_per_message, at_least_s, at_most_s", [(20000, 0.2, 2), (0, 0, 0.1)])
def test_a_listener_takes_so_long_for_each_message_of_a_bundle(tmp_path, us_per_message, at_least_s, at_most_s):
    page = pages.slow_page(BUILD, str(tmp_path / "slow.page"))
    page["us_per_message"] = us_per_message
    env = {**os.environ, **page.env(), "LD_PRELOAD": page.preload + ":libzmq.so.5"}  # linked with it, as a service is
    hears = subprocess.Popen(["/usr/bin/python3", "-c", HEAR], env=env, stdout=subprocess.PIPE, text=True)
    socket = zmq.Context.instance().socket(zmq.PUSH)
    socket.connect("tcp://127.0.0.1:" + hears.stdout.readline().strip())
    for frame in (BUNDLE_OF_FIVE, BUNDLE_OF_FIVE, ANSWER):
        socket.send(frame)
    took_s = float(hears.stdout.readline())
    assert hears.wait(20) == 0
    assert at_least_s <= took_s < at_most_s
    assert page["heard"] == (10 if us_per_message else 0)
