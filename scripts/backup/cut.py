"""cut — one moment of all databases. A snapshot belongs to one database, so six are six moments; between them a message could be
applied by a listener whose snapshot comes later, though its sender's has not yet said it, or the other way round be deleted from
an outbox and not yet be applied. So for some milliseconds nothing may enter or leave any inbox or outbox: both tables are locked
everywhere, then the snapshots are taken, then the locks are let go; dumping takes its time afterwards. Whoever saves meanwhile
waits, nobody is refused. It is the same whether the databases stand on one server or on six."""
import contextlib
import time

import psycopg2
import psycopg2.errors
from operator_api import Refused, Unreachable

LOCK = "LOCK TABLE inbox, outbox IN SHARE MODE"
# A vacuum holds the lock for a moment, too; the people behind us shall not wait for it. In the end it must give way.
PATIENCE_MS = [200] * 30 + [3000] * 3
PAUSE_S = 0.5
# What a row looks like as text must not depend on who asks.
PLAIN = "SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1; " \
        "SET bytea_output = 'hex'"
TABLES = "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace" \
         " WHERE c.relkind = 'r' AND n.nspname = 'public' ORDER BY 1"
CONTENT = 'SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM "%s" t'


def connect(service, conninfo):
    try:
        return psycopg2.connect(conninfo, application_name="motcua backup")
    except psycopg2.Error as error:
        raise Unreachable("%s's database does not answer: %s" % (service, str(error).strip())) from None


def one(connection, sql, values=None):
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def reader(service, conninfo):
    """A connection whose first question will be its snapshot."""
    connection = connect(service, conninfo)
    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
    connection.commit()
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
    return connection


class Cut:
    """readers: {service: a connection that sees the moment}; snapshots: {service: its name for pg_dump}."""

    def __init__(self, databases):
        self.databases, self.readers, self.snapshots, self.held_ms = databases, {}, {}, 0

    def __enter__(self):
        with contextlib.ExitStack() as lockers:
            held = {s: lockers.enter_context(contextlib.closing(connect(s, c))) for s, c in self.databases.items()}
            self.readers = {s: reader(s, c) for s, c in self.databases.items()}
            began = hold(held)
            self.snapshots = {s: one(r, "SELECT pg_export_snapshot()")[0][0] for s, r in self.readers.items()}
            self.held_ms = round((time.monotonic() - began) * 1000, 1)
        return self

    def __exit__(self, *_):
        for connection in self.readers.values():
            connection.close()


def hold(connections):
    """All locks, or none and again after a while. Returns when the first was asked for."""
    for patience in PATIENCE_MS:
        began = time.monotonic()
        if all(try_lock(c, patience) for c in connections.values()):
            return began
        for connection in connections.values():
            connection.rollback()
        time.sleep(PAUSE_S)
    raise Refused("the databases' inboxes and outboxes could not be held together: is there a long transaction? "
                  "(pg_stat_activity names it)")


def try_lock(connection, patience_ms):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = %s", (patience_ms,))
            cursor.execute(LOCK)
        return True
    except (psycopg2.errors.LockNotAvailable, psycopg2.errors.DeadlockDetected):  # a writer has one of the tables, and wants both
        return False


def contents(connection):
    """{table: [rows, sum over what is in them]}."""
    return {table: list(one(connection, CONTENT % table)[0]) for (table,) in one(connection, TABLES)}
