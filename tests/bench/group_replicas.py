"""replicas — two intakes that share the load beside one that has it all. The clients are the same 256 connections."""
import concurrent.futures
import pathlib

from ground import Ground
from group_intake import CONNECTIONS, SERVED
from programs import beside, settings


def together(ground, request, ports, seconds):
    """Accepted a second, over all ports."""
    with concurrent.futures.ThreadPoolExecutor(len(ports)) as pool:
        loads = [pool.submit(ground.load, port, request, CONNECTIONS // len(ports), seconds, warm=1) for port in ports]
        return sum(load.result()["per_s"] for load in loads)


def run(out, rounds, seconds):
    with Ground(SERVED) as ground:
        request = ground.open_for_filing()
        values = settings(ground.suite, "intake", replica="two")
        with beside("intake", pathlib.Path(ground.folder), values):
            first, second = ground.port("intake"), int(values["listen"].rsplit(":", 1)[1])
            for turn in range(rounds):
                rates = {n: together(ground, request, [first, second][:n], seconds) for n in ((1, 2) if turn % 2 == 0 else (2, 1))}
                out.add("two_replicas", rates[2] / rates[1])
