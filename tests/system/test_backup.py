"""backup — `motcua backup` and `motcua restore` on a suite with dossiers on their way: one moment of all services even while they
talk, a proof in a throw-away place, a damaged backup refused, a suite that goes on from where the backup was made."""
import datetime
import json
import os
import shutil
import time

import pytest

from conftest import free_port_range
from backup import books, cut, take
from backup.places import Places
from balance import EQUATIONS
from embedded.journey import Office
from embedded.layout import SERVICES, database_of
from embedded.sample import FREE
from lib import call, motcua, operator, wait_for
from sample_office import check, file_two, filing_and_accepting, office, settle, sql, suite  # noqa: F401
from suite import Suite


@pytest.fixture(scope="module")
def dossiers(office):
    paid, free = file_two(office)
    wait_for(free.case, 30, "the other's case")
    return paid.code, free.code


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path / "backups")


class Made:
    """One backup; the manifest it has."""

    def __init__(self, ran, codes=(0,)):
        assert ran.returncode in codes, ran
        self.ran, self.path = ran, ran.stdout.splitlines()[-1].split()[0]
        with open(os.path.join(self.path, "manifest.json"), encoding="utf-8") as f:
            self.manifest = json.load(f)

    def in_flight(self, equation):
        return self.manifest["equations"][equation]["in_flight"]

    def part(self, name):
        return os.path.join(self.path, name)


def backup(suite, folder, *more, codes=(0,)):
    """codes: 1 is that of a suite that did not balance at that moment; the backup is made all the same."""
    return Made(motcua(suite, "backup", "--to", folder, *more, seconds=300), codes)


def prove(suite, path, *more):
    return motcua(suite, "restore", path, "--prove", *more, seconds=300)


class Without:
    """The suite without some of its processes until the end of the block."""

    def __init__(self, suite, *names):
        self.suite, self.names = suite, names

    def __enter__(self):
        for name in self.names:
            self.suite.stop(name)

    def __exit__(self, *_):
        for name in reversed(self.names):
            self.suite.start(name)


# ---- the proof ----

def test_a_restore_is_proved_by_the_same_rows_and_the_same_balance(suite, dossiers, folder):
    made = backup(suite, folder)
    ran = prove(suite, folder)
    assert ran.returncode == 0 and "ĐÃ CHỨNG MINH / PROVED" in ran.stdout and made.path in ran.stdout, ran
    filed = int(sql(suite, "intake", "SELECT count(*) FROM dossier"))
    assert made.manifest["tables"]["intake"]["dossier"][0] == filed >= 2
    assert sum(n for n, _ in made.manifest["equations"]["filed"]["terms"]["intake"].values()) == filed
    assert all(e["verdict"] == "balanced" for e in made.manifest["equations"].values())
    assert ran.stdout.count("the same, row by row") == len(SERVICES) and made.manifest["files"]["count"] >= 1


def test_a_row_that_is_not_what_it_was_is_found_by_the_proof(suite, dossiers, folder):
    """The dump of another moment, with a seal and sums that fit: only what is in the tables tells."""
    before = backup(suite, folder)
    sql(suite, "payment", "UPDATE receipt SET amount_dong = amount_dong + 1")
    try:
        later = backup(suite, folder + "2", codes=(1,))
        assert "not balanced at that moment: books" in later.ran.stderr
        shutil.copy(later.part("payment.dump"), before.part("payment.dump"))
    finally:
        sql(suite, "payment", "UPDATE receipt SET amount_dong = amount_dong - 1")
    seal_again(suite, before)
    ran = prove(suite, before.path)
    assert ran.returncode == 1 and "✗ table payment.receipt" in ran.stderr and "✗ equation books" in ran.stderr
    assert "KHÔNG KHỚP / NOT THE SAME" in ran.stdout


def test_a_backup_from_before_a_service_came_is_proved_as_it_was(suite, dossiers, folder):
    """As if feedback, the youngest, had not been there yet."""
    made = backup(suite, folder)
    for part in ("tables", "statements"):
        del made.manifest[part]["feedback"]
    for own in (e.name for e in EQUATIONS if e.source == "feedback"):
        del made.manifest["equations"][own]
    for equation in made.manifest["equations"].values():
        equation["terms"].pop("feedback", None)
    os.remove(made.part("feedback.dump"))
    seal_again(suite, made)
    ran = prove(suite, made.path)
    assert ran.returncode == 0 and "feedback" not in ran.stdout and "ĐÃ CHỨNG MINH" in ran.stdout, ran


def seal_again(suite, made):
    for name in ("manifest.json", "manifest.seal"):
        os.remove(made.part(name))
    told = {k: v for k, v in made.manifest.items() if k != "parts"}
    take.write_manifest(made.path, told, suite.path("keys", "backup.passphrase"))


