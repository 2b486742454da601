"""project — one suite in containers, as its operator works it: docker-compose with a file of variables, and what it shows."""
import json
import os
import socket
import ssl
import time

from embedded.elsewhere import SIMULATORS, Elsewhere
from embedded.sample import demo_accounts
from embedded.web import send, wait_for

SETTINGS = {"POSTGRES_IMAGE": "motcua-ground-postgres:bookworm", "REDIS_IMAGE": "motcua-ground-redis:bookworm",
            "NGINX_IMAGE": "motcua-ground-nginx:bookworm",
            "CALLS_PER_S": "5000", "LOGINS_PER_S": "500", "LOOKUPS_PER_S": "5000"}
UP_S = 150


class Project:
    def __init__(self, engine, folder, name, https_port, sim_ports, version):
        os.makedirs(folder, exist_ok=True)
        self.engine, self.folder, self.name, self.release = engine, folder, name, version
        self.base = "https://localhost:%d" % https_port
        self.settings = {**SETTINGS, "HTTPS_PORT": str(https_port), "PUBLIC_URL": self.base, "SIM_PORTS": sim_ports,
                         "GATEWAY_PAY_URL": "http://localhost:%s42/paymentv2/vpcpay.html" % sim_ports, "MOTCUA_VERSION": version}
        self.suite = Elsewhere(folder, self.base, ports=sim_ports)

    def write_settings(self, **more):
        """The file of variables, as .env would be; its name."""
        with open(os.path.join(self.folder, "env"), "w", encoding="utf-8") as f:
            f.writelines("%s=%s\n" % pair for pair in {**self.settings, **more}.items())
        return f.name

    def compose(self, *argv, seconds=UP_S, check=True, **settings):
        return self.engine.call("docker-compose", "--env-file", self.write_settings(**settings), "-p", self.name, "--profile",
                                "simulators", *argv, seconds=seconds, check=check)

    def containers(self, service):
        return self.inspect("label=com.docker.compose.project=" + self.name, "label=com.docker.compose.service=" + service)

    def inspect(self, *labels):
        ids = self.engine.docker("ps", "-q", "--no-trunc", *[word for label in labels for word in ("-f", label)]).split()
        return json.loads(self.engine.docker("inspect", *ids)) if ids else []

    def are_healthy(self, service, count):
        found = self.containers(service)
        return len(found) == count and all(c["State"]["Health"]["Status"] == "healthy" for c in found)

    def wait_healthy(self, service, count, seconds=60):
        wait_for(lambda: self.are_healthy(service, count), seconds, "%d healthy of %s" % (count, service), pause=0.1)

    def read(self, volume, file):
        return self.engine.docker("run", "--rm", "-v", "%s_%s:/volume:ro" % (self.name, volume), "--entrypoint", "cat",
                                  "motcua-tools:" + self.release, "/volume/" + file)

    def sample_is_in(self):
        return bool(self.engine.docker("ps", "-aq", "-f", "name=%s_sample_1" % self.name, "-f", "exited=0"))

    def learn(self):
        """What somebody outside is given: the accounts, and the certificate to trust."""
        wait_for(self.sample_is_in, UP_S, "the sample data", pause=0.2)
        for volume, file, name in (("demo", "demo-accounts.json", "demo-accounts.json"), ("tls", "fullchain.pem", "ca.pem")):
            with open(self.suite.path(name), "w", encoding="utf-8") as f:
                f.write(self.read(volume, file) + "\n")
        os.environ["SSL_CERT_FILE"] = self.suite.path("ca.pem")

    def context(self):
        return ssl.create_default_context(cafile=self.suite.path("ca.pem"))

    def citizen_token(self):
        """Of the demo's first applicant, who may be used by many at once."""
        owner = demo_accounts(self.suite)["citizens"][0]
        return send("POST", self.suite.url("/api/identity/sessions"), {"login": owner["email"], "password": owner["password"]})[
            "access_token"]

    def motcua(self, *argv):
        return self.compose("run", "--rm", "--no-deps", "motcua", *argv, check=False)

    def memory_mib(self):
        """Name → what it holds now."""
        lines = self.engine.docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}").splitlines()
        units = {"KiB": 1 / 1024, "MiB": 1, "GiB": 1024}
        return {line.split()[0]: float(line.split()[1][:-3]) * units[line.split()[1][-3:]] for line in lines}

    def down(self):
        self.compose("down", "-v", "--remove-orphans", "-t", "5", check=False)


def free_ports():
    """One for HTTPS, and the first digits of three for the simulators."""
    for first in range(30, 300):
        ports = [first * 100 + last for last in (43, *SIMULATORS.values())]
        if all(is_free(port) for port in ports):
            return ports[0], str(first)
    raise RuntimeError("no ports are free")


def is_free(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def stopwatch():
    began = time.monotonic()
    return lambda: time.monotonic() - began
