"""cpu_share — processes that may have only a part of a core, as the kernel's control groups (either version of them) do it."""
import contextlib
import os

ROOT = "/sys/fs/cgroup"
PERIOD_US = 100000


def controller():
    """(folder of the controller, file of the limit, how a limit is written); None: there is none."""
    first, second = os.path.join(ROOT, "cpu"), os.path.join(ROOT, "cgroup.subtree_control")
    if os.path.exists(os.path.join(first, "cpu.cfs_quota_us")):
        return first, "cpu.cfs_quota_us", "%d"
    with contextlib.suppress(OSError), open(second, encoding="ascii") as f:
        if "cpu" in f.read().split():
            return ROOT, "cpu.max", "%d " + str(PERIOD_US)
    return None


def why_no_cpu_share():
    found = controller()
    if not found:
        return "no control groups with a cpu controller under " + ROOT
    try:
        CpuShare(0.5).end()
    except OSError as refused:
        return "no control group can be made under %s: %s" % (found[0], refused.strerror)
    return None


class CpuShare:
    """A group of so much of one core; end() lets all go who are in it."""

    def __init__(self, share):
        self.root, limit, text = controller()
        self.folder = os.path.join(self.root, "motcua-drill-%d" % os.getpid())
        os.mkdir(self.folder)
        self._write(limit, text % (share * PERIOD_US))

    def _write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="ascii") as f:
            f.write(text)

    def take(self, pid):
        self.before = self._place_of(pid)
        self._write("cgroup.procs", str(pid))

    def _place_of(self, pid):
        """The folder of the group it is in now."""
        with open("/proc/%d/cgroup" % pid, encoding="ascii") as f:
            places = dict(line.strip().split(":", 2)[1:] for line in f)
        return os.path.join(self.root, places.get("cpu", places.get("", "/")).lstrip("/"))

    def throttled(self):
        """How often somebody had to wait for the next period."""
        with open(os.path.join(self.folder, "cpu.stat"), encoding="ascii") as f:
            return int(dict(line.split() for line in f)["nr_throttled"])

    def end(self):
        with open(os.path.join(self.folder, "cgroup.procs"), encoding="ascii") as f:
            pids = f.read().split()
        for pid in pids:
            with contextlib.suppress(OSError), open(os.path.join(self.before, "cgroup.procs"), "w", encoding="ascii") as f:
                f.write(pid)
        os.rmdir(self.folder)
