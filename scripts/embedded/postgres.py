"""postgres — a private PostgreSQL under the run folder, reached by a unix socket only. Its server refuses to be root."""
import functools
import glob
import os
import pwd
import subprocess

from .layout import SERVICES, database_of

# What a store of record must have is left alone: fsync, full_page_writes, synchronous_commit. Every commit flushes for itself; what
# the WAL writer flushes between them only keeps them waiting (bench.py --only disk: an eighth more filings without).
SETTINGS = ["listen_addresses=", "max_connections=200", "shared_buffers=256MB", "wal_compression=lz4", "max_wal_size=4GB",
            "wal_writer_delay=10s", "jit=off", "log_min_messages=warning"]


def server_programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: run make deps")
    return os.path.dirname(found[-1])


class Postgres:
    def __init__(self, layout):
        self.layout = layout
        self.folder = os.path.realpath(layout.path("pg"))
        self.prefix = []
        self.env = {}

    @property
    def data(self):
        return os.path.join(self.folder, "data")

    @functools.cached_property
    def bin(self):
        return server_programs()

    def prepare(self):
        if os.getuid() == 0:
            self._find_account()
        os.makedirs(self.folder, exist_ok=True)
        if not os.path.exists(os.path.join(self.data, "PG_VERSION")):
            self._init()

    def argv(self):
        options = [word for setting in SETTINGS for word in ("-c", setting)]
        return self.prefix + [self.bin + "/postgres", "-D", self.data, "-k", self.layout.sockets] + options

    def is_ready(self):
        asked = [self.bin + "/pg_isready", "-q", "-h", self.layout.sockets, "-U", "postgres", "-d", "postgres"]
        return subprocess.run(asked, check=False).returncode == 0

    def psql(self, sql, database="postgres", user="postgres"):
        done = subprocess.run(["psql", "-h", self.layout.sockets, "-U", user, "-d", database, "-v", "ON_ERROR_STOP=1", "-qAt"],
                              input=sql, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def make_databases(self):
        existing = self.psql("SELECT datname FROM pg_database").split()
        for name in map(database_of, SERVICES):
            if name not in existing:
                self.psql("CREATE ROLE %s LOGIN" % name)
                self.psql("CREATE DATABASE %s OWNER %s" % (name, name))
                self.psql("REVOKE CONNECT ON DATABASE %s FROM PUBLIC" % name)

    # ---- as root ----

    def _find_account(self):
        """As root the server runs as the package's account, or, where that account cannot reach the run folder, in a user
        namespace in which root looks like it, or, where that is forbidden, in a folder outside."""
        account = pwd.getpwnam("postgres")
        dropped = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        namespace = ["unshare", "--user", "--map-user=%d" % account.pw_uid, "--map-group=%d" % account.pw_gid]
        if self._give_to(account, dropped):
            self.prefix = dropped
        elif subprocess.run(namespace + ["true"], check=False, stderr=subprocess.DEVNULL).returncode == 0:
            os.chown(self.folder, 0, 0)
            self.prefix = namespace
        else:
            self._move_outside()
            if not self._give_to(account, dropped):
                raise RuntimeError("PostgreSQL's account cannot write %s" % self.folder)
            self.prefix = dropped

    def _give_to(self, account, dropped):
        os.makedirs(self.folder, exist_ok=True)
        os.chown(self.folder, account.pw_uid, account.pw_gid)
        if subprocess.run(dropped + ["test", "-w", self.folder], check=False).returncode != 0:
            return False
        os.chown(self.layout.sockets, account.pw_uid, 0)
        return True

    def _move_outside(self):
        os.rmdir(self.folder)
        self.folder = os.path.join(self.layout.outside(), "pg")
        os.makedirs(self.folder)
        os.chmod(self.layout.outside(), 0o711)
        os.symlink(self.folder, self.layout.path("pg"))
        self.layout.find_sockets()
        self.layout.make_folders()

    def _init(self):
        subprocess.run(self.prefix + [self.bin + "/initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
                                      "--auth=peer", "--no-instructions"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        users = sorted({"root", "postgres", pwd.getpwuid(os.getuid()).pw_name})
        roles = ["postgres"] + [database_of(s) for s in SERVICES]
        self._write("pg_hba.conf", "local all all peer map=motcua\n")
        self._write("pg_ident.conf", "".join("motcua %s %s\n" % (user, role) for user in users for role in roles))

    def _write(self, name, text):
        subprocess.run(self.prefix + ["tee", os.path.join(self.data, name)], input=text, text=True, check=True,
                       stdout=subprocess.DEVNULL, cwd="/")
