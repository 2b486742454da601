"""seeds — the corpus as libFuzzer wants it: one folder of inputs for each target. Most are kept as they are; those whose
input is packed are kept as text and packed here.

  x.message   "frame motcua.Packet" or "motcua.FeeDue", then that message as text   → the first word, the bytes
  x.packets   lines of a connection and a Packet as text                            → a row of packets (broker.c)
  x.event     a driver's event, its message as text                                 → the same with the bytes

The rows of fake_store.c likewise: "<motcua.Result> number: …" in them becomes the bytes in hex."""
import os
import re
import shutil
import struct
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
PROTO = os.path.join(HERE, "..", "..", "proto")


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
        with open(os.path.join(folder, stem if packer else name), "wb") as f:
            f.write(packer(data.decode()) if packer else data)
