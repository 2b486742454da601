"""changes — what an operator does while people file without pause: more replicas, fewer, one killed, a new release. No request
fails, and the books balance afterwards."""
import os
import signal

import pytest

from crowd import Crowd
from embedded.web import wait_for
from project import stopwatch
from test_1_start import started  # noqa: F401

pytestmark = pytest.mark.usefixtures("started")
IN_SERVICE_S = 5


def scale(project, count):
    project.compose("up", "-d", "--no-deps", "--no-recreate", "--scale", "intake=%d" % count, "intake")


def addresses(project):
    return {net["IPAddress"] for c in project.containers("intake") for net in c["NetworkSettings"]["Networks"].values()}


def serving(project):
    """Replicas that answered lately, as nginx wrote it down."""
    lines = project.engine.docker("logs", "--tail", "60", project.containers("nginx")[0]["Id"]).splitlines()
    return {address for address in addresses(project) if any('"replicas":"%s:8000"' % address in line for line in lines)}


def is_ready(project, container):
    return project.engine.call("docker", "exec", container["Id"], "/usr/lib/motcua/ready", check=False).returncode == 0


def test_replicas_come_and_go_without_a_failed_request(project):
    with Crowd(project) as crowd:
        scale(project, 3)
        wait_for(lambda: all(is_ready(project, c) for c in project.containers("intake")), 60, "three that are ready")
        clock = stopwatch()
        wait_for(lambda: len(serving(project)) == 3, 60, "three that serve", pause=0.1)
        took = clock()
        scale(project, 1)
        wait_for(lambda: len(project.containers("intake")) == 1, 60, "one that is left")
        seen = len(crowd.codes)
        wait_for(lambda: len(crowd.codes) > seen + 10, 60, "more dossiers")
    print("3 replicas serve %.1f s after they were ready; %s" % (took, crowd.told()))
    assert took <= IN_SERVICE_S
    assert crowd.failed == []


def test_a_replica_that_is_killed_is_passed_over_and_comes_again(project):
    scale(project, 2)
    project.wait_healthy("intake", 2)
    victim = project.containers("intake")[0]
    with Crowd(project) as crowd:
        wait_for(lambda: len(crowd.codes) > 10, 60, "dossiers")
        os.kill(victim["State"]["Pid"], signal.SIGKILL)
        wait_for(lambda: is_again(project, victim), 60, "the replica's return")
        seen = len(crowd.codes)
        wait_for(lambda: len(crowd.codes) > seen + 10, 60, "more dossiers")
    print(crowd.told())
    # What was being uploaded to it has nowhere to go but back to its caller, who goes on where it stopped.
    assert [f for f in crowd.failed if not f.startswith("PATCH /api/intake/uploads/")] == []
    assert len(crowd.failed) <= len(crowd.callers)
    scale(project, 1)


def is_again(project, victim):
    now = next((c for c in project.containers("intake") if c["Id"] == victim["Id"]), None)
    return now and now["State"]["StartedAt"] != victim["State"]["StartedAt"] and is_ready(project, now)


def next_release(engine, version):
    """Images that differ from this release's in a label: as compose sees it, another release."""
    for image in ("motcua-service", "motcua-tools", "motcua-keeper"):
        engine.docker("build", "-q", "-t", "%s:next" % image, "-", text="FROM %s:%s\nLABEL release=next\n" % (image, version))


def test_a_new_release_comes_into_service_without_a_failed_request(project, engine):
    next_release(engine, project.release)
    project.settings["MOTCUA_VERSION"] = "next"
    file = project.write_settings()
    with Crowd(project, callers=3) as crowd:
        wait_for(lambda: len(crowd.codes) > 10, 60, "dossiers")
        told = engine.call("deploy/bin/upgrade", "--env-file", file, "-p", project.name, seconds=400)
        seen = len(crowd.codes)
        wait_for(lambda: len(crowd.codes) > seen + 10, 60, "more dossiers")
    print(crowd.told())
    assert "intake: 1" in told.stdout.splitlines()
    assert {c["Config"]["Image"] for s in ("intake", "broker1", "identity") for c in project.containers(s)} == {"motcua-service:next"}
    assert crowd.failed == []


def test_a_release_that_does_not_start_leaves_the_old_one_at_work(project, engine):
    engine.docker("build", "-q", "-t", "motcua-service:broken", "-", text="FROM motcua-service:next\nENTRYPOINT [\"false\"]\n")
    engine.docker("tag", "motcua-tools:next", "motcua-tools:broken")
    before = [c["Id"] for c in project.containers("status-sync")]
    file = project.write_settings(MOTCUA_VERSION="broken")
    told = engine.call("deploy/bin/upgrade", "--env-file", file, "-p", project.name, seconds=400,
                       check=False, more={"PATIENCE_S": "5"})
    assert told.returncode != 0 and "does not become ready" in told.stderr
    assert [c["Id"] for c in project.containers("status-sync")] == before


def test_the_books_balance_after_all_that(project):
    told = project.motcua("balance", "--settle", "5")
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-1000:]


def test_what_was_backed_up_can_be_proved(project):
    keeper = lambda *argv: project.compose("run", "--rm", "--no-deps", "keeper", *argv, seconds=300)
    made = keeper("backup", "--to", "/var/lib/motcua/backups").stdout.strip().splitlines()[-1]
    proof = keeper("restore", made.strip(), "--prove")
    assert "PROVED" in proof.stdout


def test_everything_that_is_gone_comes_back_from_a_backup(project, engine):
    project.compose("run", "--rm", "--no-deps", "keeper", "backup", "--to", "/var/lib/motcua/backups", seconds=300)
    passphrase = os.path.join(project.folder, "passphrase")
    with open(passphrase, "w", encoding="utf-8") as f:
        f.write(project.read("keys", "backup.passphrase"))
    project.compose("down", "-t", "5")
    engine.docker("volume", "rm", *["%s_%s" % (project.name, gone) for gone in ("postgres", "files", "keys", "store", "tls")])
    project.compose("up", "-d", "postgres")
    project.compose("run", "--rm", "databases")
    told = project.compose("run", "--rm", "-v", passphrase + ":/p:ro", "motcua", "restore", "/var/lib/motcua/backups", "--here",
                           "--keys", "--passphrase-file", "/p", seconds=300)
    assert "PROVED" in told.stdout
    project.compose("up", "-d")
    wait_for(lambda: project.motcua("status").returncode == 0, 60, "all ready")
    books = project.motcua("balance", "--settle", "5")
    assert books.returncode == 0, books.stdout[-3000:]
