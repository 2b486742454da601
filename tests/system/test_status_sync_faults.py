"""status-sync — the portal misbehaves, refuses, loses; processes die: what it knows is what was said, once, in order."""
import os
import time

import pytest

from bus import common_pb2
from embedded.processes import Process, answers
from lib import call, metric, wait_for
from portal_office import LIFE, OTHER_UNIT, PROCEDURE, UNIT, make_office, office, the_office

# ---- the portal misbehaves ----

@pytest.mark.parametrize("error_code", [0, 3, -3])
def test_a_dossier_the_portal_has_already_is_updated(office, error_code):
    code = office.submit()
    session = call("POST", office.portal.url + "/auth", {"username": "motcua", "password": office.suite.secret("portal.password")},
                   headers={"dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider"})["session"]
    record = {"MaHoSo": code, "MaTTHC": PROCEDURE, "TenTTHC": "x", "ChuHoSo": "x", "LoaiDoiTuong": "1", "TrangThaiHoSo": "1",
              "HinhThuc": "0", **{name: "" for name in ("MaLinhVuc", "TenLinhVuc", "Email", "SoDienThoai", "TrichYeuHoSo",
                                                        "NgayTiepNhan", "NgayHenTra", "DonViXuLy")}}
    made = call("POST", office.portal.url + "/integration", {"session": session, "madonvi": "000.00.00.H07", "data": [record],
                                                             "service": "DongBoHoSoMC", "isUpdating": "False"})
    assert made["error_code"] == 0, made
    office.portal.dial(duplicate_code=error_code, codes_as_strings=error_code == 3)
    office.move(code, 1, "SUBMIT", 1)
    known = office.arrives(code, ["1"])
    assert (known["creates"], known["duplicate_creates"], known["updates"]) == (1, 1, 1)
    assert known["record"]["TenLinhVuc"] == "Lao động"


def test_an_expired_session_is_renewed_once_for_all(office):
    first, *codes = [office.submit() for _ in range(13)]
    office.move(first, 1, "SUBMIT", 1)
    office.settled(first)
    since, logins = time.monotonic(), len(office.portal.ledger(kind="login"))
    failed = metric(office.suite, "status-sync", "motcua_jobs_failed_total", 'kind="sync"')
    wait_for(lambda: time.monotonic() - since > 1.1)  # the session is now older than the life it is given
    office.portal.dial(session_ttl_s=1, delay_ms=60)
    for code in codes:
        office.bus["verification"].send("status-sync", office.moved(code, 1, "SUBMIT", 1), code)
    for code in codes:
        office.arrives(code, ["1"])
    assert 1 <= len(office.portal.ledger(kind="login")) - logins <= 3
    assert metric(office.suite, "status-sync", "motcua_jobs_failed_total", 'kind="sync"') == failed


def test_an_outage_delays_nothing_and_is_caught_up_in_order(office):
    office.portal.dial(down=True)
    codes = [office.submit() for _ in range(40)]
    since = time.monotonic()
    for code in codes:
        office.live(code, LIFE[:4])
    assert metric(office.suite, "status-sync", "motcua_portal_resting") == 1
    wait_for(lambda: time.monotonic() - since > 3)
    tried = len(office.portal.ledger(kind="fault"))
    assert tried < 60, "an outage of %.0f s was asked %d times" % (time.monotonic() - since, tried)
    office.portal.dial(down=False)
    for code in codes:
        known = office.arrives(code, ["1", "2", "4", "4"], 30)
        assert (known["creates"], known["duplicate_progress"]) == (1, 0)
    assert metric(office.suite, "status-sync", "motcua_portal_resting") == 0


@pytest.mark.parametrize("fault", [{"accept_but_garbage": True}, {"accept_but_hang_ms": 60000}, {"garbage": True},
                                   {"fail_next": 6, "fail_status": 429}, {"fail_next": 6, "fail_status": 503}])
def test_an_answer_nobody_can_read_is_asked_for_again(office, fault):
    before = office.portal.ledger()[-1]["n"]
    office.portal.dial(**fault)
    code = office.submit()
    office.live(code, LIFE[:3])
    wait_for(lambda: [f for f in office.portal.ledger(after=before, kind="fault") if f["path"] == "/integration"],
             what="the fault")
    call("POST", office.portal.url + "/dials/reset", {})
    known = office.arrives(code, ["1", "2", "4"], 30)
    office.settled(code, 30)
    assert known["creates"] == 1
    assert len(office.portal.ledger(key=code, kind="progress")) == 3


def test_a_refused_login_is_not_hammered(new_suite):
    office = make_office(new_suite, username="nobody")
    codes = [office.submit() for _ in range(10)]
    for code in codes:
        office.move(code, 1, "SUBMIT", 1)
    wait_for(lambda: metric(office.suite, "status-sync", "motcua_portal_resting") == 1, what="the rest")
    since = time.monotonic()
    wait_for(lambda: time.monotonic() - since > 3)
    assert len(office.portal.ledger(kind="refused")) == 1
    assert office.get("/dossiers/" + codes[0])["portal_rests"]


# ---- what the portal refuses ----

def test_a_refused_record_is_shown_and_others_go_on(office):
    applicant = common_pb2.Applicant(kind="CITIZEN", name="", phone="0912345678")
    code = office.submit(applicant=applicant)
    office.live(code, LIFE[:1])
    other = office.submit()
    office.live(other, LIFE[:1])
    office.arrives(other, ["1"])
    row = wait_for(lambda: [r for r in office.get("/refused")["refused"] if r["code"] == code], what="the refusal")[0]
    assert row["what"] == "record" and "ChuHoSo" in row["message"] and row["unit"] == UNIT
    shown = office.get("/dossiers/" + code).json
    assert shown["owed"]["record"] and shown["refusal"]["message"] == row["message"] and shown["last_error"]
    assert shown["next_try_at_ms"] > time.time() * 1000 + 3600000
    assert len(office.portal.ledger(key=code, kind="violation")) == 1
    wait_for(lambda: metric(office.suite, "status-sync", "motcua_portal_refused_dossiers") >= 1, what="the gauge")


