"""changes — what an operator does while people file without pause: more replicas, fewer, one killed, a new release. No request
fails, and the books balance afterwards."""
import datetime
import os
import signal

import pytest

from crowd import Crowd
from embedded.layout import SERVICES
from embedded.web import wait_for
from project import stopwatch
from test_1_start import started  # noqa: F401

pytestmark = pytest.mark.usefixtures("started")
METRICS = "/var/lib/motcua/metrics"
IN_SERVICE_S = 5


def scale(project, count):
    project.compose("up", "-d", "--no-deps", "--no-recreate", "--scale", "intake=%d" % count, "intake")


def lines(project, container, since):
    """(when, line) of what it wrote, by the engine's clock."""
    log = project.engine.call("docker", "logs", "-t", "--since", since.isoformat(), container["Id"])
    pairs = (line.split(" ", 1) for line in (log.stdout + log.stderr).splitlines())
    return [(datetime.datetime.fromisoformat(at), line) for at, line in pairs]


def in_service_after_s(project, replica, since):
    """From its own word that it is ready to its first answer, as nginx wrote it down; None: it has not answered yet."""
    ready = next((at for at, line in lines(project, replica, since) if '"event":"ready"' in line), None)
    address = '%s:8000"' % next(iter(replica["NetworkSettings"]["Networks"].values()))["IPAddress"]
    answers = (at for at, line in lines(project, project.containers("nginx")[0], ready or since) if address in line)
    return ready and next(((at - ready).total_seconds() for at in answers), None)


def is_ready(project, container):
    return project.engine.call("docker", "exec", container["Id"], "/usr/lib/motcua/ready", check=False).returncode == 0


def test_replicas_come_and_go_without_a_failed_request(project):
    old, since = project.containers("intake"), datetime.datetime.now(datetime.timezone.utc)
    with Crowd(project) as crowd:
        scale(project, 3)
        new = [c for c in project.containers("intake") if c["Id"] != old[0]["Id"]]
        waits = lambda: [in_service_after_s(project, replica, since) for replica in new]
        took = wait_for(lambda: None not in (found := waits()) and found, 60, "two more that serve")
        scale(project, 1)
        wait_for(lambda: len(project.containers("intake")) == 1, 60, "one that is left")
        seen = len(crowd.codes)
        wait_for(lambda: len(crowd.codes) > seen + 10, 60, "more dossiers")
    print("replicas serve %s s after they were ready; %s" % (" and ".join("%.1f" % s for s in took), crowd.told()))
    assert len(took) == 2 and max(took) <= IN_SERVICE_S
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
    scale(project, 1)
    print(crowd.told())
    # What was being uploaded to it has nowhere to go but back to its caller, who goes on where it stopped.
    assert [f for f in crowd.failed if not f.startswith("PATCH /api/intake/uploads/")] == []
    assert len(crowd.failed) <= len(crowd.callers)


def is_again(project, victim):
    now = next((c for c in project.containers("intake") if c["Id"] == victim["Id"]), None)
    return now and now["State"]["StartedAt"] != victim["State"]["StartedAt"] and is_ready(project, now)


def next_release(engine, version, name="next"):
    """Images that differ from this release's in a label: as compose sees it, another release."""
    for image in ("motcua-service", "motcua-tools", "motcua-keeper"):
        engine.docker("build", "-q", "-t", "%s:%s" % (image, name), "-",
                      text="FROM %s:%s\nLABEL release=%s\n" % (image, version, name))


def images(project, *services):
    return {c["Config"]["Image"] for service in services for c in project.containers(service)}


def test_a_new_release_comes_into_service_without_a_failed_request(project, engine):
    next_release(engine, project.release)
    project.settings["MOTCUA_VERSION"] = "next"
    file = project.write_settings()
    with Crowd(project, callers=3) as crowd:
        wait_for(lambda: len(crowd.codes) > 10, 60, "dossiers")
        clock = stopwatch()
        told = engine.call("deploy/bin/upgrade", "--env-file", file, "-p", project.name, seconds=400)
        took_s = clock()
        seen = len(crowd.codes)
        wait_for(lambda: len(crowd.codes) > seen + 10, 60, "more dossiers")
    print("upgrade %.0f s; %s" % (took_s, crowd.told()))
    assert "intake: 1" in told.stdout.splitlines()
    assert images(project, "intake", "intake2", "broker1", "identity") == {"motcua-service:next"}
    assert crowd.failed == []


def test_a_bare_up_to_another_release_fails_no_request(project, engine):
    """What somebody does who has read nothing."""
    next_release(engine, project.release, "another")
    project.settings["MOTCUA_VERSION"] = "another"
    with Crowd(project, callers=3) as crowd:
        wait_for(lambda: len(crowd.codes) > 10, 60, "dossiers")
        clock = stopwatch()
        project.compose("up", "-d", seconds=400)
        took_s = clock()
        seen = len(crowd.codes)
        wait_for(lambda: len(crowd.codes) > seen + 10, 60, "more dossiers")
    print("up -d %.0f s; %s" % (took_s, crowd.told()))
    assert images(project, *SERVICES, *[name + "2" for name in SERVICES], "broker1", "broker2") == {"motcua-service:another"}
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
    proof = keeper("restore", made.strip(), "--prove", "--textfile", METRICS)
    assert "PROVED" in proof.stdout


def test_what_the_night_does_is_told_where_a_node_exporter_reads(project):
    nightly = "import sys; sys.path.insert(0, '/opt/motcua/deploy/setup'); import nightly; nightly.back_up()"
    project.compose("exec", "-T", "backup", "/usr/bin/python3", "-c", nightly, seconds=300)
    told = project.compose("exec", "-T", "backup", "cat", *("%s/motcua_backup_%s_timestamp_seconds.prom" % (METRICS, what)
                                                           for what in ("done", "proved"))).stdout
    assert "motcua_backup_done_timestamp_seconds 1" in told and "motcua_backup_proved_timestamp_seconds 1" in told


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
