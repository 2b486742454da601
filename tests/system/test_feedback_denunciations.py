"""feedback's denunciations: nobody learns who denounces but an inspector, and each time one does is on record."""
import hashlib
import json
import os
import subprocess

import pytest

from bus import Bus
from complaint_office import CONTACT, OTHER_UNIT, PROVINCE, UNIT, complaints, official  # noqa: F401
from lib import call, staff


def denunciation(complaints, token=None, **changes):
    fields = {"class": "denunciation", "category": "harassment", "title": "Nhũng nhiễu", "content": "Đòi thêm tiền.",
              "evidence": "Có ghi âm.", "about": {"name": "Trưởng phòng Hai"}, **changes}
    return complaints.complain(token, **fields)


def ask_who(complaints, code, token, reason="Xác minh nội dung tố cáo"):
    return complaints.ask("POST", "/desk/complaints/%s/denouncer" % code, {"reason": reason}, token=token)


def dump(complaints):
    """Everything feedback's database holds, as text."""
    suite = complaints.suite
    return subprocess.run(["pg_dump", "-h", suite.sockets, "-U", "postgres", "--data-only", "motcua_feedback"], capture_output=True,
                          text=True, check=True, env={**os.environ, "PGCLIENTENCODING": "UTF8"}).stdout


# ---- the database alone ----

def test_the_database_does_not_tell_who_denounces(complaints):
    token, account = complaints.office.citizen()
    contact = {"name": "Vũ Thị Kín Đáo", "address": "9 Ngõ Vắng", "phone": "0977001122", "email": "kin.dao@example.vn"}
    denunciation(complaints, token, contact=contact)
    petition = complaints.complain(contact={**contact, "name": "Hà Văn Công Khai"})
    held = dump(complaints)
    assert "Hà Văn Công Khai" in held and petition["code"] in held  # what is not secret is found this way
    for secret in (contact["name"], account):
        assert secret not in held and secret.encode().hex() not in held


def test_what_is_sealed_of_a_person_is_as_long_as_of_any_other(complaints):
    """Else the lengths of a name and an address pick one of an office's people out."""
    for name, address in (("An", "7 Nhỏ"), ("Công Tằng Tôn Nữ Thị Ái Như", "1204 Đường Rất Dài, khu phố Mười Hai, phường Vắng Vẻ, thị xã")):
        denunciation(complaints, contact={**CONTACT, "name": name, "address": address})
    assert complaints.sql("SELECT count(DISTINCT length(sealed)) FROM denouncer") == "1"


def test_whoever_suspects_somebody_cannot_try_him_against_the_commands(complaints):
    """Beside the answer to a command stands a digest of what was sent: it must not tell a right guess from a wrong one."""
    body = json.dumps(complaints.filing(**{"class": "denunciation"})).encode()
    assert complaints.ask("POST", "/complaints", raw=body, key=True).status == 201
    sent = hashlib.blake2b(b"POST\0/api/feedback/complaints\0" + body, digest_size=16).digest()
    guess = int.from_bytes(sent[:8], "little", signed=True)
    assert str(guess) not in complaints.sql("SELECT fingerprint FROM command").split()


def test_a_denunciation_names_no_dossier_for_that_tells_who_sent_it(complaints):
    code = complaints.office.submit()
    refused = complaints.send(**{"class": "denunciation", "dossier": code})
    assert [(e["field"], e["code"]) for e in refused["errors"]] == [("dossier", "denunciation_without_dossier")]


@pytest.mark.parametrize("column, value", [("account_id", "x"), ("name", "Tên"), ("phone", "09"), ("dossier_code", "H07")])
def test_the_table_itself_takes_no_denouncer(complaints, column, value):
    code = denunciation(complaints)["code"]
    with pytest.raises(Exception, match="complaint_check"):
        complaints.sql("UPDATE complaint SET %s = '%s' WHERE code = '%s'" % (column, value, code))


def test_what_was_sealed_for_one_does_not_open_as_another(complaints):
    one, other = denunciation(complaints)["code"], denunciation(complaints)["code"]
    complaints.sql("UPDATE denouncer SET sealed = (SELECT sealed FROM denouncer WHERE code = '%s') WHERE code = '%s'" % (one, other))
    assert ask_who(complaints, other, complaints.token("inspector", UNIT)).status == 500


# ---- who reads what ----

