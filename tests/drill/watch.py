"""watch — the memory of every program, looked at each second, held against what it was before anything happened."""
import threading

from ground import PROGRAMS

LIMIT_KIB = 64 * 1024


def rss_kib(pid):
    try:
        with open("/proc/%d/status" % pid, encoding="utf-8") as f:
            return next((int(line.split()[1]) for line in f if line.startswith("VmRSS:")), 0)
    except OSError:
        return 0


class Watch:
    """idle: KiB before the load; most: {program: (KiB, what was going on)}."""

    def __init__(self, ground):
        self.ground, self.going_on, self.ends = ground, "load", threading.Event()
        self.idle = {name: rss_kib(ground.pid(name)) for name in PROGRAMS}
        self.most = {name: (kib, "idle") for name, kib in self.idle.items()}
        self.looks = 0
        self.thread = threading.Thread(target=self._look, name="watch")
        self.thread.start()

    def _look(self):
        while not self.ends.wait(1):
            self.looks += 1
            for name in PROGRAMS:
                self.most[name] = max(self.most[name], (rss_kib(self.ground.pid(name)), self.going_on))

    def end(self):
        self.ends.set()
        self.thread.join()
