"""front — the one public port: TLS and HTTP/2, caching, limits, tracing, live streams, and a log without people in it."""
import http.client
import json
import re
import urllib.parse

import pytest

from crowd import PROCEDURE, UNIT
from embedded.filing import file_dossier
from embedded.layout import SERVICES
from embedded.sample import demo_accounts
from embedded.web import Person, send, wait_for
from test_1_start import started  # noqa: F401

pytestmark = pytest.mark.usefixtures("started")
TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"


@pytest.fixture(scope="module")
def citizen(project):
    owner = demo_accounts(project.suite)["citizens"][0]
    return Person(project.base, owner["email"], owner["password"])


def front_log(project):
    lines = project.engine.docker("logs", project.containers("nginx")[0]["Id"]).splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_pages_come_by_http_2_under_a_certificate(project):
    told = project.engine.call("curl", "-sS", "--cacert", project.suite.path("ca.pem"), "-o", "/dev/null", "-w",
                               "%{http_version} %{http_code}", project.base + "/").stdout
    assert told == "2 200"
    refused = project.engine.call("curl", "-sS", "--tls-max", "1.1", "--cacert", project.suite.path("ca.pem"), project.base + "/",
                                  check=False)
    assert refused.returncode != 0


def test_a_part_of_a_page_may_be_kept_for_ever_and_a_page_is_asked_for_again(project):
    page = send("GET", project.suite.url("/"))
    part = re.search(r"/assets/[\w.-]+\.js", page.body.decode())[0]
    assert page.headers["Cache-Control"] == "no-cache"
    assert "immutable" in send("GET", project.suite.url(part)).headers["Cache-Control"]


@pytest.mark.parametrize("service", ["broker", *SERVICES])
def test_the_operators_page_reaches_each_service_and_is_asked_for_the_token(project, service):
    assert send("GET", project.suite.url("/ops/%s/operator" % service)).status == 401


def test_a_trace_goes_through_and_the_log_names_no_person(project, citizen):
    code = file_dossier(citizen.ask, PROCEDURE, UNIT)
    asked = send("GET", project.suite.url("/api/intake/procedures?q=Nguy%E1%BB%85n"), headers={"traceparent": TRACE})
    number = asked.headers["X-Request-ID"]
    line = wait_for(lambda: next((x for x in front_log(project) if x["request"] == number), None), 20, "the line in the log")
    assert line["trace"] == TRACE and line["path"] == "/api/intake/procedures" and line["network"].endswith(".0")
    text = json.dumps(front_log(project), ensure_ascii=False)
    assert code and not any(word in text for word in ("Nguy", citizen.login, citizen.token))


def test_what_happens_to_a_dossier_is_shown_at_once(project, citizen):
    """A stream that nginx kept back would show nothing before it is full."""
    code = file_dossier(citizen.ask, PROCEDURE, UNIT)
    line = http.client.HTTPSConnection(urllib.parse.urlsplit(project.base).netloc, timeout=20, context=project.context())
    line.request("GET", "/api/intake/lookup/%s/events" % code)
    stream = line.getresponse()
    assert stream.status == 200 and stream.getheader("Content-Type").startswith("text/event-stream")
    assert stream.fp.readline()
    line.close()


def test_who_asks_too_often_is_told_when_to_come_again(project):
    """Guessing at codes is counted apart: the same address goes on with everything else. (The service counts as well.)"""
    project.compose("up", "-d", "--no-deps", "nginx", LOOKUPS_PER_S="1")
    project.wait_healthy("nginx", 1)
    answers = [send("GET", project.suite.url("/api/intake/lookup/000.00.21.H07-261124-0001")) for _ in range(150)]
    refused = [a for a in answers if a.status == 429 and a["code"] == "too_many_requests"]
    assert refused and refused[0].headers["Retry-After"] == "1"
    assert answers[0].status != 429
    assert send("GET", project.suite.url("/api/intake/procedures/" + PROCEDURE)).status == 200
    project.compose("up", "-d", "--no-deps", "nginx")
    project.wait_healthy("nginx", 1)


def test_a_new_certificate_is_taken_into_service_without_a_restart(project):
    before = project.containers("nginx")[0]["State"]["StartedAt"]
    shown = lambda: project.engine.call("sh", "-c", "openssl s_client -connect %s </dev/null 2>/dev/null | openssl x509 -noout -serial"
                                        % urllib.parse.urlsplit(project.base).netloc).stdout
    old = shown()
    project.compose("run", "--rm", "--no-deps", "--entrypoint", "rm", "secrets", "/var/lib/motcua/tls/fullchain.pem")
    project.compose("up", "--no-deps", "secrets")
    wait_for(lambda: shown() not in ("", old), 60, "the new certificate", pause=0.5)
    assert project.containers("nginx")[0]["State"]["StartedAt"] == before
    project.learn()
