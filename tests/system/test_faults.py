"""faults — a service that is asked to end, loses its store or Redis, or has more to do than it can: it says so at once,
loses nothing it has acknowledged, and goes on by itself."""
import base64
import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from embedded.web import send
from lib import call, metric, operator, sign_up, wait_for
from programs import Beside, beside, settings

DATABASE = "motcua_identity"


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "identity", "intake", "nginx"])


@pytest.fixture(scope="module")
def person(suite):
    """Login and password of a citizen."""
    email, password = "nguoi.ben@example.vn", "mật khẩu đủ dài"
    sign_up(suite, email=email, password=password)
    return {"login": email, "password": password}


@contextlib.contextmanager
def locked(suite, table):
    """Whoever touches the table waits until the end of the block, or until free() is called."""
    argv = ["psql", "-h", suite.sockets, "-U", "postgres", "-d", DATABASE, "-qAt"]
    psql = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    psql.stdin.write("BEGIN; LOCK TABLE %s; SELECT 'locked';\n" % table)
    psql.stdin.flush()
    assert psql.stdout.readline() == "locked\n"
    try:
        yield psql.stdin.close
    finally:
        psql.communicate() if not psql.stdin.closed else psql.wait()


def waiting(suite, n):
    """n statements wait for a lock."""
    wait_for(lambda: int(suite.psql("SELECT count(*) FROM pg_locks WHERE NOT granted")) >= n, what="%d waiting statements" % n)


