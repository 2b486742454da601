"""deploy — what of the containers can be shown without an engine: secrets that are made once and refused when known, every service
in the compose file, and the same file as a swarm's stack."""
import os
import stat
import subprocess
import sys

import pytest
import yaml

from embedded.layout import SERVICES, database_of
from lib import ROOT
from programs import BUILD

SECRETS = os.path.join(ROOT, "deploy", "setup", "make_secrets.py")


@pytest.fixture
def state(tmp_path):
    for name in ("keys", "store", "tls"):
        (tmp_path / name).mkdir()
    return tmp_path


def make(state, **said):
    env = {**os.environ, "MOTCUA_STATE": str(state), "MOTCUA_PROGRAMS": BUILD, "PUBLIC_URL": "https://mot.example.vn", **said}
    return subprocess.run([sys.executable, SECRETS], capture_output=True, text=True, check=False, env=env)


def contents(state):
    return {str(p.relative_to(state)): p.read_bytes() for p in state.rglob("*") if p.is_file()}


def test_the_first_start_makes_every_secret_and_a_second_one_none(state):
    first = make(state)
    made = contents(state)
    assert first.returncode == 0 and "self-signed" in first.stderr
    for service in SERVICES:
        assert "keys/%s.secret" % service in made
        assert "*:*:*:%s:" % database_of(service) in made["keys/pgpass"].decode()
    assert stat.S_IMODE((state / "keys" / "pgpass").stat().st_mode) == 0o600
    second = make(state)
    assert second.returncode == 0 and second.stderr == "" and contents(state) == made


@pytest.mark.parametrize("variable, value", [
    ("POSTGRES_PASSWORD", "postgres"), ("POSTGRES_PASSWORD", "Postgres12345"), ("GATEWAY_SECRET", "changeme"),
    ("PORTAL_PASSWORD", "Motcua@123456"), ("SMTP_PASSWORD", "elevenchars"), ("PORTAL_PUSH_KEY", "aaaaaaaaaaaaaaaaaaaa")])
def test_a_secret_that_is_known_or_short_is_refused_by_name_and_not_shown(state, variable, value):
    refused = make(state, **{variable: value})
    assert refused.returncode != 0 and variable in refused.stderr and value not in refused.stderr
    assert not (state / "keys" / "complete").exists()


def test_a_secret_that_is_said_takes_the_place_of_the_one_there(state):
    make(state)
    assert make(state, GATEWAY_SECRET="mot-bi-mat-du-dai-va-la").returncode == 0
    assert (state / "keys" / "gateway.secret").read_text().strip() == "mot-bi-mat-du-dai-va-la"
    assert make(state).returncode == 0
    assert (state / "keys" / "gateway.secret").read_text().strip() == "mot-bi-mat-du-dai-va-la"


def test_a_certificate_that_is_there_stays(state):
    for name in ("fullchain.pem", "privkey.pem"):
        (state / "tls" / name).write_text("the province's own\n")
    assert make(state).stderr == ""
    assert (state / "tls" / "fullchain.pem").read_text() == "the province's own\n"


def compose_file():
    with open(os.path.join(ROOT, "docker-compose.yml"), encoding="utf-8") as f:
        return yaml.safe_load(f)


def test_every_service_is_in_the_compose_file():
    services = compose_file()["services"]
    assert [s for s in SERVICES if services.get(s, {}).get("command") != [s]] == []


def test_both_brokers_are_found_by_the_name_that_nginx_prometheus_and_the_operator_ask_for():
    brokers = {name: s["networks"]["default"]["aliases"] for name, s in compose_file()["services"].items() if s.get("command") == ["broker"]}
    assert brokers == {"broker1": ["broker"], "broker2": ["broker"]}


def test_every_service_has_a_twin_of_the_same_name_that_waits_for_it():
    services = compose_file()["services"]
    for name in SERVICES:
        twin = services[name + "2"]
        assert twin["networks"] == {"default": {"aliases": [name]}} and twin["depends_on"] == {name: {"condition": "service_healthy"}}
        differing = {key for key in {*twin, *services[name]} if twin.get(key) != services[name].get(key)}
        assert differing == {"networks", "depends_on"}, name


def stack_file(**said):
    done = subprocess.run([os.path.join(ROOT, "deploy", "bin", "stack"), "--env-file", os.devnull], capture_output=True, text=True,
                          check=True, env={**os.environ, "HTTPS_PORT": "8443", **said})
    return done.stdout


@pytest.mark.parametrize("service", ["broker"] + SERVICES)
def test_a_container_tells_its_service_all_it_must_know(state, service):
    """A parameter without a default that nobody sets would be found out only in a province."""
    assert make(state).returncode == 0
    said = yaml.safe_load(stack_file())["services"]["broker1" if service == "broker" else service]["environment"]
    entry = os.path.join(ROOT, "deploy", "image", "run")
    env = {**os.environ, **said, "MOTCUA_STATE": str(state), "MOTCUA_PROGRAMS": BUILD}
    done = subprocess.run([entry, service, "--check"], capture_output=True, text=True, check=False, timeout=60, env=env)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stack_is_what_a_swarm_takes():
    """Nothing that `docker stack deploy` refuses; limits and updates said in its way."""
    text = stack_file()
    stack = yaml.safe_load(text)["services"]
    assert "${" not in text and "portal-sim" not in stack and "motcua" not in stack
    assert "intake2" not in stack and "broker2" in stack
    for name, service in stack.items():
        assert not {"depends_on", "profiles", "restart", "mem_limit", "tmpfs"} & set(service), name
        assert {"type": "tmpfs", "target": "/tmp"} in service["volumes"], name
        assert service["deploy"]["endpoint_mode"] == "dnsrr" and service["deploy"]["resources"]["limits"]["memory"], name
    assert stack["nginx"]["ports"] == [{"target": 8443, "published": 8443, "protocol": "tcp", "mode": "host"}]
    assert stack["intake"]["deploy"]["update_config"]["order"] == "start-first"
    assert stack["secrets"]["deploy"]["restart_policy"]["condition"] == "on-failure"
    assert stack["postgres"]["deploy"]["placement"]["constraints"] == ["node.labels.motcua.store == yes"]


def test_what_a_province_says_of_itself_may_hold_any_sign():
    name = "Trung tâm: \"Một cửa\" # 1"
    said = yaml.safe_load(stack_file(OFFICE=name))["services"]["notification"]["environment"]
    assert said["MOTCUA_NOTIFICATION_OFFICE"] == name
