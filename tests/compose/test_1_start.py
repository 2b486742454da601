"""start — from nothing to a dossier that the national portal has, what that costs, and what a container may do."""
import os
import subprocess

import pytest

from embedded.journey import Office
from embedded.layout import SERVICES
from embedded.sample import FREE
from embedded.web import wait_for
from engine import ROOT
from project import stopwatch

FIRST_SYNCED_S, MEMORY_MIB, IMAGE_BYTES = 60, 2048, 120_000_000
SERVING = ["broker1", "broker2", *SERVICES, *[name + "2" for name in SERVICES], "nginx", "postgres", "redis"]


@pytest.fixture(scope="session")
def started(project):
    """Seconds until each of the steps was done."""
    clock, steps = stopwatch(), {}
    project.compose("up", "-d")
    steps["compose up has returned"] = clock()
    project.learn()
    steps["sample data are in"] = clock()
    dossier = Office(project.suite).file(FREE)
    steps["a dossier is accepted"] = clock()
    try:
        wait_for(dossier.at_the_portal, 60, "the dossier at the portal")
    except AssertionError as late:
        raise AssertionError("%s\n%s" % (late, project.motcua("trace", dossier.code).stdout)) from None
    steps["the national portal has it"] = clock()
    return steps


def test_the_first_dossier_is_synced_within_a_minute(started):
    for step, seconds in started.items():
        print("%6.1f s  %s" % (seconds, step))
    assert started["the national portal has it"] <= FIRST_SYNCED_S


def test_everything_together_takes_at_most_two_gigabytes(started, project):
    held = project.memory_mib()
    for name, mib in sorted(held.items(), key=lambda item: -item[1]):
        print("%8.1f MiB  %s" % (mib, name))
    print("%8.1f MiB  together" % sum(held.values()))
    assert sum(held.values()) <= MEMORY_MIB


def test_the_demo_walks_all_ten_states_from_outside(started, project):
    env = {**os.environ, "RUN_DIR": project.folder, "MOTCUA_URL": project.base, "MOTCUA_SIM_PORTS": project.settings["SIM_PORTS"]}
    done = subprocess.run(["make", "-s", "demo", "RUN_DIR=" + project.folder], cwd=ROOT, env=env, capture_output=True, text=True,
                          check=False, timeout=300)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "all ten states were walked" in done.stdout


def test_the_operators_command_finds_everybody_ready_and_everybodys_twin(started, project):
    told = project.motcua("status")
    assert told.returncode == 0, told.stdout + told.stderr
    rows = [line.split()[:3] for line in told.stdout.splitlines()]
    assert [name for name in ["broker", *SERVICES] if [name, "ready", "2"] not in rows] == [], told.stdout


@pytest.mark.parametrize("service", SERVING)
def test_a_container_is_closed(started, project, service):
    project.wait_healthy(service, 1)
    container = project.containers(service)[0]
    host = container["HostConfig"]
    assert container["Config"]["User"].split(":")[0] not in ("", "0", "root")
    assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and host["Memory"] > 0
    assert any(option.startswith("no-new-privileges") for option in host["SecurityOpt"])
    assert host["RestartPolicy"]["Name"] == "unless-stopped"
    published = [p for ports in (container["NetworkSettings"]["Ports"] or {}).values() for p in ports or []]
    assert bool(published) == (service == "nginx")


def test_the_image_of_the_services_is_small_and_has_no_compiler(started, project, engine):
    image = "motcua-service:" + project.release
    size = int(engine.docker("image", "inspect", "-f", "{{.Size}}", image))
    print("%.1f MB" % (size / 1e6))
    assert size <= IMAGE_BYTES
    found = engine.docker("run", "--rm", "--entrypoint", "sh", image, "-c", "command -v cc gcc clang ld as make python3; true")
    assert found == ""


@pytest.mark.parametrize("variable, value", [("POSTGRES_PASSWORD", "postgres"), ("GATEWAY_SECRET", "changeme123"),
                                             ("PORTAL_PASSWORD", "Motcua@123"), ("SMTP_PASSWORD", "elevenchars")])
def test_a_secret_that_everybody_knows_is_refused_by_name(started, project, variable, value):
    told = project.compose("run", "--rm", "--no-deps", "-e", "%s=%s" % (variable, value), "secrets", check=False)
    assert told.returncode != 0 and variable in told.stderr and value not in told.stderr


def test_a_second_start_changes_no_secret(started, project):
    before = project.read("keys", "pgpass")
    project.compose("up", "--no-deps", "secrets")
    assert before and project.read("keys", "pgpass") == before
