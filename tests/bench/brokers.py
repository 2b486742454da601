"""brokers — foreign brokers for the bench, each on the ports and in the folder given, ended by pid. Nothing of the machine's own
services is touched.

    with nats(folder, port): …
    with rabbit(folder, port): …          # also takes port + 1 (its own epmd) and port + 2 (between Erlang nodes)
    with redis(folder) as socket_path: …  # as durable as BullMQ's manual asks: append-only file, synchronised every second
"""
import contextlib
import os
import signal
import socket
import subprocess
import time

READY_S, STOP_S = 60, 20


def _spawn(argv, folder, env=None):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, os.path.basename(argv[0]) + ".log"), "ab") as log:
        return subprocess.Popen(argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder, env=env,
                                start_new_session=True)


def _end(child):
    """SIGTERM, then SIGKILL for what is left of its session."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(timeout=STOP_S)
    except subprocess.TimeoutExpired:
        pass
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _greeting(port, said=b""):
    """What a server answers to the first words; b"" if there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as s:
            s.settimeout(1)
            s.sendall(said)
            return s.recv(64)
    except OSError:
        return b""


def _wait(child, is_ready, what):
    until = time.monotonic() + READY_S
    while not is_ready():
        if child.poll() is not None or time.monotonic() > until:
            _end(child)
            raise RuntimeError("%s does not start: see its log" % what)
        time.sleep(0.05)


@contextlib.contextmanager
def _running(argv, folder, is_ready, env=None):
    child = _spawn(argv, folder, env)
    try:
        _wait(child, is_ready, argv[0])
        yield child.pid
    finally:
        _end(child)


@contextlib.contextmanager
def nats(folder, port):
    """NATS with JetStream in the folder, everything else by default; yields its pid."""
    argv = ["nats-server", "--addr", "127.0.0.1", "--port", str(port), "--jetstream", "--store_dir", folder]
    with _running(argv, folder, lambda: _greeting(port).startswith(b"INFO")) as pid:
        yield pid


def _rabbit_env(folder, port):
    path = lambda *parts: os.path.join(folder, *parts)
    return {**os.environ, "HOME": folder, "ERL_EPMD_PORT": str(port + 1), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "bench%d@localhost" % port, "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port), "RABBITMQ_DIST_PORT": str(port + 2), "RABBITMQ_MNESIA_BASE": path("data"),
            "RABBITMQ_LOG_BASE": path("log"), "RABBITMQ_PID_FILE": path("pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": path("plugins"), "RABBITMQ_CONFIG_FILE": path("none"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": path("none"), "RABBITMQ_CONF_ENV_FILE": path("none"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}"}


@contextlib.contextmanager
def rabbit(folder, port):
    """A RabbitMQ of one node; yields the pid of its shell (the node is a child)."""
    env = _rabbit_env(folder, port)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "plugins"), "w", encoding="ascii") as f:
        f.write("[].\n")
    with _running(["epmd"], folder, lambda: is_open(port + 1), env):
        argv = ["/usr/lib/rabbitmq/bin/rabbitmq-server"]
        with _running(argv, folder, lambda: _greeting(port, b"AMQP\0\0\x09\x01").startswith(b"\x01"), env) as pid:
            yield pid


def is_open(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def redis(folder):
    """Yields the path of its unix socket."""
    path = os.path.join(folder, "redis.sock")
    with contextlib.suppress(FileNotFoundError):
        os.remove(path)
    argv = ["redis-server", "--port", "0", "--unixsocket", path, "--dir", folder, "--save", "", "--appendonly", "yes",
            "--appendfsync", "everysec"]
    with _running(argv, folder, lambda: os.path.exists(path)):
        yield path
