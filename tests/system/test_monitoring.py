"""monitoring — deploy/monitoring and deploy/systemd: Prometheus takes the configuration, each alert fires on what it is for and has
a test, every metric that alerts and the dashboard name is one the services have; systemd takes the units, closed as they are."""
import glob
import json
import os
import re
import shutil
import subprocess

import pytest
import yaml

from embedded import sample
from embedded.layout import SERVICES
from lib import ROOT, call, motcua, wait_for

MONITORING, SYSTEMD = (os.path.join(ROOT, "deploy", name) for name in ("monitoring", "systemd"))
TESTS = ["alerts_test.yml", "alerts_slow_test.yml"]
OTHERS = {"motcua_backup_done_timestamp_seconds", "motcua_backup_proved_timestamp_seconds"}  # of motcua backup --textfile
OF_A_PROCESS = {"motcua_outbox_flights", "motcua_live_streams"}
EXPOSURE_MOST = "20"  # of systemd-analyze security, in tenths


def read(name):
    with open(os.path.join(MONITORING, name), encoding="utf-8") as f:
        return f.read()


def alerts():
    return yaml.safe_load(read("alerts.yml"))["groups"][0]["rules"]


def expressions():
    """Of the dashboard and the alerts."""
    dashboard = [t["expr"] for p in json.loads(read("dashboard.json"))["panels"] for t in p["targets"]]
    return dashboard + [a["expr"] for a in alerts()]


def promtool(*args):
    ran = subprocess.run(["promtool", *args], cwd=MONITORING, capture_output=True, text=True, check=False, timeout=600)
    assert ran.returncode == 0, ran
    return ran.stdout


# ---- Prometheus ----

def test_prometheus_takes_the_configuration_and_the_rules():
    assert "1 rule files found" in promtool("check", "config", "prometheus.yml")
    assert "%d rules found" % len(alerts()) in promtool("check", "rules", "alerts.yml")


def test_each_alert_fires_on_what_it_is_for_and_keeps_quiet_beside_it():
    assert "SUCCESS" in promtool("test", "rules", *TESTS)


def test_each_alert_has_both_tests_and_says_what_to_do():
    tests = [t for file in TESTS for t in yaml.safe_load(read(file))["tests"]]
    tried = [(e["expr"], bool(e["exp_samples"])) for t in tests for e in t["promql_expr_test"]]
    wanted = {('ALERTS{alertname="%s",alertstate="firing"}' % a["alert"], fires) for a in alerts() for fires in (True, False)}
    assert set(tried) == wanted
    assert all(a["annotations"]["summary"].count(" / ") >= 1 and a["annotations"]["action"] for a in alerts())


def test_every_service_is_scraped():
    names = yaml.safe_load(read("prometheus.yml"))["scrape_configs"][0]["dns_sd_configs"][0]["names"]
    assert names == ["broker"] + SERVICES


# ---- the metrics there are ----

def names_in(text):
    return {re.sub("_(bucket|sum|count)$", "", name) for name in re.findall(r"\bmotcua_[a-z_]+\b", text)}


@pytest.fixture(scope="module")
def suite(new_suite):
    suite = new_suite()
    sample.load(suite)
    return suite


def metrics_of(suite):
    """{name: its lines} of all programs, once the ledgers were walked."""
    text = "".join(call("GET", suite.admin_url(s) + "/metrics").body.decode() for s in ["broker"] + SERVICES)
    return set(re.findall(r"(?m)^# TYPE (\S+)", text)), text


def test_whatever_alerts_and_the_dashboard_name_is_there(suite):
    wait_for(lambda: {"motcua_balanced", "motcua_balanced_age_seconds"} <= metrics_of(suite)[0], 60, "a walk")
    there, _ = metrics_of(suite)
    named = names_in(" ".join(expressions())) - {"motcua"}
    assert len(named) > 20 and named - OTHERS <= there, named - there


