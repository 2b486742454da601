"""engine — a docker engine of the tests' own, from Debian's packages: its data, socket and images in one folder, ended by its pid."""
import os
import shutil
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD_S = 900


class NoEngine(Exception):
    """Why there can be none here."""


class Engine:
    def __init__(self, folder, ready=None):
        """ready: the socket of an engine that somebody else has started and will end."""
        self.folder, self.ready = folder, ready
        self.env = {**os.environ, "DOCKER_HOST": "unix://" + (ready or self.path("socket")), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        self.daemon = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self):
        if self.ready:
            return
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
            return " ".join(f.read().split("\n")[-4:])[-500:]

    def stop(self):
        """By its pid; with it goes all it holds."""
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait(60)
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
