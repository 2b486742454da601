"""take — one backup: dumps of one moment, the files, the sealed keys, the manifest; then old ones go."""
import concurrent.futures
import contextlib
import datetime
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess

from operator_api import STORES, Refused, Unreachable

from . import books, cut, sealed
from .places import PASSPHRASE, for_client

FORMAT = 1
MOMENT = re.compile(r"\d{8}T\d{6}\.\d{3}Z")
PIECE = 1 << 20


def sha256_of(path):
    with open(path, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def synced(path):
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


# ---- the databases ----

def ledger_statements(op):
    """{service: …} of those that answer, and why the others do not."""
    known, away = {}, []
    for service in STORES:
        try:
            known[service] = op.call(service, "/admin/ledgers")
        except (Unreachable, Refused) as error:
            away.append(str(error))
    return known, away


def dump(service, conninfo, snapshot, folder):
    args, env = for_client(conninfo)
    ran = subprocess.run(["pg_dump", *args, "--snapshot=" + snapshot, "-Fc", "-Z3", "--no-owner", "--no-privileges", "-f",
                          os.path.join(folder, service + ".dump")], env=env, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise Refused("%s: pg_dump: %s" % (service, ran.stderr.strip()))


def take_databases(databases, statements, at, folder):
    """What the manifest says of them."""
    with cut.Cut(databases) as moment, concurrent.futures.ThreadPoolExecutor(2) as pool:
        dumps = [pool.submit(dump, s, c, moment.snapshots[s], folder) for s, c in databases.items()]
        told = {"held_ms": moment.held_ms, "statements": statements,
                "tables": {s: cut.contents(r) for s, r in moment.readers.items()},
                "equations": books.equations(moment.readers, statements, at)}
        for done in dumps:
            done.result()
    return told


# ---- the files ----

def path_of(store, name):
    return os.path.join(store, name[:2], name[2:4], name)


def names_in(store):
    for folder, _, names in sorted(os.walk(store)):
        yield from (n for n in sorted(names) if re.fullmatch("[0-9a-f]{64}", n) and folder == os.path.dirname(path_of(store, n)))


def copy_checked(source, to, name):
    """False: what is there is not what its name says."""
    os.makedirs(os.path.dirname(to), mode=0o700, exist_ok=True)
    digest, new = hashlib.sha256(), to + ".new"
    with open(source, "rb") as f, open(new, "wb", opener=lambda p, flags: os.open(p, flags, 0o600)) as out:
        while piece := f.read(PIECE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != name:
        os.remove(new)
        return False
    os.rename(new, to)
    return True


def take_files(source, store, list_path):
    """Copy what the store does not have yet. After the databases: rows refer to files that were there before them, and what
    nothing refers to any more stays for a month. Names of damaged files."""
    damaged, lines = [], []
    for name in names_in(os.path.join(source, "by-content")):
        path, to = path_of(os.path.join(source, "by-content"), name), path_of(store, name)
        with contextlib.suppress(FileNotFoundError):  # pruned just now
            size = os.path.getsize(path)
            has = os.path.exists(to) and os.path.getsize(to) == size
            if has or copy_checked(path, to, name):
                lines.append("%s %d\n" % (name, size))
            else:
                damaged.append(name)
    with open(list_path, "w", encoding="ascii") as f:
        f.writelines(lines)
    return {"count": len(lines), "bytes": sum(int(line.split()[1]) for line in lines), "damaged": damaged}


# ---- the keys ----

def secrets_of(places):
    found = {"conf/" + name: os.path.join(places.conf_dir, name) for name in os.listdir(places.conf_dir) if name.endswith(".conf")}
    for base, _, files in os.walk(places.keys):
        for file in files:
            path = os.path.join(base, file)
            found[os.path.join("keys", os.path.relpath(path, places.keys))] = path
    found.pop("keys/" + PASSPHRASE, None)
    accounts = os.path.join(places.run, "demo-accounts.json")
    return {**found, **({"demo-accounts.json": accounts} if os.path.exists(accounts) else {})}


# ---- all of it ----

def write_manifest(folder, told, passphrase_file):
    told["parts"] = {name: {"sha256": sha256_of(os.path.join(folder, name)), "bytes": os.path.getsize(os.path.join(folder, name))}
                     for name in sorted(os.listdir(folder))}
    manifest = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()
    for name, data in (("manifest.json", manifest), ("manifest.seal", sealed.new_seal(manifest, passphrase_file).encode())):
        with open(os.path.join(folder, name), "wb") as f:
            f.write(data)


@contextlib.contextmanager
def alone(folder):
    """Nobody else makes or prunes backups here meanwhile; what was cut off before goes."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with open(os.path.join(folder, ".lock"), "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("another backup is being made in %s" % folder) from None
        for left in [n for n in os.listdir(folder) if n.startswith("unfinished-")]:
            shutil.rmtree(os.path.join(folder, left))
        yield


def take(op, places, folder, passphrase_file):
    """(its path, its manifest, the services that did not answer)."""
    at = datetime.datetime.now(datetime.timezone.utc)
    moment = at.strftime("%Y%m%dT%H%M%S.") + "%03dZ" % (at.microsecond // 1000)
    unfinished = os.path.join(folder, "unfinished-" + moment)
    os.mkdir(unfinished, 0o700)
    statements, away = ledger_statements(op)
    told = {"format": FORMAT, "at": at.isoformat(),
            **take_databases(places.databases, statements, at.isoformat(), unfinished)}
    told["files"] = take_files(places.files, os.path.join(folder, "files"), os.path.join(unfinished, "files.list"))
    sealed.pack(secrets_of(places), os.path.join(unfinished, "secrets.enc"), passphrase_file)
    write_manifest(unfinished, told, passphrase_file)
    for name in os.listdir(unfinished):
        synced(os.path.join(unfinished, name))
    synced(unfinished)
    os.rename(unfinished, os.path.join(folder, moment))
    synced(folder)
    return os.path.join(folder, moment), told, away


def moments(folder):
    """The backups of a folder, oldest first."""
    return sorted(name for name in os.listdir(folder) if MOMENT.fullmatch(name))


def prune(folder, keep):
    """Leave the newest ones, and of the files those they name. Which backups have gone."""
    gone = moments(folder)[:-keep]
    for name in gone:
        shutil.rmtree(os.path.join(folder, name))
    if gone:
        needed = {line.split()[0] for name in moments(folder) for line in open_list(os.path.join(folder, name))}
        store = os.path.join(folder, "files")
        for name in set(names_in(store)) - needed:
            os.remove(path_of(store, name))
    return gone


def open_list(backup):
    with open(os.path.join(backup, "files.list"), encoding="ascii") as f:
        return f.readlines()
