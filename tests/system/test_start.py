"""start — every program says what it is and what it takes; one that cannot start well does not start, and says which
parameter, file or setting is wrong and what to do."""
import json
import os
import shutil
import subprocess
import sys

import pytest

from embedded.layout import env_name
from lib import ROOT, wait_for
from programs import BUILD, PROGRAMS, beside, conf, run, settings

SCRIPT = os.path.join(ROOT, "scripts", "params-tables")


@pytest.fixture(scope="module")
def suite(new_suite):
    """identity runs, so its schema is in place; the tests start a second one beside it."""
    return new_suite(["postgres", "identity"])


def refusal(done):
    """(exit code, why) of a program that did not start: the last line of its log."""
    last = json.loads((done.stdout + done.stderr).splitlines()[-1])
    assert last["level"] == "error", last
    return done.returncode, last["why"]


# ---- what every program says of itself ----

@pytest.mark.parametrize("program", PROGRAMS)
def test_help_says_what_it_is_and_names_every_parameter(program):
    said, table = run(program, "--help"), run(program, "--params")
    assert said.returncode == 0 and said.stdout.startswith(program + " — ")
    names = [line.split("`")[1] for line in table.stdout.splitlines()[2:]]
    assert len(names) >= 9
    for name in names:
        assert "\n  %s " % name in said.stdout and "`MOTCUA_%s_%s`" % (env_name(program), name.upper()) in table.stdout


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_unknown_option_is_refused_with_the_way_to_help(program):
    for args in (["--frobnicate"], ["--config"], ["leftover"]):
        done = run(program, *args)
        assert done.returncode == 2 and "%s --help" % program in done.stderr


