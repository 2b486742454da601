"""admin — what every program shows on its admin port, and to whom."""
import json
import os
import re

import pytest

from embedded.layout import SERVICES, env_name
from lib import ROOT, call, operator, wait_for
from programs import PROGRAMS
import openapi_document

NOBODY = "00000000-0000-7000-8000-000000000000"
MESSAGES = [("GET", "/admin/trace/000.00.01.H07-261127-0001"), ("GET", "/admin/outbox"), ("GET", "/admin/dead"),
            ("GET", "/admin/dead/" + NOBODY), ("POST", "/admin/dead/%s/replay" % NOBODY),
            ("GET", "/admin/dead/%s/rehearsal" % NOBODY), ("GET", "/admin/outbox/intake"), ("GET", "/admin/ledgers"),
            ("GET", "/admin/ledgers/nothing"), ("GET", "/admin/ledgers/nothing/rows")]
OWN = [("identity", "POST", "/admin/users"), ("identity", "POST", "/admin/units"), ("intake", "POST", "/admin/catalogue"),
       ("verification", "POST", "/admin/calendars"), ("verification", "POST", "/admin/special-days"),
       ("payment", "POST", "/admin/transfers")]
CORE = {"broker": ["motcua_broker_peers", "motcua_broker_forwarded_total", "motcua_broker_refused_total"],
        **{service: ["motcua_db_seconds", "motcua_http_server_errors_total", "motcua_bus_sent_total",
                     "motcua_jobs_done_total"] for service in SERVICES}}


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis"] + PROGRAMS + ["nginx"])


def get(suite, program, path):
    return call("GET", suite.admin_url(program) + path)


# ---- probes ----

@pytest.mark.parametrize("program", PROGRAMS)
def test_healthz_says_who_it_is(suite, program):
    answer = get(suite, program, "/healthz")
    assert answer.status == 200 and answer["service"] == program and re.fullmatch("[0-9a-f]{12}", answer["replica"])


@pytest.mark.parametrize("program", PROGRAMS)
def test_readyz_says_what_it_leans_on(suite, program):
    leans_on = set() if program == "broker" else {"store", "broker"}
    leans_on |= {"redis"} if program in ("identity", "intake", "verification", "feedback") else set()

    def says():
        answer = get(suite, program, "/readyz")
        assert answer.status == 200
        return {name for name, value in answer.json.items() if value is True}

    wait_for(lambda: says() == {"ready"} | leans_on, what="all that %s leans on" % program)


# ---- metrics ----

NAME, LABEL = "[a-z_]+", r'[a-z]+="(?:[^"\\\n]|\\.)*"'
SAMPLE = re.compile(r"(%s)\{((?:%s(?:,%s)*)?)\} (-?[0-9.e+-]+)" % (NAME, LABEL, LABEL))


def read_metrics(text):
    """{name: (kind, {labels: value})} of Prometheus' text format, read strictly."""
    families, lines = {}, text.split("\n")
    assert lines.pop() == ""
    for line in lines:
        if line.startswith("# HELP "):
            name, about = line[7:].split(" ", 1)
            assert name not in families and about, "lines of %s do not stand together" % name
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            families[name] = (kind, {})
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample and sample[1].startswith(name), line
            assert kind == "histogram" or sample[1] == name, line
            assert (sample[1], sample[2]) not in families[name][1], "%s comes twice" % line
            families[name][1][sample[1], sample[2]] = float(sample[3])
    return families


def check_histogram(name, samples):
    """Buckets grow, the last one is the count."""
    runs = {}
    for (sample, labels), value in samples.items():
        if sample == name + "_bucket":
            runs.setdefault(re.sub(r',?le="[^"]*"', "", labels), []).append(value)
    for labels, values in runs.items():
        assert values == sorted(values) and values[-1] == samples[name + "_count", labels] and (name + "_sum", labels) in samples


@pytest.mark.parametrize("program", PROGRAMS)
def test_metrics_can_be_read_and_say_the_core(suite, program):
    answer = get(suite, program, "/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    families = read_metrics(answer.body.decode())
    for name, (kind, samples) in families.items():
        assert samples and (kind == "counter") == name.endswith("_total")
        if kind == "histogram":
            check_histogram(name, samples)
    assert set(CORE[program] + ["motcua_http_seconds"]) <= set(families)


def test_a_request_is_counted_once_under_its_route(suite):
    def count(name, labels):
        kind, samples = read_metrics(get(suite, "identity", "/metrics").body.decode())[name]
        return samples[name + ("_count" if kind == "histogram" else ""), labels]
    route = 'method="PUT",route="/api/identity/accounts/{id}/active"'
    before = count("motcua_http_seconds", route), count("motcua_http_client_errors_total", route)
    refused = call("PUT", suite.url("/api/identity/accounts/%s/active" % NOBODY), {"is_active": True}, key=True)
    assert refused.status == 401
    assert (count("motcua_http_seconds", route), count("motcua_http_client_errors_total", route)) == (before[0] + 1, before[1] + 1)


def test_metrics_tell_no_person(suite, citizen):
    text = get(suite, "identity", "/metrics").body.decode()
    me = call("GET", suite.url("/api/identity/me"), token=citizen)
    assert not [value for value in (me["id"], me["email"], me["id_number"], me["phone"]) if value in text]


# ---- the description ----

@pytest.mark.parametrize("service", SERVICES)
def test_a_service_carries_its_description(suite, service):
    written = openapi_document.load(os.path.join(ROOT, "services", service, "openapi.yaml"))
    expected = json.loads(json.dumps(written, default=str))
    assert get(suite, service, "/openapi.json").json == expected
    assert call("GET", suite.url("/api/%s/openapi.json" % service)).json == expected


def test_the_broker_describes_that_it_has_no_http(suite):
    assert get(suite, "broker", "/openapi.json")["paths"] == {}


# ---- who may ----

@pytest.mark.parametrize("service, method, path", [(s, *m) for s in ("identity", "payment") for m in MESSAGES] + OWN)
def test_the_operators_addresses_need_the_operators_token(suite, citizen, service, method, path):
    for token in (None, "Operator wrong", "Operator ", "Bearer " + suite.secret("operator.token"), citizen):
        refused = call(method, suite.admin_url(service) + path, token=token, raw=b"")
        assert refused.status == 401 and refused["code"] == "login_required", (token, refused)


@pytest.mark.parametrize("service", SERVICES)
def test_the_operators_token_opens_what_every_store_has(suite, service):
    at = lambda method, path: call(method, suite.admin_url(service) + path, token=operator(suite), raw=b"").status
    assert [at(method, path) for method, path in MESSAGES] == [200, 200, 200, 404, 404, 404, 200, 200, 404, 404]


@pytest.mark.parametrize("service", SERVICES)
def test_the_public_port_has_nothing_of_the_admin_port(suite, service):
    public = suite.local(env_name(service) + "_HTTP")
    for path in ("/healthz", "/readyz", "/metrics", "/admin/outbox", "/admin/dead", "/openapi.json"):
        assert call("GET", public + path, token=operator(suite)).status == 404