def test_a_backup_under_load_is_proved(suite, office, dossiers, folder):
    with filing_and_accepting(office, 3):
        made = [backup(suite, folder) for _ in range(3)]
    assert [name for m in made for name, e in m.manifest["equations"].items() if e["verdict"] != "balanced"] == []
    filed = [m.manifest["tables"]["intake"]["dossier"][0] for m in made]
    assert filed == sorted(filed) and filed[0] < filed[-1]
    assert prove(suite, made[-1].path).returncode == 0


def test_every_conversation_is_cut_at_one_point_though_snapshots_are_not_taken_at_once(suite, office, dossiers, monkeypatch):
    """A second lies between each snapshot and the next: whoever was dumped first must not lack what the last one has heard."""
    ask = cut.one

    def slowly(connection, sql_text, values=None):
        rows = ask(connection, sql_text, values)
        time.sleep(1 if "export_snapshot" in sql_text else 0)
        return rows

    monkeypatch.setattr(cut, "one", slowly)
    databases = Places(suite.path("conf", "motcua.conf")).databases
    three = {service: databases[service] for service in ("verification", "intake", "notification")}
    statements = {s: call("GET", suite.admin_url(s) + "/admin/ledgers", token=operator(suite)).json for s in three}
    with filing_and_accepting(office, 2), cut.Cut(three) as moment:
        found = books.equations(moment.readers, statements, datetime.datetime.now().isoformat())
    told = {name: e for name, e in found.items() if e["verdict"] != "unknown"}
    assert {name: e["broken"] for name, e in told.items()} == {"states": 0, "withdrawals": 0, "told": 0, "failed": 0}
    assert moment.held_ms > 2000


# ---- a damaged one ----

def flip(path, at=100):
    with open(path, "r+b") as f:
        f.seek(at)
        byte = f.read(1)
        f.seek(at)
        f.write(bytes([byte[0] ^ 1]))


def a_file(made):
    with open(made.part("files.list"), encoding="ascii") as f:
        name = f.readline().split()[0]
    return os.path.join(os.path.dirname(made.path), "files", name[:2], name[2:4], name)


@pytest.mark.parametrize("damage, words", [
    (lambda m: flip(m.part("intake.dump")), "intake.dump is not what it was"),
    (lambda m: os.truncate(m.part("payment.dump"), 200), "payment.dump has 200 bytes"),
    (lambda m: os.remove(m.part("secrets.enc")), "secrets.enc is missing"),
    (lambda m: flip(a_file(m), 3), "is not what it was"),
    (lambda m: flip(m.part("manifest.json")), "the seal does not fit"),
    (lambda m: os.remove(m.part("manifest.seal")), "is no backup, or not a whole one")])
def test_a_damaged_backup_is_refused_and_the_damage_named(suite, dossiers, folder, damage, words):
    made = backup(suite, folder)
    damage(made)
    target = folder + "-restored"
    for way in (["--prove"], ["--into", target]):
        ran = motcua(suite, "restore", made.path, *way)
        assert ran.returncode == 1 and words in ran.stderr and "Traceback" not in ran.stderr, ran
    assert not os.path.exists(target)


def test_another_passphrase_opens_nothing(suite, dossiers, folder, tmp_path):
    made, other = backup(suite, folder), tmp_path / "other"
    other.write_text("một mật khẩu khác hẳn\n", encoding="utf-8")
    ran = prove(suite, made.path, "--passphrase-file", str(other))
    assert ran.returncode == 1 and "another passphrase" in ran.stderr
    with open(made.part("secrets.enc"), "rb") as f:
        assert suite.secret("operator.token").encode() not in f.read()


# ---- keeping ----

def test_the_newest_stay_and_files_that_none_of_them_names_go(suite, dossiers, folder):
    first = backup(suite, folder)
    orphan = os.path.join(folder, "files", "ab", "cd", "abcd" + "0" * 60)
    os.makedirs(os.path.dirname(orphan))
    needed = a_file(first)
    shutil.copy(needed, orphan)
    kept = [backup(suite, folder, "--keep", "2").path for _ in range(2)]
    assert sorted(n for n in os.listdir(folder) if n[0].isdigit()) == [os.path.basename(p) for p in kept]
    assert not os.path.exists(orphan) and os.path.exists(needed)
    assert prove(suite, kept[0]).returncode == 0


# ---- going on ----

def packet_of(suite, code):
    """What intake says to verification of the dossier, as its outbox has it."""
    return sql(suite, "intake", "SELECT encode(packet, 'hex') FROM outbox WHERE destination = 'verification' AND"
                                " position('%s'::bytea IN packet) > 0" % code)


