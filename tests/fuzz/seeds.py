"""seeds — the corpus as libFuzzer wants it: one folder of inputs for each target. Most are kept as they are; those whose
input is packed are kept as text and packed here.

  x.message   "frame motcua.Packet" or "motcua.FeeDue", then that message as text   → the first word, the bytes
  x.packets   lines of a connection and a Packet as text                            → a row of packets (broker.c)
  x.event     a driver's event, its message as text                                 → the same with the bytes

A service gets a seed of each of its routes besides, read from its main.c, and each seed once more with its store busy, in
conflict, without rows and with other values: so a new route is fuzzed from its first day, its failures too.

The rows of fake_store.c likewise: "<motcua.Result> number: …" in them becomes the bytes in hex."""
import os
import re
import shutil
import struct
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
PROTO = os.path.join(HERE, "..", "..", "proto")
SERVICES = os.path.join(HERE, "..", "..", "services")
ROUTE = re.compile(r'\{ "([A-Z]+)", "(/api/[^"]+)"')
STEPS = {"code": "000.00.01.H07-261101-0001", "field": "G14", "form": "01", "part": "service", "period": "20263", "procedure": "2.000815",
         "unit": "000.00.01.H07", "year": "2026", "no": "1", "seq": "1"}
SOME_ID = "0190a000-0000-7000-8000-0000000000dd"
STORES = {"busy": b"3 0 1", "unsaved": b"3 0 2", "conflict": b"3 0 3", "nothing": b"0 0 0", "other": b"1 1 0",
          "third": b"1 2 0"}  # fuzz.h, struct fuzz_store


def pack(message, text):
    files = sorted(f for f in os.listdir(PROTO) if f.endswith(".proto"))
    run = subprocess.run(["protoc", "--proto_path=" + PROTO, "--encode=" + message, *files], input=text.encode(),
                         capture_output=True, check=False)
    if run.returncode:
        raise SystemExit("%s: %s" % (message, run.stderr.decode()))
    return run.stdout


def pack_message(text):
    head, _, body = text.partition("\n")
    return head.split()[0].encode() + b"\n" + pack(head.split()[-1], body)


def pack_packets(text):
    rows = b""
    for line in text.splitlines():
        packet = pack("motcua.Packet", line[2:])
        rows += line[:1].encode() + struct.pack("<H", len(packet)) + packet
    return rows


def pack_event(text):
    head, _, body = text.partition("\n\n")
    return head.encode() + b"\n\n" + pack(head.split()[1], body)


PACKERS = {".message": pack_message, ".packets": pack_packets, ".event": pack_event}


def pack_row(line):
    column, _, values = line.rstrip("\n").partition(" ")
    packed = (re.sub(r"^<(\S+)> (.*)$", lambda m: pack(m[1], m[2]).hex(), v) for v in values.split("|"))
    return line if line.startswith("#") else "%s %s\n" % (column, "|".join(packed))


def make_rows(target, folder):
    """Put the rows of the target, if it has some, into the folder."""
    source = os.path.join(HERE, "rows", target + ".txt")
    os.makedirs(folder, exist_ok=True)
    if os.path.exists(source):
        with open(source, encoding="utf-8") as f, open(os.path.join(folder, target + ".txt"), "w", encoding="utf-8") as to:
            to.writelines(pack_row(line) for line in f)


def route_seeds(target):
    """name → a call of the route by staff and by a citizen."""
    program = os.path.join(SERVICES, target, "main.c")
    if target == "broker" or not os.path.exists(program):
        return {}
    with open(program, encoding="utf-8") as f:
        routes = ROUTE.findall(f.read())
    calls = ((i, who, method, re.sub(r"\{(\w+)\}", lambda m: STEPS.get(m[1], SOME_ID), path))
             for i, (method, path) in enumerate(routes) for who in ("staff", "citizen"))
    return {"route%d.%s" % (i, who): ("%s %s\nAs: %s\nStore: 3 0 0\n\n{}" % (method, path, who)).encode()
            for i, who, method, path in calls}


def other_stores(seed):
    """What its store may answer besides: {ending: the seed with that}."""
    head, mark, body = seed.partition(b"\n\n")
    kept = b"\n".join(line for line in head.split(b"\n") if not line.startswith(b"Store:"))
    return {name: kept + b"\nStore: " + store + mark + body for name, store in STORES.items()}


def make_routes(target, folder):
    for name, seed in route_seeds(target).items():
        write(folder, name, seed)
    if route_seeds(target):
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as f:
                for ending, seed in other_stores(f.read()).items():
                    write(folder, "%s.%s" % (name, ending), seed)


def write(folder, name, data):
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)


def make(target, folder):
    """Fill the folder with the seeds of the target."""
    source = os.path.join(HERE, "corpus", target)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for name in sorted(os.listdir(source)):
        stem, ending = os.path.splitext(name)
        with open(os.path.join(source, name), "rb") as f:
            data = f.read()
        packer = PACKERS.get(ending)
        write(folder, stem if packer else name, packer(data.decode()) if packer else data)
    make_routes(target, folder)
