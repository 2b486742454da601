"""autoscale — how many replicas a service should have: properties of the rule over thousands of random histories, and the command
itself against two replicas that say what a test lets them say."""
import http.server
import json
import os
import random
import re
import subprocess
import sys
import threading

import pytest

from lib import ROOT

sys.path.insert(0, os.path.join(ROOT, "scripts"))
import autoscale  # noqa: E402
import operator_api  # noqa: E402
from scaling import Measured, Policy, State, decide  # noqa: E402

HISTORIES = 300


class World:
    """A service whose replicas do as they are told at once; what was decided, with the mood it was decided in."""

    def __init__(self, policy, replicas):
        self.policy, self.replicas, self.state, self.changes, self.at = policy, replicas, State(), [], 0

    def feel(self, latency_ms, age_s=0.0, refused=0.0, known=True):
        self.at += 1
        self.state, wanted, _ = decide(self.policy, self.state, Measured(self.replicas if known else None, latency_ms, age_s, refused))
        if wanted is not None:
            self.changes.append((self.at, wanted - self.replicas))
            self.replicas = wanted


def random_policy(rng):
    least = rng.randint(1, 4)
    return Policy(least=least, most=least + rng.randint(0, 6), low_ms=50, high_ms=200, up_after=rng.randint(1, 4),
                  down_after=rng.randint(4, 15), rest_after=rng.randint(0, 6))


def worlds():
    for seed in range(HISTORIES):
        rng = random.Random(seed)
        policy = random_policy(rng)
        yield rng, World(policy, rng.randint(policy.least, policy.most))


def any_load(rng):
    return rng.choice([10, 45, 60, 120, 190, 300, 2000]), rng.choice([0, 0.5, 2, 30])


# ---- the rule ----

def test_whatever_comes_the_limits_are_kept_and_each_change_is_one_replica():
    for rng, world in worlds():
        for _ in range(200):
            world.feel(*any_load(rng))
            assert world.policy.least <= world.replicas <= world.policy.most
        assert all(abs(step) == 1 for _, step in world.changes)


def test_between_two_changes_lie_the_rest_and_as_many_measurements_as_the_direction_asks():
    for rng, world in worlds():
        for _ in range(300):
            world.feel(*any_load(rng))
        for (before, _), (now, step) in zip(world.changes, world.changes[1:]):
            asked = world.policy.up_after if step > 0 else world.policy.down_after
            assert now - before >= world.policy.rest_after + asked


def test_a_load_that_stays_leads_to_the_limit_or_nowhere():
    for latency, end in ((1000, "most"), (1, "least"), (120, None)):
        for _, world in worlds():
            began = world.replicas
            for _ in range(500):
                world.feel(latency)
            assert world.replicas == (getattr(world.policy, end) if end else began)
            assert len({step for _, step in world.changes}) <= 1


def test_a_load_that_flickers_about_the_limit_moves_nothing():
    for _, world in worlds():
        if world.policy.up_after > 1:
            for i in range(400):
                world.feel(1000 if i % 2 else 1)
            assert world.changes == []


def test_what_cannot_be_measured_is_no_reason_to_change_anything():
    for rng, world in worlds():
        for _ in range(100):
            world.feel(*rng.choice([(None, 0.0), (1000.0, None)]), known=rng.random() < 0.5)
        assert world.changes == []


@pytest.mark.parametrize("reason", [{"latency_ms": 201}, {"latency_ms": 1, "age_s": 5.1}, {"latency_ms": 1, "refused": 0.1}])
def test_slow_answers_old_messages_and_refusals_each_ask_for_more(reason):
    world = World(Policy(high_ms=200, low_ms=50, up_after=2), 1)
    world.feel(**reason)
    assert world.replicas == 1
    world.feel(**reason)
    assert world.replicas == 2


def test_who_was_outside_the_limits_is_brought_inside():
    world = World(Policy(least=2, most=4), 7)
    world.feel(100)
    assert world.replicas == 4


# ---- the figures ----

def page(fast, slow, refused=0):
    """/metrics of a replica that answered so many requests within 10 ms, and so many within a second."""
    route = 'method="POST",route="/api/intake/dossiers"'
    lines = ["motcua_http_seconds_bucket{%s,le=\"%s\"} %d" % (route, le, n)
             for le, n in (("0.01", fast), ("1", fast + slow), ("+Inf", fast + slow))]
    lines.append('motcua_http_seconds_bucket{method="GET",route="/slow",le="+Inf"} 99999')
    return "\n".join(lines + ["motcua_http_server_errors_total{%s} %d" % (route, refused)]) + "\n"