def test_a_refused_line_stops_the_lines_behind_it_only(office):
    office.portal.dial(down=True)
    code = office.submit()
    office.live(code, LIFE[:2])
    office.move(code, 3, "FORWARD", 4, at_ms=0)
    office.move(code, 4, "STEP", 4)
    office.portal.dial(down=False)
    shown = wait_for(lambda: office.get("/dossiers/" + code)["refusal"], 30, "the refusal")
    assert (shown["what"], shown["version"]) == ("line", 3) and "ThoiDiemXuLy" in shown["message"]
    assert office.portal.statuses(code) == ["1", "2"]


def test_refusals_come_page_by_page_and_by_unit(office):
    nobody = common_pb2.Applicant(kind="CITIZEN", name="")
    mine = [office.submit(applicant=nobody) for _ in range(3)]
    theirs = office.submit(applicant=nobody, unit_code=OTHER_UNIT)
    for code in mine + [theirs]:
        office.move(code, 1, "SUBMIT", 1)
    wait_for(lambda: len([r for r in office.get("/refused?limit=100")["refused"] if r["code"] in mine + [theirs]]) == 4)
    assert [r["code"] for r in office.get("/refused?limit=100", ("auditor", OTHER_UNIT))["refused"]] == [theirs]
    seen, after = [], ""
    while after is not None:
        page = office.get("/refused?limit=2" + ("&after=" + after if after else "")).json
        seen += [r["code"] for r in page["refused"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) and set(mine + [theirs]) <= set(seen)


# ---- pushing again ----

def test_resync_pushes_the_record_again_and_no_line_twice(office):
    code = office.submit()
    office.live(code, LIFE[:3])
    office.arrives(code, ["1", "2", "4"])
    office.settled(code)
    updates = office.portal.dossier(code)["updates"]
    done = office.resync(code, ("administrator", UNIT))
    assert done.status == 202 and done["accepted"]
    wait_for(lambda: office.portal.dossier(code)["updates"] == updates + 1, what="the record again")
    office.settled(code)
    known = office.portal.dossier(code)
    assert (known["progress_lines"], known["duplicate_progress"], known["creates"]) == (3, 0, 1)


def test_only_an_administrator_of_the_unit_resyncs(office):
    code = office.submit()
    assert office.resync(code, ("auditor", "*")).status == 403
    assert office.resync(code, ("administrator", OTHER_UNIT)).status == 404
    assert office.resync(code, ("administrator", OTHER_UNIT), ("clerk", UNIT)).status == 403


def test_a_portal_that_lost_a_dossier_gets_all_of_it_again(new_suite):
    office = make_office(new_suite)
    codes = [office.submit() for _ in range(2)]
    for code in codes:
        office.live(code, LIFE[:3])
        office.settled(code)
    office.suite.kill("portal-sim")
    os.remove(office.suite.path("sim", "portal.jsonl"))
    office.suite.start("portal-sim")
    office.resync(codes[0], ("administrator", "*"))
    office.arrives(codes[0], ["1", "2", "4"])
    office.move(codes[1], 4, "STEP", 4)
    assert office.arrives(codes[1], ["1", "2", "4", "4"])["creates"] == 1


# ---- what breaks here ----

def test_kill_9_in_the_middle_loses_and_doubles_nothing(office):
    codes = [office.submit() for _ in range(50)]
    for code in codes:
        office.live(code, LIFE[:2])
    office.portal.dial(delay_ms=30)
    for code in codes:
        office.move(code, 3, "FORWARD", 4)
    office.suite.kill("status-sync")
    missing = [code for code in codes if office.portal.statuses(code) != ["1", "2", "4"]]
    assert missing, "it was killed too late to prove anything"
    office.suite.start("status-sync")
    for code in codes:
        known = office.arrives(code, ["1", "2", "4"], 60)
        assert known["creates"] == 1
        assert len(office.portal.ledger(key=code, kind="progress")) == 3


def test_two_replicas_share_the_work(office):
    first, _ = office.suite.children["status-sync"]
    admin = "http://127.0.0.1:%d" % (office.suite.port + 51)
    listen = {"MOTCUA_STATUS_SYNC_LISTEN": "127.0.0.1:%d" % (office.suite.port + 50),
              "MOTCUA_STATUS_SYNC_ADMIN_LISTEN": admin[len("http://"):]}
    second = Process("status-sync-2", first.argv, answers(admin + "/readyz"), env={**first.env, **listen})
    office.suite.children[second.name] = (second, office.suite.spawn(second))
    office.suite.wait_ready(*office.suite.children[second.name])
    office.portal.dial(delay_ms=20)
    codes = [office.submit() for _ in range(60)]
    for code in codes:
        office.live(code, LIFE[:2])
    for code in codes:
        known = office.arrives(code, ["1", "2"], 30)
        assert (known["creates"], known["duplicate_progress"]) == (1, 0)
    pushed_by_second = call("GET", admin + "/metrics").body.decode()
    office.suite.stop(second.name)
    assert 'motcua_portal_pushes_total{what="line",outcome="ok"}' in pushed_by_second
    assert 'motcua_portal_pushes_total{what="line",outcome="ok"} 0' not in pushed_by_second
