"""restore — a backup is checked whole before anything of it is used; then it is put into empty databases, and what is there
afterwards is counted and balanced as it was when the backup was made. Only what is the same is called restored."""
import contextlib
import json
import os
import shutil
import subprocess
import tempfile

from embedded.processes import store
from embedded.suite import Suite
from operator_api import STORES, Refused

from . import books, cut, sealed, take
from .places import PASSPHRASE, for_client

SHOWN = 20
# Codes that citizens were given after the backup must not be given to others: whoever files from now on is far behind them.
LEAP = "INSERT INTO code_counter (unit, day, next) SELECT DISTINCT u.code, d.day::date, 1 + %(leap)s FROM unit u," \
       " generate_series((now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 1," \
       " interval '1 day') AS d(day) ON CONFLICT (unit, day) DO UPDATE SET next = code_counter.next + %(leap)s"


class Backup:
    """One that is whole: its seal fits, and every part is what the manifest says."""

    def __init__(self, path, passphrase_file):
        self.path, self.passphrase_file = newest(path), passphrase_file
        self.manifest = self._manifest()
        self.store = os.path.join(os.path.dirname(self.path), "files")
        broken = list(self._broken_parts()) + list(self._broken_files())
        if broken:
            raise Refused("%s is damaged; nothing of it was used:\n%s" % (self.path, "\n".join("  " + b for b in broken[:SHOWN])))

    def of(self, databases):
        """Those it has: a release may have brought a service more since."""
        return {s: c for s, c in databases.items() if s in self.manifest["tables"]}

    def part(self, name):
        return os.path.join(self.path, name)

    def _manifest(self):
        try:
            with open(self.part("manifest.json"), "rb") as f, open(self.part("manifest.seal"), encoding="ascii") as s:
                data, seal = f.read(), s.read()
        except (OSError, ValueError) as error:
            raise Refused("%s is no backup, or not a whole one: %s" % (self.path, error)) from None
        if not sealed.fits(data, seal, self.passphrase_file):
            raise Refused("%s: the seal does not fit: it is another passphrase than %s, or the manifest was changed" % (
                self.path, self.passphrase_file))
        manifest = json.loads(data)
        if manifest["format"] != take.FORMAT:
            raise Refused("%s has format %s; this command reads %d" % (self.path, manifest["format"], take.FORMAT))
        return manifest

    def _broken_parts(self):
        for name, said in self.manifest["parts"].items():
            yield from wrong_with(self.part(name), name, said["sha256"], said["bytes"])

    def _broken_files(self):
        if os.path.exists(self.part("files.list")):
            for line in take.open_list(self.path):
                name, size = line.split()
                yield from wrong_with(take.path_of(self.store, name), "files/" + name, name, int(size))


def newest(path):
    """The backup itself, or the newest of a folder of backups."""
    if not os.path.isdir(path):
        raise Refused("there is no folder %s" % path)
    if os.path.exists(os.path.join(path, "manifest.json")) or not take.moments(path):
        return os.path.abspath(path)
    return os.path.join(os.path.abspath(path), take.moments(path)[-1])


def wrong_with(path, name, sha256, size):
    if not os.path.exists(path):
        yield "%s is missing" % name
    elif os.path.getsize(path) != size:
        yield "%s has %d bytes, it had %d" % (name, os.path.getsize(path), size)
    elif take.sha256_of(path) != sha256:
        yield "%s is not what it was: its SHA-256 is another" % name


# ---- into databases ----

def refuse_full(databases):
    for service, conninfo in databases.items():
        with contextlib.closing(cut.connect(service, conninfo)) as connection:
            tables = cut.one(connection, cut.TABLES)
        if tables:
            raise Refused("%s's database is not empty (%d tables): restore into a new one; nothing was changed" % (
                service, len(tables)))


def load(backup, databases):
    for service, conninfo in databases.items():
        args, env = for_client(conninfo)
        ran = subprocess.run(["pg_restore", *args, "--no-owner", "--no-privileges", "--no-comments", "--exit-on-error",
                              "--single-transaction", backup.part(service + ".dump")], env=env, capture_output=True, text=True,
                             check=False)
        if ran.returncode != 0:
            raise Refused("%s: pg_restore: %s" % (service, ran.stderr.strip()))


