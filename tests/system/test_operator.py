"""operator — scripts/motcua: what it shows of a suite, what it loads, what it says when something is wrong."""
import datetime
import os
import re
import runpy

import pytest

from bus import Bus, identity_pb2
from embedded.layout import SERVICES
from lib import ROOT, call, file_dossier, log_in, motcua, sign_up, wait_for
from programs import PROGRAMS

SAMPLE = os.path.join(ROOT, "deploy", "sample")
PROCEDURE, UNIT = "1.009994", "000.00.21.H07"  # a building permit, with a fee, at a district


@pytest.fixture(scope="module")
def suite(new_suite):
    """Loaded by the command itself."""
    suite = new_suite(["postgres", "redis", "nginx"] + PROGRAMS)
    for what, file in (("units", "units.csv"), ("calendars", "calendars.csv"), ("holidays", "holidays.csv"),
                       ("catalogue", "catalogue.json")):
        assert done(suite, what, "import", os.path.join(SAMPLE, file)).endswith(" 0 refused") or what == "catalogue"
    return suite


def done(suite, *args):
    """What it printed, having succeeded and complained of nothing."""
    ran = motcua(suite, *args)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    return ran.stdout.rstrip("\n")


def refused(suite, *args, code=1):
    """What it complained of, having failed."""
    ran = motcua(suite, *args)
    assert ran.returncode == code and ran.stderr and "Traceback" not in ran.stderr, ran
    return ran.stderr


def columns(text):
    return [re.split("  +", line) for line in text.splitlines()[1:]]


