"""explain — how PostgreSQL runs the statements of a service, and what of that a table that grows cannot stand. Statements come from
the program (--statements) and are planned once for any values, writes as the write lane plans them (common/db_connection.c)."""
import json
import os
import re
import subprocess

from lib import ROOT

SKELETON = os.path.join(ROOT, "tests", "bench", "rows", "skeleton.sql")
BUILD = os.path.join(ROOT, os.environ.get("BUILD_DIR") or "build")
STORES = ("identity", "intake", "verification", "payment", "notification", "status-sync", "feedback")
SORTED_MOST = 200  # a page
LEDGER_SORTED_MOST = 40000  # a page of a ledger is 2000 keys (common/ledger.h), with some entries each
WALKED_MOST = 1000  # entries of an index that holds only what waits: PostgreSQL asks it by key when it is longer

# Tables that have as many rows as the province has units, procedures, books, replicas: they do not grow with dossiers.
SMALL = {"unit", "procedure", "procedure_version", "calendar", "special_day", "lane", "role_grant", "receipt_book", "form_book",
         "schema_file", "ledger_term", "survey", "survey_criterion", "survey_wave", "calendars_said", "calendars",
         "frozen_unit", "frozen_procedure", "frozen_period", "frozen_copy", "frozen_declared", "declared", "publication"}

# What may, and why. "*": the skeleton's statements, which all services have.
ALLOWED = {
    # Indexes that hold only what waits or is at work: they are as long as the backlog, and these statements count it.
    "* jobs_sweep: walks through all of job_held",
    "* outbox_list: reads all of outbox",  # an operator's question
    "notification waiting: walks through all of message_waiting",
    "payment figures: walks through all of attempt_waiting",
    "payment figures: walks through all of refund_waiting",
    "status-sync owed: walks through all of dossier_owed",
    "status-sync owed: reads all of refusal",
    "status-sync ledger_synced_rows: reads all of job",  # as long as the backlog; beside a page of 2000 dossiers
}


def is_allowed(objection):
    service, rest = objection.split(" ", 1)
    return objection in ALLOWED or "* " + rest in ALLOWED


def statements(service):
    printed = subprocess.run([os.path.join(BUILD, service), "--statements"], capture_output=True, text=True, check=True).stdout
    return json.loads(printed)


def explained(suite, service):
    """Sizes of the indexes, and (statement, its plan) for each statement of the service. Tables that are empty on a good day have
    rows meanwhile, which are never committed."""
    listed = statements(service)
    with open(SKELETON, encoding="utf-8") as f:
        script = ["BEGIN;", f.read(), "SELECT relname, reltuples FROM pg_class WHERE relkind = 'i';\n\\echo ---",
                  "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL jit = off;"]
    for i, s in enumerate(listed):
        nulls = ", ".join(["NULL"] * max([0] + [int(n) for n in re.findall(r"\$(\d+)", s["text"])]))
        script.append("SET LOCAL enable_seqscan = %s; PREPARE s%d AS %s;" % ("on" if s["kind"] == "read" else "off", i, s["text"]))
        script.append("EXPLAIN (FORMAT JSON, COSTS ON) EXECUTE s%d%s;\n\\echo ---" % (i, "(%s)" % nulls if nulls else ""))
    printed = suite.psql("\n".join(script + ["ROLLBACK;"]), database="motcua_" + service.replace("-", "_"))
    sizes, *plans = (part for part in printed.split("---") if part.strip())
    return ({name: float(count) for name, count in (line.split("|") for line in sizes.split())},
            list(zip(listed, (json.loads(plan)[0]["Plan"] for plan in plans))))


def nodes(plan, parent=""):
    """Each node, and the type of the one above it; a Result, which only lets rows through, counts for nothing."""
    yield plan, parent
    for child in plan.get("Plans", ()):
        yield from nodes(child, parent if plan["Node Type"] == "Result" else plan["Node Type"])


def objections(plan, sizes, sorted_most=SORTED_MOST):
    """What is wrong with a plan: a table that grows is read as a whole, or more than a page is sorted."""
    for node, parent in nodes(plan):
        table = node.get("Relation Name", "")
        grows = table and table not in SMALL and not table.startswith("pg_")
        if grows and node["Node Type"] == "Seq Scan":
            yield "reads all of " + table
        index = node.get("Index Name")
        if grows and index and "Index Cond" not in node and parent != "Limit" and sizes[index] > WALKED_MOST:
            yield "walks through all of " + index
        if "Sort" in node["Node Type"] and node["Plans"][0]["Plan Rows"] > sorted_most:
            yield "sorts %d rows by %s" % (node["Plans"][0]["Plan Rows"], ", ".join(node["Sort Key"]))


def objections_of(suite, service):
    sizes, plans = explained(suite, service)
    most = lambda name: LEDGER_SORTED_MOST if name.startswith("ledger_") else SORTED_MOST
    found = {"%s %s: %s" % (service, s["name"], what) for s, plan in plans
             for what in objections(plan, sizes, most(s["name"]))}
    return sorted(o for o in found if not is_allowed(o))


def has_one_row(plan):
    """Whatever the tables hold and the values are: a sum over all there is, or no table at all."""
    if plan["Node Type"] == "Aggregate":
        return plan["Strategy"] == "Plain" and "Filter" not in plan
    read = [below for below in plan.get("Plans", ()) if below["Parent Relationship"] == "Outer"]
    return plan["Node Type"] == "Result" and not read and "One-Time Filter" not in plan


def misjudged_by_the_fuzzer(suite, service):
    """Statements which always have a row and which the fuzzer's store answers without one, though the service rightly relies on it;
    and what its rows say of statements that are gone."""
    with open(os.path.join(ROOT, "tests", "fuzz", "rows", service + ".txt"), encoding="utf-8") as f:
        said = dict(line.rstrip("\n").split(".rows ") for line in f if ".rows " in line)
    plans = explained(suite, service)[1]
    sure = {s["name"] for s, plan in plans if s["kind"] == "read" and has_one_row(plan)}
    return sorted({name for name in sure if said.get(name) != "1"} | said.keys() - {s["name"] for s, _ in plans})