@pytest.mark.parametrize("program", PROGRAMS)
def test_check_accepts_the_parameters_of_the_suite(suite, program):
    done = run(program, "--check", "--config", suite.path("conf", program + ".conf"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_key_maker_says_how_it_is_used():
    done = run("motcua-keys")
    assert done.returncode == 2 and "usage: motcua-keys DIR SERVICE" in done.stderr


def test_the_broker_has_no_public_route():
    done = run("broker", "--routes")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_manuals_list_the_parameters_as_the_programs_do():
    done = subprocess.run([SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_manual_out_of_date_is_named_and_can_be_written_anew(tmp_path):
    page = tmp_path / "services" / "payment" / "README.md"
    (tmp_path / "scripts").mkdir(), page.parent.mkdir(parents=True)
    shutil.copy(SCRIPT, tmp_path / "scripts")
    (page.parent / "main.c").touch()  # what tells a program's folder
    with open(os.path.join(ROOT, "services", "payment", "README.md"), encoding="utf-8") as f:
        right = f.read()
    page.write_text(right.replace("| `tasks_max` |", "| `tasks` |"), encoding="utf-8")
    tool = lambda *args: subprocess.run([sys.executable, tmp_path / "scripts" / "params-tables", *args], check=False,
                                        capture_output=True, text=True, env={**os.environ, "BUILD_DIR": BUILD})
    checked = tool("--check")
    assert checked.returncode == 1 and "services/payment/README.md" in checked.stderr
    assert tool().returncode == 0 and page.read_text(encoding="utf-8") == right


# ---- parameters ----

@pytest.mark.parametrize("changes, more, words", [
    ({}, "tasks_maxx = 5\n", ["its.conf", '"tasks_maxx"', "--help"]),
    ({"tasks_max": "many"}, "", ["its.conf", "tasks_max", '"many"', "whole number"]),
    ({"tasks_max": "15"}, "", ["its.conf", "tasks_max", "15", "16 … 65536"]),
    ({"drain_ms": "99999999999999999999"}, "", ["drain_ms", "whole number"]),
    ({"log_debug": "true"}, "", ["log_debug", '"true"', "yes or no"]),
    ({"token_keys": None}, "", ["token_keys", "must be set", "MOTCUA_BROKER_TOKEN_KEYS"]),
    ({}, "[section]\ntasks_max = 100\n", ["sections are not used", "[section]"]),
    ({}, "tasks_max\n", ["its.conf", "line 6"]),
])
def test_a_parameter_that_is_wrong_stops_the_start_and_is_named(suite, tmp_path, changes, more, words):
    code, why = refusal(run("broker", "--config", conf(tmp_path, settings(suite, "broker", **changes), more)))
    assert code == 2 and all(word in why for word in words), why


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_refuses_an_unknown_parameter(suite, tmp_path, program):
    code, why = refusal(run(program, "--config", conf(tmp_path, settings(suite, program), "colour = red\n")))
    assert code == 2 and '"colour"' in why


def test_a_parameter_file_that_is_not_there_is_named(tmp_path):
    code, why = refusal(run("broker", "--config", str(tmp_path / "none.conf")))
    assert code == 2 and "none.conf: cannot be read: No such file" in why


def test_a_wrong_value_in_the_environment_is_named_by_its_variable(suite, tmp_path):
    code, why = refusal(run("broker", "--config", conf(tmp_path, settings(suite, "broker")),
                            env={"MOTCUA_BROKER_TASKS_MAX": "0"}))
    assert code == 2 and "MOTCUA_BROKER_TASKS_MAX" in why


@pytest.mark.parametrize("in_file, in_env, seen", [(None, None, None), ("of-file", None, "of-file"),
                                                   ("of-file", "of-env", "of-env")])
def test_the_environment_beats_the_file_and_the_file_the_default(suite, tmp_path, in_file, in_env, seen):
    values = settings(suite, "broker", replica=in_file)
    with beside("broker", tmp_path, values, {"MOTCUA_BROKER_REPLICA": in_env} if in_env else {}) as broker:
        replica = broker.probe("/healthz")["replica"]
        assert replica == seen if seen else len(replica) == 12


# ---- keys, tokens, addresses ----

@pytest.mark.parametrize("changes, content, words", [
    ({"operator_token_file": "{}"}, None, ["its.key", "cannot be read"]),
    ({"operator_token_file": "{}"}, "", ["its.key", "first line is empty"]),
    ({"operator_token_file": "{}"}, "x" * 600, ["its.key", "too long"]),
    ({"token_keys": "{}"}, None, ["token_keys", "its.key", "No such file"]),
    ({"token_keys": "{}"}, "no key at all here\n", ["token_keys", "its.key"]),
    ({"token_secret": "{}"}, None, ["its.key", "cannot be read"]),
    ({"token_secret": "{}"}, "half\n", ["token_secret", "its.key", "<key id> <secret key>"]),
    ({"keys_dir": "/nowhere"}, None, ["/nowhere", "cannot be read"]),
], ids=lambda value: str(value)[:20])
def test_a_key_or_token_that_cannot_be_used_is_named(suite, tmp_path, changes, content, words):
    key = tmp_path / "its.key"
    if content is not None:
        key.write_text(content)
    changes = {name: value.format(key) for name, value in changes.items()}
    code, why = refusal(run("identity", "--config", conf(tmp_path, settings(suite, "identity", **changes))))
    assert code == 2 and all(word in why for word in words), (code, why)


@pytest.mark.parametrize("program, name", [("broker", "admin_listen"), ("identity", "listen"), ("identity", "admin_listen")])
def test_an_address_in_use_is_named(suite, tmp_path, program, name):
    taken = "127.0.0.1:%d" % suite.ports["IDENTITY_ADMIN"]
    code, why = refusal(run(program, "--config", conf(tmp_path, settings(suite, program, **{name: taken}))))
    assert code == 2 and taken in why and "in use" in why


def test_an_address_that_is_none_is_named(suite, tmp_path):
    code, why = refusal(run("broker", "--config", conf(tmp_path, settings(suite, "broker", admin_listen="8080"))))
    assert code == 2 and '"8080" is not address:port' in why


# ---- the store ----

def start_beside(suite, tmp_path, **changes):
    values = settings(suite, "identity", **{"db_wait_ms": "300", **changes})
    return refusal(run("identity", "--config", conf(tmp_path, values)))


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_may_lose_what_it_acknowledged_is_refused(suite, tmp_path, setting):
    def switch(value):
        suite.psql("ALTER SYSTEM SET %s = %s;" % (setting, value))
        suite.psql("SELECT pg_reload_conf()")
        wait_for(lambda: suite.psql("SHOW " + setting) == value, what=setting)
    switch("off")
    try:
        code, why = start_beside(suite, tmp_path)
    finally:
        switch("on")
    assert code == 3 and "%s=off" % setting in why and "turn it on" in why


def test_a_server_that_is_not_there_is_waited_for_and_then_named(suite, tmp_path):
    code, why = start_beside(suite, tmp_path, database="host=/nowhere dbname=motcua_identity")
    assert code == 3 and why.startswith("database: cannot connect") and "/nowhere" in why


def test_a_schema_file_that_was_changed_after_it_was_applied_is_refused(suite, tmp_path):
    sql = lambda text: suite.psql(text, database="motcua_identity")
    right = sql("SELECT digest FROM schema_file WHERE name = '001_identity.sql'")
    sql("UPDATE schema_file SET digest = repeat('0', 64) WHERE name = '001_identity.sql'")
    code, why = start_beside(suite, tmp_path)
    sql("UPDATE schema_file SET digest = '%s' WHERE name = '001_identity.sql'" % right)
    assert code == 3 and "001_identity.sql was changed" in why and "add a new file instead" in why


def test_a_schema_that_is_half_there_is_refused_and_left_as_it_is(suite, tmp_path):
    """The tables of another program: 001 cannot be applied, and nothing of it stays."""
    suite.psql("CREATE DATABASE half OWNER motcua_identity")
    suite.psql("CREATE TABLE unit (x int)", database="half")
    database = settings(suite, "identity")["database"].replace("dbname=motcua_identity", "dbname=half")
    code, why = start_beside(suite, tmp_path, database=database)
    assert code == 3 and why.startswith("001_identity.sql: ") and "unit" in why
    assert suite.psql("SELECT count(*) FROM pg_tables WHERE tablename = 'account'", database="half") == "0"


def test_a_program_serves_on_a_schema_newer_than_itself(suite, tmp_path):
    """Schema files only expand or contract: two versions run side by side, and the older one may be started again."""
    sql, values = lambda text: suite.psql(text, database="motcua_identity"), settings(suite, "identity")
    sql("INSERT INTO schema_file (name, digest) VALUES ('999_of_the_next_version.sql', 'x')")
    try:
        with beside("identity", tmp_path, values) as identity:
            assert identity.probe("/readyz")["ready"]
    finally:
        sql("DELETE FROM schema_file WHERE name = '999_of_the_next_version.sql'")


def test_a_schema_that_lost_what_the_program_needs_ends_it(suite, tmp_path):
    suite.psql("CREATE DATABASE contracted OWNER motcua_identity")
    database = settings(suite, "identity")["database"].replace("dbname=motcua_identity", "dbname=contracted")
    with beside("identity", tmp_path, settings(suite, "identity", database=database)):
        pass
    suite.psql("ALTER TABLE session RENAME COLUMN expires_at TO ends_at", database="contracted")
    done = run("identity", "--config", conf(tmp_path, settings(suite, "identity", database=database)))
    last = json.loads(done.stderr.splitlines()[-1])
    assert (done.returncode, last["event"]) == (3, "schema_does_not_fit")
    assert "session" in last["statement"] and "expires_at" in last["why"]
