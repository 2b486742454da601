"""web — HTTP with JSON for the demo and the tests: one request, or one that does not give up while a process restarts."""
import http.client
import json
import os
import time
import urllib.error
import urllib.request


class Answer:
    """Status, headers and body of an HTTP answer; JSON members by []."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __getitem__(self, name):
        return self.json[name]

    def __repr__(self):
        return "<%d %s>" % (self.status, self.body[:600].decode(errors="replace"))


def new_key():
    return os.urandom(12).hex()


def send(method, url, body=None, token=None, key=None, headers=None, raw=None, timeout=30):
    """One request. body is sent as JSON, raw as it is; key is the Idempotency-Key (made if it is True). An answer that breaks off
    is none: OSError."""
    all_headers = {"Content-Type": "application/json", **(headers or {})}
    if token:
        all_headers["Authorization"] = token if " " in token else "Bearer " + token
    if key:
        all_headers["Idempotency-Key"] = new_key() if key is True else key
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=all_headers)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())
    except http.client.HTTPException as error:
        raise ConnectionError("%s %s: %r" % (method, url, error)) from error


def wait_for(condition, seconds=20, what="the condition", pause=0.02):
    """The first true value condition() gives."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise AssertionError("%s did not come within %s s" % (what, seconds))
        time.sleep(pause)


class Person:
    """Somebody with an account: logs in when needed, and asks again, with the same key, while something restarts."""

    def __init__(self, base, login, password, patience_s=60):
        self.base, self.login, self.password, self.patience_s, self.token = base, login, password, patience_s, None

    def ask(self, method, path, body=None, key=None, headers=None, raw=None):
        key = new_key() if key is True else key
        until = time.monotonic() + self.patience_s
        while True:
            answer = self._try(method, path, body, key, headers, raw)
            if answer and answer.status not in (401, 503):
                return answer
            if answer and answer.status == 401:
                self.token = None
            if time.monotonic() > until:
                raise AssertionError("%s %s: %s" % (method, path, answer or "no answer"))
            time.sleep(0.1)

    def _try(self, method, path, body, key, headers, raw):
        try:
            if not self.token:
                self.token = self.log_in()
            return send(method, self.base + path, body, self.token, key, headers, raw) if self.token else None
        except OSError:
            return None

    def log_in(self):
        answer = send("POST", self.base + "/api/identity/sessions", {"login": self.login, "password": self.password})
        if answer.status not in (200, 503):
            raise AssertionError("%s cannot log in: %s" % (self.login, answer))
        return answer["access_token"] if answer.status == 200 else None
