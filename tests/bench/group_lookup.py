"""lookup — the public's question how far a dossier is, by its code: from PostgreSQL beside the peer, from the process's memory
beside nginx with a file of that size, and with Redis dead."""
import contextlib
import os
import pathlib
import subprocess

from ground import Ground, free_port_range, web, write_request
from group_intake import CONNECTIONS, SERVED
from programs import beside, settings

DOSSIERS = 20000
ANYBODY = {"MOTCUA_INTAKE_LOOKUP_TRIES": "1000000000"}
NGINX = """worker_processes 1; daemon off; pid %(dir)s/nginx.pid; error_log stderr warn;
events { worker_connections 1024; }
http { access_log off; default_type application/json; keepalive_requests 1000000000;
  client_body_temp_path %(dir)s; proxy_temp_path %(dir)s; fastcgi_temp_path %(dir)s; uwsgi_temp_path %(dir)s; scgi_temp_path %(dir)s;
  server { listen 127.0.0.1:%(port)d; root %(dir)s; } }
"""


@contextlib.contextmanager
def nginx(folder, body):
    """One worker, one file; its port."""
    os.makedirs(folder)
    os.chmod(folder, 0o755)
    with open(os.path.join(folder, "lookup"), "wb") as f:
        f.write(body)
    port = free_port_range(2)
    with open(os.path.join(folder, "nginx.conf"), "w", encoding="utf-8") as f:
        f.write(NGINX % {"dir": folder, "port": port})
    child = subprocess.Popen(["nginx", "-c", os.path.join(folder, "nginx.conf"), "-e", "stderr"])
    try:
        web.wait_for(lambda: answers(port), what="nginx")
        yield port
    finally:
        child.terminate()
        child.wait()


def answers(port):
    try:
        return web.send("GET", "http://127.0.0.1:%d/lookup" % port).status == 200
    except OSError:
        return False


def fill(ground, request, port):
    """File on this port until there are enough dossiers."""
    ground.load(port, request, CONNECTIONS, 4)


def codes(ground, database, name):
    """A file of codes, all equally long."""
    rows = ground.suite.psql("SELECT code FROM dossier WHERE length(code) = (SELECT max(length(code)) FROM dossier) LIMIT %d"
                             % DOSSIERS, database=database).split()
    path = os.path.join(ground.folder, name)
    with open(path, "w", encoding="ascii") as f:
        f.write("\n".join(rows))
    return rows[0], path


class Lookups:
    def __init__(self, ground, uncached_port):
        request = ground.open_for_filing()
        ground.make_peer()
        fill(ground, request, ground.port("intake"))
        with ground.peer("batch"):
            fill(ground, ground.filing_request("filing-peer", {}), ground.peer_port)
        self.ground, self.uncached_port = ground, uncached_port
        self.code, self.values = codes(ground, "motcua_intake", "codes")
        peer_code, self.peer_values = codes(ground, "peer", "peer-codes")
        path = lambda name: os.path.join(ground.folder, name)
        self.any = write_request(path("any"), "GET", "/api/intake/lookup/" + "@" * len(self.code), {})
        self.one = write_request(path("one"), "GET", "/api/intake/lookup/" + self.code, {})
        self.peer_any = write_request(path("peer-any"), "GET", "/lookup?code=" + "@" * len(peer_code), {})
        self.file = write_request(path("file"), "GET", "/lookup", {})

    def body(self):
        return web.send("GET", "http://127.0.0.1:%d/api/intake/lookup/%s" % (self.ground.port("intake"), self.code)).body

    def rate(self, port, request, seconds, **more):
        report = self.ground.load(port, request, CONNECTIONS, seconds, warm=1, **more)
        if report["refused"] or report["failed"]:
            raise RuntimeError("look-ups were refused: %s" % report["status"])
        return report["per_s"]

    def peer(self, seconds):
        with self.ground.peer("batch"):
            return self.rate(self.ground.peer_port, self.peer_any, seconds, values=self.peer_values)


def measure(lookups, static_port, seconds, turn):
    port = lookups.ground.port("intake")
    steps = [("store", lambda: lookups.rate(lookups.uncached_port, lookups.any, seconds, values=lookups.values)),
             ("peer", lambda: lookups.peer(seconds)),
             ("memory", lambda: lookups.rate(port, lookups.one, seconds)),
             ("nginx", lambda: lookups.rate(static_port, lookups.file, seconds)),
             ("any", lambda: lookups.rate(port, lookups.any, seconds, values=lookups.values))]
    return {name: step() for name, step in (steps if turn % 2 == 0 else reversed(steps))}


def run(out, rounds, seconds):
    with Ground(SERVED, env=ANYBODY) as ground:
        uncached = settings(ground.suite, "intake", replica="uncached", lookup_cache_ms="2", redis="")
        with beside("intake", pathlib.Path(ground.folder), uncached):
            lookups = Lookups(ground, int(uncached["listen"].rsplit(":", 1)[1]))
            with nginx(os.path.join(ground.folder, "static"), lookups.body()) as static_port:
                found = [measure(lookups, static_port, seconds, turn) for turn in range(rounds)]
            ground.suite.kill("redis")
            without = [lookups.rate(ground.port("intake"), lookups.any, seconds, values=lookups.values) for _ in range(rounds)]
    for one, lonely in zip(found, without):
        out.add("lookup_pg_peer", one["store"] / one["peer"])
        out.add("lookup_nginx", one["memory"] / one["nginx"])
        out.add("lookup_no_redis", lonely / one["any"])
        for name, rate in one.items():
            out.note("lookup %s /s" % name, rate)
