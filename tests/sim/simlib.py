"""simlib — what the simulators share: a ledger, fault dials, control routes, start and stop.

Ledger   append-only JSON lines, one process at a time. A line is {"n": 1…, "at": …, "kind": …, "key": …, …}.
         Simulators build their state from these lines only, so a restarted one remembers everything.
Dials    named, typed switches for faults. They are not kept over a restart.
Control  GET /healthz · GET /ledger?after=N&key=K&kind=C · GET /dials · POST /dials · POST /dials/reset
"""
import argparse
import array
import asyncio
import datetime
import fcntl
import ipaddress
import json
import os
import signal
import sys
from typing import NamedTuple

from aiohttp import web

HANOI = datetime.timezone(datetime.timedelta(hours=7))
POLL_S = 0.05
BODY_LIMIT = 64 << 20


def dumps(value):
    """JSON as UTF-8; a lone surrogate stays a JSON escape instead of an error."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def reply(value, status=200):
    return web.Response(body=dumps(value), status=status, content_type="application/json", charset="utf-8")


def json_or_text(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def stamp(moment=None):
    """yyyyMMddHHmmss in Vietnam, the time format of all protocols here."""
    return (moment or datetime.datetime.now(HANOI)).strftime("%Y%m%d%H%M%S")


class Ledger:
    """Lines are only ever added. Line numbers n start at 1 and have no gaps."""

    def __init__(self, path, fsync=False):
        self.path = path
        self._fsync = fsync
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"{path}: another simulator is writing this ledger") from None
        self._starts = array.array("Q")
        self._end = 0
        self._load()

    def __len__(self):
        return len(self._starts)

    def close(self):
        os.close(self._fd)

    def _load(self):
        line = b""
        with open(self.path, "rb") as f:
            for line in f:
                self._load_line(line)
                self._end += len(line)
        if line and not line.endswith(b"\n"):
            self._write(b"\n")

    def _load_line(self, line):
        """A line torn by a kill is not JSON: it has no number, the next line takes the one meant for it."""
        try:
            entry = json.loads(line)
        except ValueError:
            return
        if entry["n"] != len(self) + 1:
            raise SystemExit(f"{self.path}: line {len(self) + 1} is missing")
        self._starts.append(self._end)

    def _write(self, data):
        written = os.write(self._fd, data)
        if written != len(data):
            os.ftruncate(self._fd, self._end)
            raise OSError(f"{self.path}: no room")
        if self._fsync:
            os.fsync(self._fd)
        self._end += written

    def add(self, kind, key="", **fields):
        """Writes a line and returns it."""
        now = datetime.datetime.now(HANOI).isoformat(timespec="milliseconds")
        entry = {"n": len(self) + 1, "at": now, "kind": kind, "key": key, **fields}
        start = self._end
        self._write(dumps(entry) + b"\n")
        self._starts.append(start)
        return entry

    def get(self, n):
        end = self._starts[n] if n < len(self) else self._end
        start = self._starts[n - 1]
        return json.loads(os.pread(self._fd, end - start, start).split(b"\n", 1)[0])

    def read(self, after=0, key=None, kind=None):
        """Lines after number `after`, only those of the key and kind when given."""
        for n in range(after + 1, len(self) + 1):
            entry = self.get(n)
            if key in (None, entry["key"]) and kind in (None, entry["kind"]):
                yield entry


class Dial(NamedTuple):
    default: object
    choices: tuple = ()
    high: float = float("inf")


class Dials:
    """The declared dials; numbers are never negative unless a choice says so."""

    def __init__(self, **declared):
        self._declared = declared
        self.reset()

    def __getitem__(self, name):
        return self.values[name]

    def reset(self):
        self.values = {name: dial.default for name, dial in self._declared.items()}

    def take(self, name):
        """Uses up one of a dial that counts; false when there is none left."""
        if self.values[name] <= 0:
            return False
        self.values[name] -= 1
        return True

    def set(self, wanted):
        """Sets all or none. ValueError names what is wrong."""
        unknown = sorted(set(wanted) - set(self._declared))
        if unknown:
            raise ValueError("unknown dials: " + ", ".join(unknown))
        wrong = sorted(name for name, value in wanted.items() if not self._fits(self._declared[name], value))
        if wrong:
            raise ValueError("wrong values of dials: " + ", ".join(wrong))
        self.values.update(wanted)

    @staticmethod
    def _fits(dial, value):
        if isinstance(dial.default, list):
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        if isinstance(dial.default, float) and type(value) is int:
            value = float(value)
        if type(value) is not type(dial.default):
            return False
        if dial.choices:
            return value in dial.choices
        return isinstance(value, (bool, str)) or 0 <= value <= dial.high


def drop(request):
    """Closes the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def linger(request, seconds=float("inf")):
    """Waits so long, but not longer than the client does or the simulator lives."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    stop = request.app["stop"]
    while loop.time() < end and not stop.is_set() and request.transport is not None:
        await asyncio.sleep(min(POLL_S, max(0.0, end - loop.time())))


async def read_object(request):
    """The JSON object in the body; None when it is none."""
    try:
        value = json.loads((await request.read()).decode("utf-8"))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


class Control:
    """The routes for tests and people."""

    def __init__(self, name, ledger, dials):
        self.name, self.ledger, self.dials = name, ledger, dials

    def routes(self):
        return [web.get("/healthz", self.healthz), web.get("/ledger", self.read_ledger),
                web.get("/dials", self.read_dials), web.post("/dials", self.set_dials),
                web.post("/dials/reset", self.reset_dials)]

    async def healthz(self, _request):
        return reply({"ready": True, "simulator": self.name, "pid": os.getpid(),
                      "ledger_lines": len(self.ledger)})

    async def read_ledger(self, request):
        after = request.query.get("after", "0")
        if not after.isascii() or not after.isdigit():
            return reply({"error": "after is a line number"}, 400)
        entries = self.ledger.read(int(after), request.query.get("key"), request.query.get("kind"))
        return reply({"last": len(self.ledger), "entries": list(entries)})

    async def read_dials(self, _request):
        return reply(self.dials.values)

    async def set_dials(self, request):
        wanted = await read_object(request)
        if wanted is None:
            return reply({"error": "the body is not a JSON object"}, 400)
        try:
            self.dials.set(wanted)
        except ValueError as error:
            return reply({"error": str(error)}, 400)
        return reply(self.dials.values)

    async def reset_dials(self, _request):
        self.dials.reset()
        return reply(self.dials.values)


def make_app(name, ledger, dials, middlewares=()):
    """An application with the control routes. What is put into app["ready"] is shown in the ready line."""
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=middlewares)
    app["ready"] = {"ready": True, "simulator": name}
    app["stop"] = asyncio.Event()
    app.add_routes(Control(name, ledger, dials).routes())
    return app


def loopback(text):
    """HOST:PORT of this machine only; port 0 takes a free one, which the ready line tells. In a container of its own
    (MOTCUA_SIM_IN_CONTAINER=yes) also 0.0.0.0: there that is the private network."""
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    try:
        contained = os.environ.get("MOTCUA_SIM_IN_CONTAINER") == "yes" and host == "0.0.0.0"
        inside = contained or host == "localhost" or ipaddress.ip_address(host).is_loopback
        number = int(port)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not HOST:PORT") from None
    if not inside or not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not an address of this machine")
    return host, number


def argument_parser(doc):
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listen", type=loopback, required=True, metavar="HOST:PORT")
    parser.add_argument("--ledger", required=True, metavar="FILE")
    parser.add_argument("--fsync", action="store_true", help="force each ledger line to the disk")
    return parser


def show_address(sockname):
    return f"[{sockname[0]}]:{sockname[1]}" if ":" in sockname[0] else f"{sockname[0]}:{sockname[1]}"


async def _serve(app, address, shown_as):
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, app["stop"].set)
    runner = web.AppRunner(app, access_log=None)
    try:
        await runner.setup()
        await web.TCPSite(runner, *address, shutdown_timeout=1).start()
        app["ready"][shown_as] = show_address(runner.addresses[0])
        print(json.dumps(app["ready"]), flush=True)
        await app["stop"].wait()
    finally:
        await runner.cleanup()


def run(app, address, shown_as="listen"):
    """Serves until SIGTERM or SIGINT; the process ends with 0 then, with 1 when it cannot listen."""
    try:
        asyncio.run(_serve(app, address, shown_as))
    except OSError as error:
        sys.exit(f"{app['ready']['simulator']}: {error}")
