"""processes — what an embedded suite runs: how each is started, what it needs first, how to see that it is ready."""
import os
import signal
import socket
import urllib.request

from .layout import ROOT, SERVICES

PYTHON = "/usr/bin/python3"


class Process:
    def __init__(self, name, argv, ready, needs=(), env=None, stop_signal=signal.SIGTERM):
        self.name, self.argv, self.ready, self.needs = name, argv, ready, needs
        self.env, self.stop_signal = env or {}, stop_signal


def http_ok(url, timeout=1):
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return answer.status == 200
    except OSError:
        return False


def answers(url):
    return lambda: http_ok(url)


def program(at, name, needs=()):
    return Process(name, [at.program(name), "--config", at.path("conf", name + ".conf")],
                   answers(at.admin_url(name) + "/readyz"), needs)


def simulator(at, name, health_port, options):
    script = os.path.join(ROOT, "tests", "sim", name + ".py")
    return Process(name + "-sim", [PYTHON, script, "--ledger", at.path("sim", name + ".jsonl")] + options,
                   answers(at.local(health_port) + "/healthz"))


def simulators(at):
    listen = lambda port_name: "127.0.0.1:%d" % at.ports[port_name]
    return [
        simulator(at, "portal", "PORTAL_SIM", [
            "--listen", listen("PORTAL_SIM"), "--username", "motcua", "--password", at.secret("portal.password"),
            "--dstcode", "VN:GOV:000.00.00.G22:vpcpdvcprovider", "--madonvi", "000.00.00.H07",
            "--push-key", at.secret("portal.push")]),
        simulator(at, "gateway", "GATEWAY_SIM", [
            "--listen", listen("GATEWAY_SIM"), "--tmn-code", "MOTCUA01", "--secret", at.secret("gateway.secret"),
            "--ipn-url", at.url("/api/payment/vnpay/ipn")]),
        simulator(at, "mail", "MAIL_SIM", [
            "--listen", listen("MAIL_SMTP"), "--control", listen("MAIL_SIM"), "--user", "motcua",
            "--password", at.secret("mail.password"), "--tls-dir", at.path("sim", "tls")]),
    ]


def redis_answers(path):
    """A server that was killed leaves its socket behind: only its answer says that it runs."""
    try:
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(1)
            s.connect(path)
            s.sendall(b"PING\r\n")
            return s.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def redis(at):
    path = at.sockets + "/redis"
    return Process("redis", ["redis-server", "--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no",
                             "--dir", at.path("redis"), "--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"],
                   lambda: redis_answers(path))


def store(postgres):
    return Process("postgres", postgres.argv(), postgres.is_ready, env=postgres.env, stop_signal=signal.SIGINT)


def all_processes(at, postgres):
    front = Process("nginx", ["nginx", "-p", at.path("nginx"), "-c", at.path("conf", "nginx.conf"), "-e", "stderr"],
                    answers(at.url("/healthz")))
    return ([store(postgres), redis(at), program(at, "broker")] + simulators(at) + [front] +
            [program(at, service, ("postgres",)) for service in SERVICES])