def compare(backup, databases):
    """What was written down, and the same found anew: [(what, of whom, then, now)]. Equations are between all of them."""
    said, readers = backup.manifest, {s: cut.reader(s, c) for s, c in databases.items()}
    try:
        tables = {s: cut.contents(r) for s, r in readers.items()}
        is_whole = len(readers) == len(said["tables"])
        found = books.equations(readers, said["statements"], said["at"], said["equations"]) if is_whole else {}
    finally:
        for connection in readers.values():
            connection.close()
    rows = [("table", "%s.%s" % (s, t), said["tables"][s].get(t), tables[s].get(t))
            for s in databases for t in sorted(said["tables"][s].keys() | tables[s].keys())]
    return rows + [("equation", name, said["equations"][name], found[name]) for name in sorted(found)]


def leap(databases, numbers):
    with contextlib.closing(cut.connect("intake", databases["intake"])) as connection, connection.cursor() as cursor:
        cursor.execute(LEAP, {"leap": numbers})
        connection.commit()


def load_files(backup, folder):
    by_content = os.path.join(folder, "by-content")
    for sub in (folder, os.path.join(folder, "partial"), by_content):
        os.makedirs(sub, mode=0o750, exist_ok=True)
    for line in take.open_list(backup.path):
        name = line.split()[0]
        to = take.path_of(by_content, name)
        if not os.path.exists(to):
            os.makedirs(os.path.dirname(to), mode=0o750, exist_ok=True)
            take.copy_checked(take.path_of(backup.store, name), to, name)


# ---- into a folder of its own ----

@contextlib.contextmanager
def own_server(folder, throw_away):
    """A PostgreSQL in the folder, with empty databases: {service: conninfo}."""
    suite = Suite(folder, 0, only=["postgres"])
    suite.make_folders()
    suite.postgres.prepare()
    process = store(suite.postgres)
    if throw_away:
        process.argv += ["-c", "fsync=off", "-c", "full_page_writes=off"]
    suite.children["postgres"] = (process, suite.spawn(process))
    try:
        suite.wait_ready(*suite.children["postgres"])
        suite.postgres.make_databases()
        yield {s: "host=%s dbname=motcua_%s user=motcua_%s" % ((suite.sockets,) + (s.replace("-", "_"),) * 2) for s in STORES}
        if not throw_away:
            suite.psql("CHECKPOINT")  # else its end takes long, is cut off, and the next start has everything to read again
    finally:
        suite.stop_all()
        if throw_away:
            shutil.rmtree(suite.outside(), ignore_errors=True)


def prove(backup):
    """What is found in a throw-away place, beside what was written down; and that the keys open."""
    folder = tempfile.mkdtemp(prefix="motcua-prove-")
    os.chmod(folder, 0o711)
    try:
        with sealed.unpacked(backup.part("secrets.enc"), backup.passphrase_file) as tar:
            keys = len(tar.getmembers())
        with own_server(folder, True) as databases:
            load(backup, backup.of(databases))
            return compare(backup, backup.of(databases)), keys
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def into_folder(backup, folder, numbers):
    """A suite as `make run` would have made it, with everything in it; RUN_DIR=folder make run goes on."""
    if os.path.isdir(folder) and os.listdir(folder):
        raise Refused("%s is not empty: name a new folder" % folder)
    os.makedirs(folder, mode=0o755, exist_ok=True)
    with own_server(folder, False) as databases:
        load(backup, backup.of(databases))
        rows = compare(backup, backup.of(databases))
        leap(databases, numbers)
    load_files(backup, os.path.join(folder, "files"))
    with sealed.unpacked(backup.part("secrets.enc"), backup.passphrase_file) as tar:
        sealed.unpack(tar, folder)
    shutil.copy2(backup.passphrase_file, os.path.join(folder, "keys", PASSPHRASE))
    return rows


def in_place(op, backup, places, only, with_keys, numbers):
    """Into the databases and folders of the configuration: a suite that stands, is empty and does not run; or of some services."""
    databases = {s: c for s, c in backup.of(places.databases).items() if s in (only or STORES)}
    running = [s for s in databases if op.ready(s) is not None]
    if running:
        raise Refused("these services run: %s; stop them first" % ", ".join(running))
    refuse_full(databases)
    load_files(backup, places.files)  # first: what fails here can be done again, a database is full afterwards
    load(backup, databases)
    rows = compare(backup, databases)
    if "intake" in databases:
        leap(databases, numbers)
    if with_keys:
        with sealed.unpacked(backup.part("secrets.enc"), backup.passphrase_file) as tar:
            sealed.unpack(tar, places.keys, "keys/")
    return rows
