"""The drill in short: with the suite as it is nothing is lost and nothing doubled; with listeners that acknowledge before they
commit the same drill says so; and what cannot be judged is not called good."""
import json
import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("BUILD_DIR") or "build"


def drill(*options, build=BUILD):
    """Exit code, certificate, what was printed."""
    ran = subprocess.run([sys.executable, os.path.join(HERE, "drill.py"), "--out", out_folder(build), *options], check=False,
                         capture_output=True, text=True, timeout=600, env={**os.environ, "BUILD_DIR": build})
    return ran.returncode, certificate(build), ran.stdout + ran.stderr


def out_folder(build):
    return os.path.join(ROOT, build, "drill-test")


def certificate(build):
    with open(os.path.join(out_folder(build), "certificate-7.json"), encoding="utf-8") as f:
        return json.load(f)


def broken(found):
    return {i["id"]: i["broken"] for i in found["invariants"] if i["broken"]}


@pytest.fixture(scope="module", autouse=True)
def built():
    subprocess.run(["make", "-s", "VARIANT=" + BUILD.partition("build/")[2], "lossy"], cwd=ROOT, check=True)


def test_after_the_quick_drill_nothing_is_lost_and_nothing_doubled():
    code, found, printed = drill("--quick", "--seed", "7", "--hold", "5")
    assert (code, found["verdict"]) == (0, "holds"), printed
    assert len(found["faults"]) >= 4 and all(f["proof"] for f in found["faults"])
    checked = {i["id"]: i["checked"] for i in found["invariants"]}
    assert checked["I1"] > 100 and checked["I7"] > 1 and checked["I9"] > 100


def test_listeners_that_acknowledge_before_they_commit_are_found_out():
    code, found, printed = drill("--fault", "kill-hands-full", "--seed", "7", "--walkers", "0", "--peak", "0",
                                 build=BUILD + "/lossy")
    assert (code, found["verdict"]) == (1, "broken"), printed
    assert {"I4", "I5"} <= set(broken(found)), printed
    assert not {"I1", "I2"} & set(broken(found)), printed  # intake itself loses nothing


def test_a_fault_that_does_not_exist_is_named():
    ran = subprocess.run([sys.executable, os.path.join(HERE, "drill.py"), "--fault", "earthquake"], capture_output=True,
                         text=True, check=False)
    assert ran.returncode == 2 and "there is no fault earthquake" in ran.stderr and "broker-gone" in ran.stderr
