"""identity — a storm of logins: what two hashes at a time can serve is served, whoever could not be is told at once when to come
again, and the memory of it is that of two hashes."""
import json
import os
import selectors
import socket
import time

import pytest

from lib import call

LOGINS, LIMIT_KIB, REQUEST_S, SENDING_S = 1000, 64 * 1024, 5, 2


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity"])


def login_request(n):
    """A login of its own from an address of its own: nobody is counted as guessing."""
    body = json.dumps({"login": "ai-do-%d@example.vn" % n, "password": "con cò bay lả bay la"}).encode()
    head = "POST /api/identity/sessions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
    return (head + "X-Real-IP: 10.1.%d.%d\r\nContent-Length: %d\r\n\r\n" % (n // 250, n % 250, len(body))).encode() + body


def storm(port, count, look):
    """(status, whether it says when to come again, seconds) of so many logins sent at the same moment."""
    waiting, texts, ends = selectors.DefaultSelector(), {}, {}
    began = time.monotonic()
    for n in range(count):
        s = socket.create_connection(("127.0.0.1", port))
        s.sendall(login_request(n))
        texts[s] = b""
        waiting.register(s, selectors.EVENT_READ)
    while len(ends) < count and time.monotonic() < began + 3 * REQUEST_S:
        look()
        for key, _ in waiting.select(0.1):
            data = key.fileobj.recv(65536)
            texts[key.fileobj] += data
            if not data:
                ends[key.fileobj] = time.monotonic() - began
                waiting.unregister(key.fileobj)
    return [(int(texts[s][9:12]), b"retry-after:" in texts[s].lower(), ends[s]) for s in ends]


def rss_kib(pid):
    with open("/proc/%d/status" % pid, encoding="utf-8") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS:"))


def test_a_storm_of_logins_is_served_as_far_as_it_goes_and_stays_small(suite):
    pid, most = suite.children["identity"][1].pid, []
    idle = rss_kib(pid)
    answers = storm(suite.ports["IDENTITY_HTTP"], LOGINS, lambda: most.append(rss_kib(pid)))
    assert len(answers) == LOGINS
    served = [a for a in answers if a[0] == 401]
    told = [a for a in answers if a[:2] == (503, True)]
    assert len(served) + len(told) == LOGINS, sorted({a[:2] for a in answers})
    assert len(served) > 20 and told, (len(served), len(told))
    assert max(seconds for _, _, seconds in answers) < REQUEST_S + SENDING_S
    if "san" not in os.environ.get("BUILD_DIR", ""):  # there everything is larger
        assert max(most) - idle < LIMIT_KIB, (idle, max(most))
    assert call("POST", suite.local("IDENTITY_HTTP") + "/api/identity/sessions",
                {"login": "ai-do@example.vn", "password": "con cò bay lả bay la"}).status == 401