def test_labels_that_alerts_and_the_dashboard_add_up_by_are_there(suite):
    _, text = metrics_of(suite)
    for name, label in (("motcua_http_seconds_bucket", 'method="POST"'), ("motcua_outbox_flights", 'destination="'),
                        ("motcua_jobs_failed_total", 'kind="'), ("motcua_db_seconds_bucket", 'statement="'),
                        ("motcua_payment_attempts", 'state="')):
        assert re.search(r"(?m)^%s\{[^}]*%s" % (name, label), text), (name, label)


def test_what_every_replica_reads_from_the_same_store_is_not_added_up(suite):
    """Of a queue of ten mails two replicas tell ten each."""
    _, text = metrics_of(suite)
    gauges = set(re.findall(r"(?m)^# TYPE (\S+) gauge", text)) - OF_A_PROCESS
    used = [(name, expr) for expr in expressions() for name in names_in(expr) & gauges]
    assert len(used) > 10
    assert [u for u in used if not re.match(r"(max|min)( by \([a-z, ]+\) )?\(%s\)" % u[0], u[1])] == []


def test_autoscale_reads_what_a_real_service_says(suite):
    """The sample data were commands to identity: each is counted."""
    ran = motcua(suite, "autoscale", "--service", "identity", "--every", "0.1", "--times", "1")
    assert ran.returncode == 0 and "1 bản sao / replicas, p95 0 ms" in ran.stdout and "?" not in ran.stdout, ran
    import autoscale
    counters = autoscale.counters_of(suite.admin_url("identity"))
    assert counters.buckets[float("inf")] >= 10 and counters.refused == 0


def test_a_backup_tells_the_node_exporter_when_it_was_made(suite, tmp_path):
    before = os.umask(0o077)  # as the systemd unit has it
    try:
        ran = motcua(suite, "backup", "--to", str(tmp_path / "to"), "--textfile", str(tmp_path), seconds=300)
    finally:
        os.umask(before)
    assert (tmp_path / "motcua_backup_done_timestamp_seconds.prom").stat().st_mode & 0o777 == 0o644
    told = (tmp_path / "motcua_backup_done_timestamp_seconds.prom").read_text()
    assert ran.returncode == 0 and re.search(r"(?m)^motcua_backup_done_timestamp_seconds \d{10}$", told)


# ---- systemd ----

@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """A root with systemd's own units, ours and our programs."""
    root = tmp_path_factory.mktemp("root")
    shutil.copytree("/lib/systemd/system", root / "lib/systemd/system", symlinks=True)
    for folder in ("usr/lib/motcua/scripts", "etc/systemd/system"):
        os.makedirs(root / folder)
    for program in ["broker"] + SERVICES:
        shutil.copy(os.path.join(ROOT, os.environ.get("BUILD_DIR", "build"), program), root / "usr/lib/motcua")
    shutil.copy(os.path.join(ROOT, "scripts", "motcua"), root / "usr/lib/motcua/scripts")
    for unit in glob.glob(os.path.join(SYSTEMD, "*")):
        shutil.copy(unit, root / "etc/systemd/system")
    return root


UNITS = ["motcua@%s.service" % s for s in ["broker"] + SERVICES] + ["motcua.target", "motcua-backup.service", "motcua-backup.timer"]


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_takes_the_unit(machine, unit):
    ran = subprocess.run(["systemd-analyze", "verify", "--man=no", "--root=%s" % machine, unit], capture_output=True, text=True,
                         check=False, timeout=120)
    ours = [line for line in ran.stderr.splitlines() if "motcua" in line]
    assert ran.returncode == 0 and ours == [], ran


@pytest.mark.parametrize("unit", ["motcua@.service", "motcua-backup.service"])
def test_a_unit_may_do_little(tmp_path, unit):
    instance = tmp_path / unit.replace("@.", "@intake.")
    shutil.copy(os.path.join(SYSTEMD, unit), instance)
    ran = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=" + EXPOSURE_MOST, str(instance)],
                         capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stdout[-300:]