def session():
    """A cookie that no session has: ending it is a cheap write."""
    return {"Cookie": "motcua_session=" + base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")}


def caller(one, text=b""):
    """A connection of one's own, and what was said on it."""
    host, port = one.values["listen"].split(":")
    line = socket.create_connection((host, int(port)), timeout=15)
    line.sendall(text)
    return line


def log_out(one):
    return one.ask("DELETE", "/api/identity/sessions/current", headers=session())


def units(one):
    return one.ask("GET", "/api/identity/units")


# ---- asked to end ----

def test_a_request_under_way_is_answered_before_the_end(suite, tmp_path):
    with beside("identity", tmp_path, settings(suite, "identity")) as one, ThreadPoolExecutor() as pool:
        with locked(suite, "unit") as free:
            asked = pool.submit(units, one)
            waiting(suite, 1)
            one.child.send_signal(signal.SIGTERM)
            wait_for(lambda: one.probe("/readyz").status == 503, what="not ready")
            with pytest.raises(OSError):  # nobody new is let in
                units(one)
            free()
        assert asked.result().status == 200
        assert one.child.wait(timeout=5) == 0


def test_a_request_that_takes_too_long_is_told_when_the_drain_is_over(suite, tmp_path):
    with beside("identity", tmp_path, settings(suite, "identity", drain_ms="300")) as one, ThreadPoolExecutor() as pool:
        with locked(suite, "unit"):
            asked = pool.submit(units, one)
            waiting(suite, 1)
            started = time.monotonic()
            one.child.send_signal(signal.SIGTERM)
            assert one.child.wait(timeout=5) == 0
            assert 0.2 < time.monotonic() - started < 2
        assert asked.result().status == 503 and "Retry-After" in asked.result().headers


def test_a_second_signal_does_not_cut_the_drain_short(suite, tmp_path):
    with beside("identity", tmp_path, settings(suite, "identity")) as one, ThreadPoolExecutor() as pool:
        with locked(suite, "unit") as free:
            asked = pool.submit(units, one)
            waiting(suite, 1)
            one.child.send_signal(signal.SIGTERM)
            one.child.send_signal(signal.SIGINT)
            wait_for(lambda: one.probe("/readyz").status == 503, what="not ready")
            free()
        assert asked.result().status == 200
        assert one.child.wait(timeout=5) == 0


UNITS = b"GET /api/identity/units HTTP/1.1\r\nHost: motcua\r\nConnection: close\r\n\r\n"


def said_first(line):
    """The status line; whoever is cut off hears of it."""
    with line, line.makefile("rb") as answer:
        return answer.readline()


def test_who_waits_in_the_kernels_queue_when_it_is_asked_to_end_is_answered(suite, tmp_path):
    with beside("identity", tmp_path, settings(suite, "identity")) as one:
        one.child.send_signal(signal.SIGSTOP)
        lines = [caller(one, UNITS) for _ in range(30)]
        one.child.send_signal(signal.SIGTERM)
        one.child.send_signal(signal.SIGCONT)
        assert {said_first(line) for line in lines} == {b"HTTP/1.1 200 OK\r\n"}
        assert one.child.wait(timeout=5) == 0


def test_who_has_connected_may_still_ask_when_it_has_been_asked_to_end(suite, tmp_path):
    with beside("identity", tmp_path, settings(suite, "identity")) as one:
        line = caller(one)
        one.child.send_signal(signal.SIGTERM)
        wait_for(lambda: one.probe("/readyz").status == 503, what="not ready")
        with pytest.raises(OSError):  # nobody new is let in
            units(one)
        line.sendall(UNITS)
        assert said_first(line) == b"HTTP/1.1 200 OK\r\n"
        assert one.child.wait(timeout=5) == 0


# ---- coming ----

def test_nobody_is_let_in_before_it_can_serve(suite, tmp_path):
    """Who were let in and sent away half-way through an upload could not be told to another replica."""
    values = settings(suite, "identity")
    coming = Beside(None, values)

    def come():
        with beside("identity", tmp_path, values) as one:
            return units(one).status

    with locked(suite, "outbox") as free, ThreadPoolExecutor(1) as pool:
        status = pool.submit(come)
        wait_for(lambda: (told := coming.probe("/readyz")) and told.status == 503, what="a replica that is not ready")
        with pytest.raises(ConnectionRefusedError):
            caller(coming)
        free()
        assert status.result(30) == 200


# ---- the store ----

def test_without_its_store_it_is_not_ready_says_so_and_comes_back(suite):
    at = suite.admin_url("identity")
    suite.stop("postgres")
    try:
        lost = wait_for(lambda: (a := call("GET", at + "/readyz")).status == 503 and a, what="not ready")
        assert (lost["ready"], lost["store"]) == (False, False)
        assert call("GET", at + "/healthz").status == 200
        refused = call("GET", suite.url("/api/identity/units"))
        assert refused.status == 503 and refused["code"] == "not_ready" and refused.headers["Retry-After"] == "1"
    finally:
        suite.start("postgres")
    wait_for(lambda: call("GET", at + "/readyz").status == 200, what="ready again")
    assert call("GET", suite.url("/api/identity/units")).status == 200


class Writers:
    """Threads that import units, one a request; .done: codes acknowledged, .refused: other answers."""

    def __init__(self, suite, count=4):
        self.suite, self.done, self.refused, self.ends = suite, [], [], threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(count)]
        self.token = operator(suite)

    def run(self, number):
        turn = 0
        while not self.ends.is_set():
            code = "%03d.%02d.%02d.H99" % (number, turn // 100, turn % 100)
            turn += 1
            row = "code,name,level,valid_from\n%s,Đơn vị thử,department,2020-01-01\n" % code
            try:
                answer = send("POST", self.suite.admin_url("identity") + "/admin/units", raw=row.encode(), token=self.token)
            except OSError as error:
                answer = error
            good = not isinstance(answer, OSError) and answer.status == 200
            (self.done if good else self.refused).append(code if good else answer)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        for thread in self.threads:
            thread.join()


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_nothing_acknowledged_is_lost_when_the_store_restarts_under_writes(suite, end):
    sql = lambda text: suite.psql(text, database=DATABASE)
    sql("DELETE FROM unit WHERE code LIKE '%.H99'; DELETE FROM outbox")
    with Writers(suite) as writers:
        wait_for(lambda: len(writers.done) > 40, what="writes before")
        getattr(suite, end)("postgres")
        suite.start("postgres")
        before = len(writers.done)
        wait_for(lambda: len(writers.done) > before + 40, what="writes after")
    assert len(writers.done) == len(set(writers.done))
    kept = set(sql("SELECT code FROM unit WHERE code LIKE '%.H99'").split())
    assert set(writers.done) <= kept
    told = int(sql("SELECT count(*) FROM outbox"))  # intake, verification, status-sync and feedback hear of each, once
    assert told == 4 * len(kept)
    assert {answer.status for answer in writers.refused} <= {503}


# ---- Redis ----

def renew(suite, cookie):
    return call("POST", suite.url("/api/identity/tokens"), headers={"Cookie": cookie})


def log_in(suite, person):
    answer = call("POST", suite.url("/api/identity/sessions"), person)
    assert answer.status == 200, answer
    return answer.headers["Set-Cookie"].partition(";")[0]


def redis_is_up(suite):
    return call("GET", suite.admin_url("identity") + "/readyz")["redis"]


def test_without_redis_people_log_in_renew_and_log_out(suite, person):
    suite.stop("redis")
    try:
        wait_for(lambda: not redis_is_up(suite), what="Redis is missed")
        assert call("GET", suite.admin_url("identity") + "/readyz").status == 200
        cookie = log_in(suite, person)
        assert renew(suite, cookie).status == 200
        assert call("DELETE", suite.url("/api/identity/sessions/current"), headers={"Cookie": cookie}).status == 200
        assert renew(suite, cookie).status == 401
    finally:
        suite.start("redis")
    wait_for(lambda: redis_is_up(suite), what="Redis again")


def test_without_redis_tries_are_still_counted(suite, tmp_path):
    wrong = {"login": "khong.co@example.vn", "password": "mật khẩu sai rồi"}
    with beside("identity", tmp_path, settings(suite, "identity", redis="/nowhere/redis", login_tries="2")) as one:
        answers = [one.ask("POST", "/api/identity/sessions", body=wrong) for _ in range(3)]
    assert [a.status for a in answers] == [401, 401, 429] and "Retry-After" in answers[2].headers


def state_of(pid):
    with open("/proc/%d/stat" % pid, encoding="utf-8") as f:
        return f.read().rpartition(")")[2].split()[0]


@contextlib.contextmanager
def redis_hangs(suite):
    _, child = suite.children["redis"]
    child.send_signal(signal.SIGSTOP)
    wait_for(lambda: state_of(child.pid) == "T", what="Redis stands still")
    try:
        yield
    finally:
        child.send_signal(signal.SIGCONT)


def look_up(suite):
    """How many calls of Redis were missed by one look-up, which is answered in any case."""
    missed, started = metric(suite, "intake", "motcua_redis_missed_total"), time.monotonic()
    code = "000.00.01.H07-261127-%07d" % (int.from_bytes(os.urandom(3), "big") % 9000000 + 1000000)  # nobody remembers it
    answer = call("GET", suite.url("/api/intake/lookup/" + code))
    assert (answer.status, answer["code"]) == (404, "lookup_nothing") and time.monotonic() - started < 1
    return metric(suite, "intake", "motcua_redis_missed_total") - missed


def test_a_redis_that_hangs_costs_a_moment_not_the_answer(suite):
    wait_for(lambda: look_up(suite) == 0, what="Redis in use")
    with redis_hangs(suite):
        assert look_up(suite) > 0
    wait_for(lambda: look_up(suite) == 0, what="Redis in use again")


# ---- more than it can do ----

@contextlib.contextmanager
def full(suite, one, pool, tasks=16):
    """Every task of the service waits; yields what was asked. Timed work may have one of the tasks for a moment."""
    with locked(suite, "session"):
        asked = [pool.submit(log_out, one) for _ in range(tasks + 8)]
        refused = lambda: [a for a in asked if a.done()]
        wait_for(lambda: len(refused()) >= 8, 5, "the refusals")
        while len(asked) - len(refused()) < tasks:
            asked.append(pool.submit(log_out, one))
            wait_for(lambda: len(asked) - len(refused()) <= tasks, 5, "one more refusal")
        yield asked


def is_refusal(answer):
    return answer.status == 503 and answer.headers["Retry-After"] == "1" and answer["code"] == "busy"


def test_more_tasks_than_allowed_are_refused_at_once_and_counted(suite, tmp_path):
    with beside("identity", tmp_path, settings(suite, "identity", tasks_max="16")) as one, ThreadPoolExecutor(40) as pool:
        with full(suite, one, pool) as asked:
            refused = [a.result() for a in asked if a.done()]
            started = time.monotonic()
            assert is_refusal(units(one)) and time.monotonic() - started < 1
            assert all(map(is_refusal, refused))
        assert [a.result().status for a in asked].count(200) == 16
        wait_for(lambda: units(one).status == 200, what="an answer as before")
        line = 'motcua_http_server_errors_total{method="DELETE",route="/api/identity/sessions/current"} %d' % len(refused)
        assert line in one.ask("GET", "/metrics").body.decode()


def test_probes_and_the_operator_are_answered_by_a_service_that_is_full(suite, tmp_path):
    with beside("identity", tmp_path, settings(suite, "identity", tasks_max="16")) as one, ThreadPoolExecutor(40) as pool:
        with full(suite, one, pool):
            for path in ("/healthz", "/readyz", "/metrics"):
                assert one.ask("GET", path).status == 200
            assert one.ask("GET", "/admin/outbox", token=operator(suite)).status == 200


def test_a_full_queue_of_the_store_is_said_at_once(suite, tmp_path):
    """One batch of writes waits for the lock, one is there behind it, 16 more wait for these."""
    values = settings(suite, "identity", db_queue_max="16", db_batch_max="1")
    with beside("identity", tmp_path, values) as one, ThreadPoolExecutor(40) as pool:
        with locked(suite, "session"):
            asked = [pool.submit(log_out, one) for _ in range(40)]
            waiting(suite, 1)
            wait_for(lambda: [a.done() for a in asked].count(True) == 22, 3, "the refusals")
            for answer in [a.result() for a in asked if a.done()]:
                assert is_refusal(answer)
        assert [a.result().status for a in asked].count(200) == 18
        assert log_out(one).status == 200


def test_a_store_that_does_not_answer_is_waited_for_no_longer_than_a_request_may_take(suite, tmp_path):
    with beside("identity", tmp_path, settings(suite, "identity", request_ms="300")) as one, locked(suite, "unit"):
        started = time.monotonic()
        answer = units(one)
        assert answer.status == 503 and "Retry-After" in answer.headers
        assert time.monotonic() - started < 2
