"""generate — fills the databases of a suite with dossiers as the suite itself would have left them: consistent codes across
services, finished and running ones, spread over units, procedures and two years. PostgreSQL makes the rows (rows/*.sql); indexes
are built after them, which is several times as fast."""
import concurrent.futures
import csv
import json
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLE = os.path.join(os.path.dirname(os.path.dirname(HERE)), "deploy", "sample")
SERVICES = ("intake", "verification", "notification", "status-sync", "payment", "feedback")
BUSY = 9  # as many slots has each of the busiest units; the others have one
FAST = "SET synchronous_commit = off; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'; SET default_toast_compression = lz4;"
NOBODY = "00000000-0000-0000-0000-000000000000"

# What a table has beside itself, as statements that make it again: constraints first, for they are indexes, too.
INDEXES = """
SELECT c.contype IS NOT NULL, i.indrelid::regclass, coalesce(c.conname, x.relname),
       CASE WHEN c.contype IS NULL THEN translate(pg_get_indexdef(i.indexrelid), E'\n', ' ')
            ELSE format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', i.indrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) END
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
WHERE i.indrelid::regclass::text = ANY ('%s'::text[]) ORDER BY 1 DESC, 2, 3"""
BIG = {"identity": "", "intake": "dossier,progress,paper", "verification": "case_file,move,paper", "notification": "dossier,message,attempt,untold",
       "status-sync": "dossier,line,addition", "payment": "invoice,attempt,receipt", "feedback": "dossier,move,payment"}


def slots():
    """256 places, of which each dossier has one: unit, its name, the place's number within the unit."""
    with open(os.path.join(SAMPLE, "units.csv"), encoding="utf-8") as f:
        units = {row["code"]: row["name"] for row in csv.DictReader(f)}
    busiest = ["000.00.21.H07", "000.00.01.H07"] + [u for u in sorted(units) if u[4:6] != "00"][:8]
    codes = sorted(units) + [unit for unit in busiest for _ in range(BUSY - 1)]
    codes = (codes + sorted(units)[30:])[:256]
    ranks = [codes[:i].count(code) for i, code in enumerate(codes)]
    return codes, [units[code] for code in codes], ranks


def procedures(most=71):
    with open(os.path.join(SAMPLE, "catalogue.json"), encoding="utf-8") as f:
        return [(p["code"], p["name"]) for p in json.load(f)["procedures"]][:most]


def array(values):
    return "{%s}" % ",".join('"%s"' % str(v).replace('"', "") for v in values)


class Filler:
    """sockets: where the suite's PostgreSQL listens. citizen and officer: accounts that have dossiers among the others'."""

    def __init__(self, sockets, citizen=NOBODY, officer=NOBODY):
        codes, names, ranks = slots()
        listed = procedures()
        self.sockets, self.count = sockets, 0
        self.values = {"citizen": citizen, "officer": officer, "units": array(codes), "unit_names": array(names), "ranks": array(ranks),
                       "procedures": array(c for c, _ in listed), "procedure_names": array(n for _, n in listed)}

    def psql(self, service, text, **values):
        named = [part for item in {**self.values, **values}.items() for part in ("-v", "%s=%s" % item)]
        done = subprocess.run(["psql", "-h", self.sockets, "-U", "postgres", "-d", "motcua_" + service.replace("-", "_"), "-v", "ON_ERROR_STOP=1",
                               "-qAt", *named], input=text, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError("%s: %s" % (service, done.stderr[-2000:]))
        return done.stdout

    def grow(self, total, services=SERVICES):
        """Until each of these services has `total` dossiers of ours."""
        first, last = self.count + 1, total
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda service: self.fill(service, first, last), services))
        self.count = total

    def fill(self, service, first, last):
        indexes = self.indexes(service)
        drop = "".join("ALTER TABLE %s DROP CONSTRAINT %s;" % (table, name) if own == "t" else "DROP INDEX %s;" % name
                       for own, table, name, _ in indexes)
        make = "".join(statement + ";\n" for *_, statement in indexes)
        text = FAST + drop + self.text("base") + (self.text("intake_state") if service == "intake" else "") + self.text(service) + make
        self.psql(service, text + "DROP TABLE bench.one CASCADE; VACUUM ANALYZE;", first=first, last=last)

    def indexes(self, service):
        found = self.psql(service, INDEXES % ("{%s}" % BIG[service]))
        return [line.split("|", 3) for line in found.splitlines()]

    @staticmethod
    def text(name):
        with open(os.path.join(HERE, "rows", name + ".sql"), encoding="utf-8") as f:
            return f.read()
