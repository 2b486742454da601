"""idle — what the suite costs while nobody asks for anything, and how fast a service is there."""
import glob
import http.client
import os
import subprocess
import time

from embedded.layout import SERVICES
from ground import BUILD, Ground

PROGRAMS = ["broker"] + SERVICES
SETTLE_S, REST_S = 10, 20


def pss_mib(pid):
    with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("Pss:")) / 1024


def run_s(pid):
    """Seconds its threads have run, to the nanosecond: of so little, the kernel's ticks say nothing."""
    total = 0
    for path in glob.glob("/proc/%d/task/*/schedstat" % pid):
        with open(path, encoding="ascii") as f:
            total += int(f.read().split()[0])
    return total / 1e9


def is_up(port):
    try:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        asked.request("GET", "/healthz")
        return asked.getresponse().status == 200
    except OSError:
        return False


def start_ms(ground, name):
    """From its start to its first 200."""
    suite = ground.suite
    suite.stop(name)
    argv = [os.path.join(BUILD, name), "--config", suite.path("conf", name + ".conf")]
    port = suite.ports[name.upper().replace("-", "_") + "_ADMIN"]
    started = time.monotonic()
    child = subprocess.Popen(argv, stderr=subprocess.DEVNULL)
    while not is_up(port):
        time.sleep(0.0005)
    took = (time.monotonic() - started) * 1000
    child.terminate()
    child.wait()
    suite.start(name)
    return took


def run(out, rounds, seconds):
    del seconds
    with Ground(None) as ground:
        time.sleep(SETTLE_S)
        before = {name: run_s(ground.pid(name)) for name in PROGRAMS}
        time.sleep(REST_S)
        used = {name: (run_s(ground.pid(name)) - before[name]) / REST_S * 100 for name in PROGRAMS}
        sizes = {name: pss_mib(ground.pid(name)) for name in PROGRAMS}
        for name in PROGRAMS:
            out.note("idle %s PSS MiB" % name, sizes[name])
            out.note("idle %s CPU %%" % name, used[name])
        out.add("idle_pss_mib", max(sizes.values()))
        out.add("idle_cpu", max(used.values()))
        for _ in range(rounds):
            times = {name: start_ms(ground, name) for name in SERVICES}
            for name, ms in times.items():
                out.note("start %s ms" % name, ms)
            out.add("start_ms", max(times.values()))