def test_a_restored_suite_sends_again_what_waited_and_applies_nothing_twice(suite, office, dossiers, folder, tmp_path):
    with Without(suite, "broker"):
        heard = office.file(FREE).code
        packet = packet_of(suite, heard)
    settle(suite, 120)
    with Without(suite, "broker"):
        waits = office.file(FREE).code
        sql(suite, "intake", "INSERT INTO outbox VALUES ('verification', 0, 1, '\\x%s')" % packet)
        made = backup(suite, folder)
        after = office.file(FREE).code  # too late for the backup
    assert made.in_flight("filed") == len(made.manifest["equations"]["filed"]["terms"]) - 1  # one for each listener
    home = str(tmp_path / "home")
    os.chmod(tmp_path, 0o711)
    ran = motcua(suite, "restore", made.path, "--into", home, seconds=300)
    assert ran.returncode == 0 and "RUN_DIR=%s make run" % home in ran.stdout, ran
    again = Suite(home, free_port_range(), os.environ.get("BUILD_DIR"))
    shutil.copytree(suite.path("sim"), again.path("sim"), dirs_exist_ok=True)  # the world outside has not forgotten
    goes_on(again, waits, heard, after)


def goes_on(again, waits, heard, after):
    again.prepare()
    try:
        again.start_all()
        settle(again)
        wait_for(lambda: sql(again, "intake", "SELECT count(*) FROM outbox") == "0", 30, "the last acknowledgement")
        for service, table in (("verification", "case_file"), ("notification", "dossier"), ("status-sync", "dossier")):
            for code in (waits, heard):
                assert sql(again, service, "SELECT count(*) FROM %s WHERE code = '%s'" % (table, code)) == "1", (service, code)
        office = Office(again)
        new = office.file(FREE)
        assert new.code > after and not sql(again, "intake", "SELECT code FROM dossier WHERE code = '%s'" % after)
        wait_for(new.case, 30, "the case of a new dossier")
    finally:
        again.stop_all()


# ---- wrong use ----

@pytest.mark.parametrize("args, words", [
    (["restore", "/nowhere", "--prove"], "there is no folder /nowhere"),
    (["restore", "/tmp"], "say where to"),
    (["restore", "{made}", "--here"], "these services run: identity, intake"),
    (["restore", "{made}", "--here", "--only", "postgres"], "there is no service postgres with a database"),
    (["restore", "{made}", "--into", "{folder}"], "is not empty: name a new folder"),
    (["backup", "--keep", "0"], "--keep: at least 1")])
def test_wrong_use_is_explained(suite, dossiers, folder, args, words):
    made = backup(suite, folder)
    ran = motcua(suite, *[a.format(made=made.path, folder=folder) for a in args])
    assert ran.returncode == 1 and words in ran.stderr and "Traceback" not in ran.stderr, ran


def test_a_full_database_is_left_as_it_is(suite, dossiers, folder):
    made = backup(suite, folder)
    with Without(suite, "identity"):
        ran = motcua(suite, "restore", made.path, "--here", "--only", "identity")
        assert ran.returncode == 1 and "identity's database is not empty" in ran.stderr, ran


def test_without_the_databases_there_is_no_backup_and_that_is_said(suite, dossiers, folder):
    with Without(suite, "postgres"):
        ran = motcua(suite, "backup", "--to", folder)
    assert ran.returncode == 2 and "database does not answer" in ran.stderr and "Traceback" not in ran.stderr, ran
    assert not [name for name in os.listdir(folder) if name[0].isdigit()]


# ---- one service alone: what that means ----

def put_back(suite, service, made):
    """The service's database as it was in the backup."""
    name = database_of(service)
    with Without(suite, service):
        suite.psql("DROP DATABASE %s WITH (FORCE)" % name)
        suite.psql("CREATE DATABASE %s OWNER %s" % (name, name))
        ran = motcua(suite, "restore", made.path, "--here", "--only", service)
        assert ran.returncode == 0, ran


def test_a_listener_restored_alone_lacks_what_it_had_heard_since_and_balance_names_it(suite, office, dossiers, folder):
    settle(suite)
    made = backup(suite, folder)
    lost = office.file(FREE)
    settle(suite)
    put_back(suite, "status-sync", made)
    assert check(suite, "filed").broken.keys() == {("filed", "status-sync", lost.code)}
    new = office.file(FREE).code
    wait_for(lambda: sql(suite, "status-sync", "SELECT count(*) FROM dossier WHERE code = '%s'" % new) == "1", 30, "a new one")
    assert check(suite, "filed").broken.keys() == {("filed", "status-sync", lost.code)}


def test_a_source_restored_alone_forgets_and_gives_no_code_twice(suite, office, dossiers, folder):
    made = backup(suite, folder, codes=(0, 1))
    forgotten = office.file(FREE)
    wait_for(forgotten.case, 30, "the case")
    put_back(suite, "intake", made)
    named = wait_for(lambda: {b for b in check(suite, "filed").broken if b[2] == forgotten.code}, 30, "the difference")
    assert named == {("filed", "intake", forgotten.code)}
    new = office.file(FREE)
    assert new.code != forgotten.code
    wait_for(new.case, 30, "the case of the new one")
