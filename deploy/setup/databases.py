#!/usr/bin/python3
"""databases — a role and a database for every service that has none yet, and the passwords as the secrets have them now. Waits
for the store; repeating it changes nothing."""
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "scripts"))

from embedded.layout import SERVICES, database_of  # noqa: E402

STORE = os.path.join(os.environ.get("MOTCUA_STATE", "/var/lib/motcua"), "store")
WAIT_S = 120


def password(name):
    with open(os.path.join(STORE, name + ".password"), encoding="utf-8") as f:
        return f.read().strip()


def statements():
    """In one session: what is missing is made (psql's \\gexec runs what a query answers), every password is said again."""
    for name in map(database_of, SERVICES):
        quoted = password(name).replace("'", "''")
        yield "SELECT 'CREATE ROLE %s LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%s') \\gexec" % (name, name)
        yield "ALTER ROLE %s PASSWORD '%s';" % (name, quoted)
        yield "SELECT 'CREATE DATABASE %s OWNER %s' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '%s') \\gexec" % (
            name, name, name)
        yield "REVOKE CONNECT ON DATABASE %s FROM PUBLIC;" % name


def run():
    env = {**os.environ, "PGPASSWORD": password("postgres"), "PGUSER": "postgres", "PGDATABASE": "postgres",
           "PGTARGETSESSIONATTRS": "read-write", "PGCONNECT_TIMEOUT": "15"}
    return subprocess.run(["psql", "-X", "-v", "ON_ERROR_STOP=1", "-qAt"], input="\n".join(statements()), text=True,
                          capture_output=True, check=False, env=env)


def main():
    until = time.monotonic() + WAIT_S
    while (done := run()).returncode:
        if time.monotonic() > until:
            raise SystemExit("databases: the store does not do it: %s" % done.stderr.strip())
        time.sleep(0.3)


if __name__ == "__main__":
    main()