def test_an_inspector_learns_who_denounces_and_that_is_on_record(complaints):
    code = denunciation(complaints)["code"]
    inspector = complaints.token("inspector", UNIT)
    assert complaints.desk(code, "inspector")["may_read_denouncer"] and complaints.desk(code, "inspector")["contact"] is None
    told = ask_who(complaints, code, inspector)
    assert (told["name"], told["phone"], told["address"]) == (CONTACT["name"], CONTACT["phone"], CONTACT["address"])
    readings = complaints.ask("GET", "/desk/complaints/%s/denouncer/readings" % code, token=complaints.token("auditor", UNIT))
    name = call("GET", complaints.suite.url("/api/identity/me"), token=inspector)["name"]
    assert [(r["name"], r["reason"]) for r in readings["readings"]] == [(name, "Xác minh nội dung tố cáo")]


def test_nobody_reads_without_a_reason(complaints):
    code = denunciation(complaints)["code"]
    refused = ask_who(complaints, code, complaints.token("inspector", UNIT), reason="")
    assert refused.status in (400, 422) and refused["errors"][0]["field"] == "reason"
    assert complaints.sql("SELECT count(*) FROM denouncer_reading WHERE code = '%s'" % code) == "0"


def test_a_leader_works_it_and_does_not_learn_who_sent_it(complaints):
    code = denunciation(complaints)["code"]
    seen = complaints.desk(code, "leader")
    assert seen["content"] == "Đòi thêm tiền." and seen["contact"] is None and not seen["may_read_denouncer"]
    assert ask_who(complaints, code, complaints.token("leader", UNIT)).status == 403
    assert CONTACT["name"] not in seen.body.decode()


@pytest.mark.parametrize("role", ["clerk", "officer", "auditor"])
def test_others_do_not_even_find_it(complaints, role):
    code = denunciation(complaints)["code"]
    assert complaints.desk(code, role).status == 404 and code not in complaints.listed(role)
    assert code in complaints.listed("inspector") and code in complaints.listed("leader")


def test_an_inspector_of_another_unit_does_not_find_it(complaints):
    code = denunciation(complaints)["code"]
    assert complaints.desk(code, "inspector", OTHER_UNIT).status == 404
    assert ask_who(complaints, code, complaints.token("inspector", OTHER_UNIT)).status == 404


def test_an_inspector_who_is_denounced_finds_nothing(complaints):
    him = staff(complaints.suite, [("inspector", "*")], name="Đinh Thị Thanh Tra")
    code = denunciation(complaints, about={"name": "Đinh Thị Thanh Tra"})["code"]
    assert complaints.ask("GET", "/desk/complaints/" + code, token=him).status == 404
    assert ask_who(complaints, code, him).status == 404


# ---- anonymous ----

def test_an_anonymous_one_needs_whom_and_evidence(complaints):
    refused = complaints.send(**{"class": "denunciation", "anonymous": True, "contact": None})
    assert [e["field"] for e in refused["errors"]] == ["about.name", "evidence"]


def test_an_anonymous_one_has_nobody_to_read_or_to_tell(complaints):
    code = denunciation(complaints, anonymous=True, contact=None)["code"]
    assert not complaints.desk(code, "inspector")["may_read_denouncer"]
    assert ask_who(complaints, code, complaints.token("inspector", UNIT)).status == 404
    complaints.done(code, "accept", "inspector")
    assert complaints.decide(code, "tell", "inspector")["code"] == "nobody_to_tell"


# ---- its way ----

def test_who_denounced_follows_it_by_its_secret_only(complaints):
    token, _ = complaints.office.citizen()
    sent = denunciation(complaints, token)
    assert complaints.ask("GET", "/complaints", token=token)["complaints"] == []
    assert complaints.ask("GET", "/complaints/" + sent["code"], token=token).status == 404
    for act, role in (("accept", "inspector"), ("tell", "inspector")):
        complaints.done(sent["code"], act, role)
    complaints.done(sent["code"], "answer", "leader", words="Tố cáo đúng.", outcome="upheld")
    assert complaints.look_up(sent)["answer"] == "Tố cáo đúng."


def test_a_petition_does_not_become_a_denunciation(complaints):
    code = complaints.complain()["code"]
    refused = complaints.decide(code, "classify", "officer", **{"class": "denunciation"})
    assert (refused.status, refused["code"]) == (409, "class_keeps_secret")


def test_its_messages_tell_nobody(complaints):
    with Bus(complaints.suite, "notification") as bus:
        code = denunciation(complaints)["code"]
        complaints.done(code, "accept", "inspector")
        complaints.done(code, "answer", "leader", words="Tố cáo đúng.", outcome="upheld")
        for name in ("ComplaintOpened", "ComplaintAnswered"):
            envelope, told = bus.listen("motcua." + name, code)
            bus.ack(envelope, bus.sender)
            assert (told.account_id, told.name, told.email, told.title) == ("", "", "", "")
            assert CONTACT["name"].encode() not in envelope.SerializeToString()
