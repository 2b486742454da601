"""journal — what a client writes down for itself: a line before each request, a line after each answer it has read. The
journals are what the suite is judged by, so they are only ever added to."""
import http.client
import json
import os
import random
import threading
import time
from typing import NamedTuple

from embedded.journey import Office
from embedded.web import Person, send

FILING_PATH = "/api/intake/dossiers"
AGAIN = (408, 429, 500, 502, 504)  # asked again with the same key; 401 and 503 are a Person's own matter


class Journal:
    def __init__(self, folder, name):
        self.path = os.path.join(folder, name + ".jsonl")
        self.fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def write(self, what, **more):
        os.write(self.fd, json.dumps({"at": time.time(), "what": what, **more}, ensure_ascii=False).encode() + b"\n")

    def close(self):
        os.close(self.fd)


def read_all(folder):
    """Every line of every client."""
    for name in sorted(os.listdir(folder)):
        if name.endswith(".jsonl"):
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                yield from map(json.loads, f)


class Exchange(NamedTuple):
    """One request of the load and what came of it."""
    journal: str
    key: str
    asked: float
    at: float    # of the answer, or of the end without one
    status: int  # 0: none came
    later: str   # its Retry-After; "-": none
    code: str    # of the dossier, or of the problem


def exchanges(folder):
    """All of the load, from its journals (tests/bench/load_journal.c); one that it did not see the end of has none."""
    for name in sorted(os.listdir(folder)):
        if name.startswith("load-"):
            with open(os.path.join(folder, name), encoding="ascii") as f:
                yield from exchanges_of(name, (line.split() for line in f if line.endswith("\n")))


def exchanges_of(name, lines):
    asked = {}
    for kind, key, at, *rest in lines:
        at = int(at) / 1000
        if kind == "?":
            asked[key] = at
        elif kind == "-":
            yield Exchange(name, key, asked.pop(key), at, 0, "-", "")
        else:
            status, later, *code = rest
            yield Exchange(name, key, asked.pop(key), at, int(status), later, "".join(code))
    yield from (Exchange(name, key, at, at, 0, "-", "") for key, at in asked.items())


class Witness(Person):
    """A person who writes down what he asks and what he is answered, and asks again until he is. Several may act for him at
    the same time; a password costs half a second, so one of them logs in."""

    def __init__(self, base, login, password, patience_s, folder, timeout_s=8):
        super().__init__(base, login, password, patience_s)
        self.journal, self.timeout_s, self.door = Journal(folder, "person-" + login), timeout_s, threading.Lock()

    def _try(self, method, path, body, key, headers, raw):
        token = self.enter()
        if not token:
            return None
        asked, began = {"method": method, "path": path, "key": key}, time.monotonic()
        took_ms = lambda: round((time.monotonic() - began) * 1e3)
        self.journal.write("asked", **asked)
        try:
            answer = send(method, self.base + path, body, token, key, headers, raw, timeout=self.timeout_s)
        except (OSError, http.client.HTTPException) as error:
            self.journal.write("unanswered", **asked, ms=took_ms(), why=type(error).__name__)
            return None
        self.journal.write("answered", **asked, ms=took_ms(), status=answer.status, code=code_in(answer))
        return None if answer.status in AGAIN else answer

    def enter(self):
        with self.door:
            try:
                self.token = self.token or self.log_in()
            except (OSError, http.client.HTTPException, AssertionError):
                self.token = None
            return self.token


def code_in(answer):
    """The dossier's code, or the problem's."""
    try:
        body = answer.json
        return body.get("code", "") if isinstance(body, dict) else ""
    except ValueError:
        return ""


class JournalledOffice(Office):
    """All who walk dossiers share it."""

    def __init__(self, suite, patience_s, folder):
        self.folder = folder
        super().__init__(suite, patience_s)

    def file(self, procedure, **changes):
        """The key stands in the dossier, too: whose it is, is not for the suite to say."""
        key = "8%015d" % random.SystemRandom().randrange(10 ** 15)
        return super().file(procedure, key=key, summary="Hồ sơ " + key, **changes)

    def person(self, login):
        return Witness(self.suite.url(), login, self.passwords[login], self.patience_s, self.folder)