@pytest.mark.parametrize("before, now, ms", [
    (page(0, 0), page(100, 0), 10), (page(0, 0), page(90, 10), 1000), (page(0, 1000), page(100, 1000), 10),
    (page(5, 5), page(5, 5), 0), (page(900, 0), page(1, 9), 1000)])  # the last one was started anew
def test_the_percentile_is_of_the_requests_since_the_last_look(before, now, ms):
    assert autoscale.percentile_ms({"a": autoscale.parse(before)}, {"a": autoscale.parse(now)}) == ms


# ---- the command ----

class Replica:
    """Answers /metrics with what is next in the list, the last for ever, and has nothing in its outbox."""

    def __init__(self, pages):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outbox = self.path == "/admin/outbox"
                data = json.dumps({"lanes": []}) if outbox else pages.pop(0) if len(pages) > 1 else pages[0]
                self.send_response(200)
                self.end_headers()
                self.wfile.write(data.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = "http://localhost:%d" % self.server.server_port

    def end(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def ask(tmp_path):
    """autoscale against a replica with these pages: its exit, stdout, stderr."""
    replicas = []

    def run(pages, *args):
        replicas.append(Replica(pages))
        (tmp_path / "token").write_text("x")
        names = operator_api.SERVICES
        (tmp_path / "motcua.conf").write_text("token_file = %s/token\n" % tmp_path + "".join(
            "%s = %s\n" % (name, replicas[-1].url) for name in names))
        return subprocess.run([sys.executable, os.path.join(ROOT, "scripts", "motcua"), "--config", str(tmp_path / "motcua.conf"),
                               "autoscale", *args], capture_output=True, text=True, check=False, timeout=60)

    yield run
    for replica in replicas:
        replica.end()


def growing(slow_each):
    return [page(0, slow_each * i) for i in range(20)]


def test_a_busy_service_is_told_and_with_apply_the_command_is_run(ask, tmp_path):
    command = "touch %s/{service}-{replicas}" % tmp_path
    said = ask(growing(50), "--service", "intake", "--every", "0.05", "--times", "3", "--command", command)
    assert said.returncode == 0 and re.search(r"(?m)^intake: 2 \(2 times busy\): touch ", said.stdout), said
    assert not (tmp_path / "intake-2").exists()
    assert ask(growing(50), "--service", "intake", "--every", "0.05", "--times", "3", "--command", command,
               "--apply").returncode == 0
    assert (tmp_path / "intake-2").exists()


def test_compose_is_told_how_many_there_shall_be_beside_the_twin(ask):
    said = ask(growing(50), "--service", "intake", "--every", "0.05", "--times", "3", "--min", "3")
    assert "intake: 3 (outside the limits): docker-compose up -d --no-deps --no-recreate --scale intake=2 intake" in said.stdout, said


def test_a_shell_is_given_the_commands_and_nothing_else(ask, tmp_path):
    said = ask(growing(50), "--service", "intake", "--every", "0.05", "--times", "3", "--commands", "--command",
               "touch %s/{service}-{replicas}" % tmp_path)
    assert said.stdout == "touch %s/intake-2\n" % tmp_path and "p95" in said.stderr
    assert not (tmp_path / "intake-2").exists()


def test_a_quiet_service_with_one_replica_is_left_alone(ask):
    said = ask([page(5, 5)], "--service", "intake", "--every", "0.01", "--times", "20")
    assert said.returncode == 0 and "docker" not in said.stdout and "p95 0 ms" in said.stdout


@pytest.mark.parametrize("args, words", [(["--service", "nobody"], "there is no nobody; there are identity, intake"),
                                         (["--service", "intake", "--min", "3", "--max", "2"], "1 ≤ min ≤ max"),
                                         (["--service", "intake", "--low-ms", "300"], "--low-ms must lie below --high-ms")])
def test_wrong_use_is_explained(ask, args, words):
    said = ask([page(0, 0)], *args)
    assert said.returncode == 1 and words in said.stderr and "Traceback" not in said.stderr
