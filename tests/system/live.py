"""live — an open page: a stream of server-sent events, read as it comes."""
import http.client
import json
import threading
import time
import urllib.parse

from lib import wait_for


class Page:
    """`events` are (name, data, moment) in the order they came; `last_id` is what a browser would send to come back."""

    def __init__(self, url, token=None, headers=None):
        parts = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        headers = {"Authorization": "Bearer " + token, **(headers or {})} if token else headers or {}
        self.connection.request("GET", parts.path + ("?" + parts.query if parts.query else ""), headers=headers)
        self.answer = self.connection.getresponse()
        self.status, self.type = self.answer.status, self.answer.headers["Content-Type"]
        self.events, self.last_id, self.is_over = [], "", self.status != 200
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def _read(self):
        name = ""
        try:
            for line in iter(self.answer.readline, b""):
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "id":
                    self.last_id = value
                elif field == "event":
                    name = value
                elif field == "data":
                    self.events.append((name, json.loads(value), time.monotonic()))
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass  # closed under the reader
        self.is_over = True

    def named(self, name, **data):
        """The moments of events with this name and, among others, these members."""
        return [at for n, d, at in list(self.events) if n == name and data.items() <= d.items()]

    def hears(self, name, seconds=5, **data):
        """The moment it came."""
        return wait_for(lambda: self.named(name, **data), seconds, "%s %s" % (name, data), pause=0.005)[0]
