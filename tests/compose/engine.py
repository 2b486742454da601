"""engine — a docker engine of the tests' own, from Debian's packages: its data, socket and images in one folder, ended by its pid."""
import contextlib
import os
import shutil
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD_S = 900


class NoEngine(Exception):
    """Why there can be none here."""


class Network:
    """What an engine changes of the machine's network and leaves behind: rules, forwarding, bridges."""

    FORWARDING, LINKS, TABLES = "/proc/sys/net/ipv4/ip_forward", ("docker0", "docker_gwbridge"), ("filter", "nat")

    def __init__(self):
        self.rules = self._run("iptables-save")
        with open(self.FORWARDING, encoding="ascii") as f:
            self.forwarding = f.read()

    @staticmethod
    def _run(*argv, text=None):
        return subprocess.run(argv, capture_output=True, text=True, check=False, input=text).stdout

    def put_back(self):
        for table in self.TABLES:
            if "*" + table not in self.rules:
                self._run("iptables", "-t", table, "-P", "FORWARD", "ACCEPT")
                self._run("iptables", "-t", table, "-F")
                self._run("iptables", "-t", table, "-X")
        self._run("iptables-restore", text=self.rules)
        for link in self.LINKS:
            self._run("ip", "link", "delete", link)
        with contextlib.suppress(PermissionError), open(self.FORWARDING, "w", encoding="ascii") as f:
            f.write(self.forwarding)  # who may not write it has not changed it


class Engine:
    def __init__(self, folder, ready=None):
        """ready: the socket of an engine that somebody else has started and will end."""
        self.folder, self.ready = folder, ready
        self.env = {**os.environ, "DOCKER_HOST": "unix://" + (ready or self.path("socket")), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        self.daemon = self.network = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self):
        if self.ready:
            return
        self.network = Network()
        argv = ["/usr/sbin/dockerd", "--data-root", self.path("data"), "--exec-root", self.path("exec"), "-p", self.path("pid"),
                "-H", "unix://" + self.path("socket")]
        with open(self.path("log"), "ab") as log:
            self.daemon = subprocess.Popen(argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.env,
                                           start_new_session=True)
        until = time.monotonic() + 60
        while self.call("docker", "info", check=False).returncode:
            if self.daemon.poll() is not None or time.monotonic() > until:
                raise NoEngine("dockerd does not start: " + self.last_words())
            time.sleep(0.2)

    def last_words(self):
        with open(self.path("log"), encoding="utf-8", errors="replace") as f:
            return (f.read().strip().splitlines() or ["it says nothing"])[-1][-300:]

    def stop(self):
        """By its pid; with it goes all it holds."""
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait(60)
            self.network.put_back()
            subprocess.run(["umount", self.path("exec/netns/default")], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, *argv, seconds=60, check=True, cwd=ROOT, more=None, text=None):
        done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=cwd, timeout=seconds, input=text,
                              env={**self.env, **(more or {})})
        if check and done.returncode:
            raise AssertionError("%s ended %d:\n%s" % (" ".join(argv), done.returncode, (done.stdout + done.stderr)[-3000:]))
        return done

    def docker(self, *argv, **how):
        return self.call("docker", *argv, **how).stdout.strip()

    def make_images(self, version):
        """The base by debootstrap, then `make images`; builds reach the mirror as this machine does."""
        if not self.docker("images", "-q", "debian:bookworm-slim"):
            self.call("deploy/ground/base", seconds=BUILD_S)
        self.call("make", "images", "GROUND=yes", "VERSION=" + version, "DOCKER=docker", "BUILD_FLAGS=--network host",
                  seconds=BUILD_S)
