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


def psql(sql):
    env = {**os.environ, "PGPASSWORD": password("postgres"), "PGUSER": "postgres", "PGDATABASE": "postgres",
           "PGTARGETSESSIONATTRS": "read-write", "PGCONNECT_TIMEOUT": "5"}
    return subprocess.run(["psql", "-v", "ON_ERROR_STOP=1", "-qAt"], input=sql, text=True, capture_output=True, check=False, env=env)


def wait_for_store():
    until = time.monotonic() + WAIT_S
    while (done := psql("SELECT 1")).returncode:
        if time.monotonic() > until:
            raise SystemExit("databases: the store does not answer: %s" % done.stderr.strip())
        time.sleep(0.3)


def run(sql):
    done = psql(sql)
    if done.returncode:
        raise SystemExit("databases: %s" % done.stderr.strip())
    return done.stdout.split()


def main():
    wait_for_store()
    roles, databases = run("SELECT rolname FROM pg_roles"), run("SELECT datname FROM pg_database")
    for name in map(database_of, SERVICES):
        if name not in roles:
            run("CREATE ROLE %s LOGIN" % name)
        run("SET log_statement = 'none'; ALTER ROLE %s PASSWORD '%s'" % (name, password(name).replace("'", "''")))
        if name not in databases:
            run("CREATE DATABASE %s OWNER %s" % (name, name))
            run("REVOKE CONNECT ON DATABASE %s FROM PUBLIC" % name)


if __name__ == "__main__":
    main()
