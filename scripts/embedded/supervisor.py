"""supervisor — keeps an embedded suite running after the command that started it has returned."""
import fcntl
import json
import os
import signal
import sys
import time


def pid_of(suite, name="supervisor"):
    """The pid in the file, if that process lives. The supervisor's file is locked while it does: a number may belong to
    a stranger by now."""
    try:
        with open(suite.path("pid", name), encoding="utf-8") as f:
            if name == "supervisor" and lock(f):
                return None
            pid = int(f.read())
    except (OSError, ValueError):
        return None
    return pid if is_alive(pid) else None


def lock(f):
    """True if it was free; it is ours until f is closed."""
    try:
        fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def is_alive(pid):
    """It runs; one that has ended and that nobody waits for does not."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as f:
            return f.read().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False


def stopped_flag(suite, name):
    return suite.path("state", name + ".stopped")


class Pause:
    """No pause after the first death, then a growing one; forgotten after a quiet minute."""

    def __init__(self):
        self.last, self.wait_s = 0, 0

    def is_over(self):
        quiet_s = time.monotonic() - self.last
        if quiet_s < self.wait_s:
            return False
        self.wait_s = 0.2 if quiet_s > 60 else min(max(self.wait_s * 2, 0.2), 5)
        self.last = time.monotonic()
        return True


class Keeper:
    """Starts again what dies; leaves alone what state/<name>.stopped names."""

    def __init__(self, suite, log=sys.stdout):
        self.suite, self.log, self.pauses = suite, log, {}

    def look(self):
        for name, (process, child) in list(self.suite.children.items()):
            wanted = not os.path.exists(stopped_flag(self.suite, name))
            alive = child.poll() is None
            if alive and not wanted:
                child.send_signal(process.stop_signal)
            elif not alive and wanted and self.pauses.setdefault(name, Pause()).is_over():
                bury(name, child, self.log)
                self.suite.children[name] = (process, self.suite.spawn(process))


def keep_alive(suite):
    """Until SIGTERM."""
    leaving, keeper = [], Keeper(suite)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: leaving.append(True))
    while not leaving:
        time.sleep(0.05)
        keeper.look()
    suite.stop_all()


def bury(name, child, log):
    """What it left behind goes too: nginx's workers would keep the port."""
    print("%s %s ended (%d); started again" % (time.strftime("%d/%m/%Y %H:%M:%S"), name, child.returncode), file=log, flush=True)
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(suite):
    """In the daemon: start, say so in state/started, keep alive."""
    try:
        suite.start_all()
        outcome = {"ready": True}
    except Exception as error:  # told to the command that waits
        outcome = {"ready": False, "why": str(error)}
        suite.stop_all()
    with open(suite.path("state", "started.new"), "w", encoding="utf-8") as f:
        json.dump(outcome, f)
    os.rename(suite.path("state", "started.new"), suite.path("state", "started"))
    if outcome["ready"]:
        keep_alive(suite)


def start(suite):
    """Fork the daemon; returns what it says once everything is ready or something is not."""
    for name in os.listdir(suite.path("state")):
        if name == "started" or name.endswith(".stopped"):
            os.remove(suite.path("state", name))
    child = os.fork()
    if child == 0:
        become_daemon(suite)
        run(suite)
        os._exit(0)
    os.waitpid(child, 0)
    return wait_started(suite)


def wait_started(suite):
    while not os.path.exists(suite.path("state", "started")):
        time.sleep(0.02)
        if not pid_of(suite) and not os.path.exists(suite.path("state", "started")):
            return {"ready": False, "why": "the supervisor ended: see %s" % suite.path("log", "supervisor.log")}
    with open(suite.path("state", "started"), encoding="utf-8") as f:
        return json.load(f)


def become_daemon(suite):
    """The lock on the pid file passes to the daemon, and goes with it."""
    os.setsid()
    log = os.open(suite.path("log", "supervisor.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    sys.stdout.flush()
    for target, source in ((0, null), (1, log), (2, log)):
        os.dup2(source, target)
    pid_file = os.open(suite.path("pid", "supervisor"), os.O_WRONLY | os.O_CREAT, 0o600)
    until = time.monotonic() + 1  # somebody may be looking whether it is free
    while not lock(pid_file):
        if time.monotonic() > until:
            os._exit(1)  # another start was faster
        time.sleep(0.01)
    os.truncate(pid_file, 0)
    pid = os.fork()
    if pid:
        os.write(pid_file, str(pid).encode())
        os._exit(0)


def stop(suite):
    pid = pid_of(suite)
    if pid:
        os.kill(pid, signal.SIGTERM)
        while pid_of(suite):
            time.sleep(0.05)
    end_orphans(suite)


def end_orphans(suite):
    """End by pid what a supervisor that was killed has left behind, and wait for it."""
    left = [pid for name in os.listdir(suite.path("pid")) if (pid := orphan(suite, name))] if os.path.isdir(
        suite.path("pid")) else []
    for pid in left:
        os.kill(pid, signal.SIGINT)  # nginx, Redis and PostgreSQL too: a fast, clean end
    until = time.monotonic() + 20
    while any(is_alive(pid) for pid in left) and time.monotonic() < until:
        time.sleep(0.05)


def orphan(suite, name):
    """The pid of a process of this suite: its command line names the run folder."""
    pid = pid_of(suite, name) if name != "supervisor" else None
    if not pid:
        return None
    with open("/proc/%d/cmdline" % pid, "rb") as f:
        command = f.read()
    return pid if suite.run.encode() in command or suite.outside().encode() in command else None