def write(tmp_path, text, name="file.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture
def without_payment(suite):
    suite.stop("payment")
    yield
    suite.start("payment")


# ---- what it shows ----

def test_status_shows_every_program_and_what_waits(suite):
    *rows, waits = done(suite, "status").splitlines()[1:]
    assert [line.split()[:3] for line in rows] == [[program, "ready", "1"] for program in PROGRAMS]
    assert re.fullmatch(r"\d+ messages wait for \d+ listeners", waits)


def test_status_names_what_is_away_and_fails(suite, without_payment):
    ran = motcua(suite, "status")
    assert ran.returncode == 1 and "payment" in ran.stderr
    assert ["payment", "no answer", "-", "-", "-", "-"] in [re.split("  +", line) for line in ran.stdout.splitlines()]


def test_one_replica_of_two_that_is_away_or_has_lost_its_store_is_shown():
    told_by = runpy.run_path(os.path.join(ROOT, "scripts", "motcua"))["told_by"]
    well, ill = ({"ready": ok, "store": ok, "broker": True} for ok in (True, False))
    assert told_by([well, well]) == ["ready", 2, "up", "up", "-"]
    assert told_by([well, None]) == ["not ready", "1 of 2", "up", "up", "-"]
    assert told_by([ill, well]) == ["not ready", "1 of 2", "down", "up", "-"]
    assert told_by([None]) == ["no answer", "-", "-", "-", "-"]


def accepted(suite, login):
    """A dossier filed by a citizen and accepted by a new clerk, so that a fee is due; its code."""
    clerk = log_in(suite, login, done(suite, "user", "add", login, "--name", "Võ Thị Thử", "--grant", "clerk@" + UNIT).split()[-1])
    code = file_dossier(suite, sign_up(suite), PROCEDURE, UNIT)
    path = suite.url("/api/verification/cases/" + code)
    case = wait_for(lambda: (a := call("GET", path, token=clerk)).status == 200 and a, what="the case")
    decided = call("POST", path + "/decisions", {"action": "ACCEPT"}, token=clerk, key=True,
                   headers={"If-Match": case.headers["ETag"]})
    assert decided.status == 200 and decided["status"] == 6, decided
    return code


@pytest.fixture(scope="module")
def dossier(suite):
    return accepted(suite, "motcua.thu")


def test_trace_shows_every_services_view_in_order_of_time(suite, dossier):
    views = wait_for(lambda: (v := columns(done(suite, "trace", dossier))) and {row[1] for row in v} >= set(SERVICES[1:]) and v,
                     what="all views")
    times = [datetime.datetime.strptime(row[0], "%d/%m/%Y %H:%M:%S.%f") for row in views]
    assert times == sorted(times)
    told = {(row[1], row[2], row[3]) for row in views}
    assert ("intake", "filed", "procedure %s v1, unit %s, channel 2" % (PROCEDURE, UNIT)) in told
    assert ("verification", "move", "version 3: ASK_PAYMENT, 2 → 6") in told
    assert ("payment", "invoice", "request 1: 75000 đồng, unit %s, now open" % UNIT) in told
    assert "Trần Thị" not in str(views) and "0833" not in str(views)


def test_trace_shows_what_there_is_and_names_who_is_away(suite, dossier, without_payment):
    ran = motcua(suite, "trace", dossier)
    assert ran.returncode == 0 and ran.stderr.startswith("! payment does not answer")
    assert {row[1] for row in columns(ran.stdout)} >= {"intake", "verification"}


def test_trace_of_a_dossier_nobody_knows_is_said_so(suite):
    code = UNIT + "-261127-9999"
    assert refused(suite, "trace", code) == "no service knows a dossier %s\n" % code


def test_outbox_shows_who_is_waited_for_and_since_when(suite, without_payment):
    accepted(suite, "motcua.hai")
    row = next(row for row in columns(motcua(suite, "outbox").stdout) if row[:2] == ["verification", "payment"])
    assert int(row[3]) >= 1
    since = datetime.datetime.strptime(row[4] + " +0700", "%d/%m/%Y %H:%M:%S.%f %z")
    assert abs((datetime.datetime.now(datetime.timezone.utc) - since).total_seconds()) < 60


def test_dead_letters_of_all_services_are_listed_newest_first(suite):
    codes = ["000.%02d.97.H07" % i for i in range(3)]
    suite.stop("identity")
    with Bus(suite, "identity") as bus:
        for code, service in zip(codes, ("verification", "intake", "status-sync")):
            bus.say(service, identity_pb2.UnitChanged(code=code), key=code, payload=b"\xff")
    suite.start("identity")
    rows = [row for row in columns(done(suite, "dead", "list")) if row[3] in codes]
    assert [(row[1], row[3]) for row in rows] == [("status-sync", codes[2]), ("intake", codes[1]), ("verification", codes[0])]


# ---- users ----

def test_a_user_that_was_added_can_log_in_with_the_password_shown(suite):
    shown = done(suite, "user", "add", "can.bo.moi", "--name", "Cán Bộ Mới", "--title", "Chuyên viên",
                 "--grant", "officer@" + UNIT, "--grant", "auditor")
    login, password = [line.split()[1] for line in shown.splitlines()]
    assert login == "can.bo.moi"
    me = call("GET", suite.url("/api/identity/me"), token=log_in(suite, login, password))
    assert (me["name"], me["title"], me["grants"]) == ("Cán Bộ Mới", "Chuyên viên", [
        {"role": "auditor", "unit": "*"}, {"role": "officer", "unit": UNIT}])


def test_a_login_that_is_taken_is_refused(suite):
    done(suite, "user", "add", "hai.lan", "--name", "Một")
    assert "taken" in refused(suite, "user", "add", "hai.lan", "--name", "Hai")


def test_a_user_with_a_role_that_is_none_is_refused_and_told_which_there_are(suite):
    told = refused(suite, "user", "add", "vua", "--name", "Vua", "--grant", "king@here")
    assert "grants[0].role: The role is clerk, officer" in told and "grants[0].unit" in told


# ---- the catalogue ----

ROWS = """code,name,levels,online_level,deadline_direct_value,deadline_direct_unit
9.%(n)s01,Thủ tục thứ nhất,district,toàn trình,5,working_day
,Thủ tục không có mã,district,toàn trình,5,working_day
9.%(n)s03,,district,toàn trình,5,working_day
9.%(n)s04,"Thủ tục
hai dòng",district,toàn trình,7,working_day
"""
COUNTS = "%d added, %d changed, %d unchanged, %d refused, 0 values left out"


def procedure(suite, code):
    return call("GET", suite.url("/api/intake/procedures/" + code))


def test_bad_rows_are_named_and_good_ones_are_not_lost(suite, tmp_path):
    file = write(tmp_path, ROWS % {"n": "0001"})
    ran = motcua(suite, "catalogue", "import", file)
    lines = ran.stdout.splitlines()
    assert ran.returncode == 1 and lines[-1] == COUNTS % (2, 0, 0, 2)
    named = [re.fullmatch(r"line (\d+): (\w+): \w+ — \w.+", line).group(1, 2) for line in lines[:-1]]
    assert named == [("3", "code"), ("4", "name")]
    assert procedure(suite, "9.000101")["name"] == "Thủ tục thứ nhất"
    assert procedure(suite, "9.000104").status == 200 and procedure(suite, "9.000103").status == 404


def test_a_second_import_changes_nothing(suite, tmp_path):
    file = write(tmp_path, ROWS % {"n": "0002"})
    motcua(suite, "catalogue", "import", file)
    version = procedure(suite, "9.000201")["version"]
    assert motcua(suite, "catalogue", "import", file).stdout.splitlines()[-1] == COUNTS % (0, 0, 2, 2)
    assert procedure(suite, "9.000201")["version"] == version


def test_diff_says_what_would_change_and_changes_nothing(suite, tmp_path):
    motcua(suite, "catalogue", "import", write(tmp_path, ROWS % {"n": "0003"}))
    head, first = (ROWS % {"n": "0003"}).splitlines()[:2]
    added, renamed = "9.000309,Thủ tục mới,district,toàn trình,5,working_day", first.replace("nhất", "hai mươi")
    file = write(tmp_path, "\n".join([head, renamed, added, ""]))
    lines = done(suite, "catalogue", "diff", file, "--verbose").splitlines()
    assert lines[:3] == ["changed 9.000301 name", "added 9.000309 ", COUNTS % (1, 1, 0, 0)]
    assert procedure(suite, "9.000301")["name"] == "Thủ tục thứ nhất" and procedure(suite, "9.000309").status == 404
    plan = re.search("--plan (.+)$", lines[-1])[1]
    assert done(suite, "catalogue", "apply", file, "--plan", plan) == COUNTS % (1, 1, 0, 0)
    now = procedure(suite, "9.000301")
    assert (now["name"], now["version"]) == ("Thủ tục thứ hai mươi", 2)


def test_a_value_that_cannot_be_used_is_left_out_and_named(suite, tmp_path):
    head, first = (ROWS % {"n": "0006"}).splitlines()[:2]
    file = write(tmp_path, "%s\n%s\n" % (head, first.replace("toàn trình", "mức 9")))
    told = done(suite, "catalogue", "import", file, "--verbose")
    assert "line 2: online_level left out: " in told and "1 added, 0 changed, 0 unchanged, 0 refused, 1 values left out" in told
    assert procedure(suite, "9.000601").status == 200


def test_a_plan_made_before_another_change_is_refused(suite, tmp_path):
    file = write(tmp_path, ROWS % {"n": "0004"})
    plan = re.search("--plan (.+)$", motcua(suite, "catalogue", "diff", file).stdout)[1]
    motcua(suite, "catalogue", "import", write(tmp_path, ROWS % {"n": "0005"}, "other.csv"))
    assert "Run diff again" in refused(suite, "catalogue", "apply", file, "--plan", plan)
    assert procedure(suite, "9.000401").status == 404


@pytest.mark.parametrize("name, text", [("rubbish.json", "[{"), ("empty.csv", "")])
def test_a_file_that_is_no_catalogue_is_refused_as_a_whole(suite, tmp_path, name, text):
    refused(suite, "catalogue", "import", write(tmp_path, text, name))


def test_units_with_bad_rows_are_named_and_the_others_kept(suite, tmp_path):
    rows = "code,name,level,valid_from\n000.00.91.H07,Sở Thử,department,2020-01-01\n000.00.92.H07,Sở Sai,planet,2020-13-01\n"
    for counted in ("1 changed, 0 unchanged, 2 refused", "0 changed, 1 unchanged, 2 refused"):
        ran = motcua(suite, "units", "import", write(tmp_path, rows))
        *bad, counts = ran.stdout.splitlines()
        assert ran.returncode == 1 and counts == counted
        assert sorted(re.match(r"line (\d+): (\w+): ", line).group(1, 2) for line in bad) == [("3", "level"), ("3", "valid_from")]


# ---- wrong use ----

@pytest.mark.parametrize("args", [[], ["frobnicate"], ["dead", "bury", "1"], ["trace"], ["catalogue", "apply", "x"],
                                  ["user", "add", "x"], ["status", "--all"]])
def test_wrong_use_gives_help(suite, args):
    assert "usage: motcua" in refused(suite, *args, code=2)


def test_help_names_every_command(suite):
    told = done(suite, "--help")
    for command in ("status", "trace CODE", "outbox", "balance", "dead", "dead list", "dead show ID", "dead replay ID",
                    "dead replay --cluster C | --all", "catalogue diff FILE",
                    "catalogue apply FILE", "catalogue import FILE", "units import", "user add LOGIN"):
        assert "motcua " + command in told


def test_a_file_that_is_not_there_is_named(suite):
    assert "/nowhere.csv: No such file" in refused(suite, "catalogue", "import", "/nowhere.csv", code=2)


def test_a_suite_that_is_not_there_is_said_so(suite):
    told = refused(suite, "--config", "/nowhere/motcua.conf", "status", code=2)
    assert "/nowhere/motcua.conf: No such file" in told and "--config" in told


def test_a_wrong_token_is_refused(suite, tmp_path):
    with open(suite.path("conf", "motcua.conf"), encoding="utf-8") as f:
        text = re.sub("(?m)^token_file = .*$", "token_file = " + write(tmp_path, "wrong\n", "token"), f.read())
    assert "identity" in refused(suite, "--config", write(tmp_path, text, "motcua.conf"), "dead", "list")
