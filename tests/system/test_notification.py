"""notification — events in, mails and inbox messages out: each told once, none lost, whatever the mail server does."""
import os
import re
import time
import uuid

import pytest

from bus import Bus, envelope_pb2, identity_pb2, payment_pb2, verification_pb2
from letters import FRIDAY, PROCEDURE, UNIT, mails, new_code, progressed, sim, submit
from lib import call, metric, operator, sign_up, staff, wait_for
from programs import beside, settings

MINUTE = 60000


@pytest.fixture(scope="module")
def suite(new_suite):
    return new_suite(["postgres", "redis", "broker", "identity", "notification", "mail-sim", "nginx"])


@pytest.fixture(autouse=True)
def quiet_mail_server(suite):
    dial(suite)
    yield
    dial(suite)


# ---- what the tests say and see ----

def dial(suite, **values):
    """Only these faults from now on."""
    call("POST", sim(suite, "/dials/reset"))
    assert call("POST", sim(suite, "/dials"), values).status == 200


def sql(suite, text):
    return suite.psql(text, database="motcua_notification")


def states(suite, code, channel="email"):
    """States of the dossier's messages, in the order of the events."""
    return sql(suite, "SELECT state FROM message WHERE code = '%s' AND channel = '%s' ORDER BY happened_at"
               % (code, channel)).split()


def dead_letters(suite, code):
    """Why events of the dossier could not be used."""
    found = call("GET", suite.admin_url("notification") + "/admin/dead", token=operator(suite))["dead_letters"]
    return [d["reason"] for d in found if d["key"] == code]


def progress(suite, code, move, version=1, **fields):
    with Bus(suite, "verification") as bus:
        return bus.say("notification", progressed(code, move, **fields), key=code, version=version)


def one_mail(suite, code, seconds=20):
    wait_for(lambda: states(suite, code) == ["sent"], seconds, "the mail")
    received = mails(suite, code)
    assert len({m["message_id"] for m in received}) == 1
    return received[0]


def restart(suite):
    """kill -9, then the same program again."""
    suite.kill("notification")
    suite.start("notification")


# ---- what is told ----

def test_an_accepted_dossier_is_told_in_vietnamese(suite):
    code = submit(suite)
    progress(suite, code, "ACCEPT", due_at_ms=FRIDAY)
    mail = one_mail(suite, code)
    message_id = sql(suite, "SELECT id FROM message WHERE code = '%s'" % code)
    assert mail["subject"] == "Hồ sơ %s đã được tiếp nhận" % code
    assert mail["message_id"] == "<%s@dichvucong.example.vn>" % message_id
    assert mail["envelope_to"] == ["nguyen.hong@example.vn"] and mail["problems"] == []
    assert mail["header_from"] == "Trung tâm Phục vụ hành chính công <khong-tra-loi@dichvucong.example.vn>"
    assert "Kính gửi Nguyễn Thị Hồng," in mail["body"] and PROCEDURE in mail["body"]
    assert "Hẹn trả kết quả: 16:00 thứ Sáu 27/11/2026." in mail["body"]
    assert "Xem tiến độ: http://localhost:%d/tra-cuu#%s" % (suite.port, code) in mail["body"]


def test_an_english_applicant_reads_english(suite):
    code = submit(suite, language="en", name="John Smith")
    progress(suite, code, "ASK_PAYMENT", fee_dong=75000, answer_by_ms=FRIDAY)
    mail = one_mail(suite, code)
    assert mail["subject"] == "Dossier %s: a fee is due" % code
    assert "Dear John Smith," in mail["body"] and "Amount: 75.000 đồng." in mail["body"]
    assert "Please pay by: 4:00 pm, Friday 27 November 2026." in mail["body"]


def test_papers_are_listed_and_numbers_of_people_hidden(suite):
    code = submit(suite)
    papers = [verification_pb2.AskedPaper(name="Bản vẽ", reason="mờ"),
              verification_pb2.AskedPaper(name="Căn cước")]
    progress(suite, code, "ASK_SUPPLEMENT", asked_papers=papers, note="Số 083300000017 không khớp.")
    body = one_mail(suite, code)["body"].replace("\r\n", "\n")
    assert "Giấy tờ cần bổ sung:\n- Bản vẽ: mờ\n- Căn cước\n" in body
    assert "Lý do: Số *********017 không khớp." in body and "083300000017" not in body


def test_a_payment_and_its_refund_are_told(suite):
    code = submit(suite)
    settled = payment_pb2.PaymentSettled(code=code, amount_dong=1500000, receipt_no="BL-26-7", settled_at_ms=FRIDAY)
    returned = payment_pb2.PaymentRefunded(code=code, amount_dong=1500000, reason="Nộp hai lần",
                                           refunded_at_ms=FRIDAY + MINUTE)
    with Bus(suite, "payment") as bus:
        bus.say("notification", settled, key=code, version=1)
        bus.say("notification", returned, key=code, version=2)
    wait_for(lambda: states(suite, code) == ["sent", "sent"])
    paid, refunded = mails(suite, code)
    assert "1.500.000 đồng" in paid["body"] and "Biên lai số: BL-26-7" in paid["body"]
    assert "Lý do: Nộp hai lần" in refunded["body"]


def test_an_event_that_comes_five_times_is_told_once(suite):
    code, event = submit(suite), uuid.uuid4().bytes
    with Bus(suite, "verification") as bus:
        for _ in range(5):
            bus.say("notification", progressed(code, "HAND_OVER"), key=code, version=3, envelope_id=event)
        bus.say("notification", progressed(code, "HAND_OVER"), key=code, version=3)  # the same move in another envelope
    one_mail(suite, code)
    assert len(mails(suite, code)) == 1


def test_progress_before_the_dossier_is_refused_and_told_later(suite):
    code, event = new_code(), uuid.uuid4().bytes
    submit(suite)  # notification is there: what it does not take, it refuses itself
    with Bus(suite, "verification") as bus:
        bus.send("notification", progressed(code, "ACCEPT"), key=code, envelope_id=event)
        assert bus.answer_to(event).why == envelope_pb2.REFUSED_LATER
        submit(suite, code)
        bus.say("notification", progressed(code, "ACCEPT"), key=code, envelope_id=event)
    one_mail(suite, code)


def test_a_move_nobody_has_named_is_a_dead_letter(suite):
    code = submit(suite)
    unknown = verification_pb2.DossierProgressed(code=code, transition=99, at_ms=FRIDAY)
    with Bus(suite, "verification") as bus:
        bus.say("notification", unknown, key=code)
    assert len(dead_letters(suite, code)) == 1


def test_a_move_that_tells_nobody_makes_no_message(suite):
    code = submit(suite)
    progress(suite, code, "SETTLE_PAYMENT")
    assert sql(suite, "SELECT count(*) FROM message WHERE code = '%s'" % code) == "0" and dead_letters(suite, code) == []


# ---- the mail server ----

def test_a_greylisted_mail_comes_once(suite):
    dial(suite, greylist_next=2)
    code = submit(suite)
    progress(suite, code, "ACCEPT")
    one_mail(suite, code)
    assert len(mails(suite, code)) == 1
    tries = sql(suite, "SELECT outcome || ' ' || reply FROM attempt JOIN message m ON m.id = message_id WHERE m.code = '%s'"
                " ORDER BY no" % code).split("\n")
    assert tries == ["deferred 451", "deferred 451", "sent 250"]


def test_a_refused_mail_fails_and_verification_hears_it(suite):
    code = submit(suite, email="khong.co@example.vn")
    dial(suite, refuse_to=["khong.co@example.vn"])
    with Bus(suite, "verification") as bus:
        bus.say("notification", progressed(code, "ACCEPT"), key=code)
        envelope, failed = bus.listen("motcua.NotificationFailed", key=code)
    assert (envelope.version, failed.channel, failed.template) == (1, "email", "accepted")
    assert failed.reason == "the mail server refused it: 550"
    assert states(suite, code) == ["failed"] and mails(suite, code) == []


def test_a_lost_answer_sends_the_same_mail_again(suite):
    dial(suite, drop_after_data=1)
    code = submit(suite)
    progress(suite, code, "ACCEPT")
    one_mail(suite, code)
    assert [(m["answered_250"], m["repeat"]) for m in mails(suite, code)] == [(False, False), (True, True)]


def test_mails_wait_for_a_dead_server_and_keep_their_order(suite):
    dial(suite, down=True)
    codes = [submit(suite) for _ in range(3)]
    for code in codes:
        for version, move in enumerate(("ACCEPT", "ASK_WITHDRAWAL", "CONFIRM_WITHDRAWAL"), 1):
            progress(suite, code, move, version, at_ms=FRIDAY + version * MINUTE)
    wait_for(lambda: metric(suite, "notification", "motcua_notification_breaker") >= 1, what="the rest")
    assert all(set(states(suite, code)) <= {"queued", "sending"} for code in codes)
    wait_for(lambda: metric(suite, "notification", "motcua_notification_waiting") >= 9, what="the figure of waiting mails")
    dial(suite)
    for code in codes:
        wait_for(lambda code=code: states(suite, code) == ["sent"] * 3, 30, "all mails")
        assert ["tiếp nhận", "yêu cầu rút", "được rút"] == [
            re.search("tiếp nhận|yêu cầu rút|được rút", m["subject"]).group() for m in mails(suite, code)]
    assert metric(suite, "notification", "motcua_notification_breaker") == 0


def test_a_slow_server_keeps_nobody_else_waiting(suite):
    dial(suite, delay_ms=3000)
    code = submit(suite)
    progress(suite, code, "ACCEPT")
    wait_for(lambda: states(suite, code) == ["sending"])
    began = time.monotonic()
    assert call("GET", suite.admin_url("notification") + "/readyz").status == 200
    submit(suite)
    assert time.monotonic() - began < 1.5 and states(suite, code) == ["sending"]
    one_mail(suite, code)


def test_a_kill_while_sending_loses_no_mail(suite):
    dial(suite, delay_ms=3000)
    code = submit(suite)
    progress(suite, code, "SIGN_RESULT", due_at_ms=FRIDAY + 3 * 24 * 60 * MINUTE)
    wait_for(lambda: states(suite, code) == ["sending"])
    dial(suite)
    restart(suite)
    mail = one_mail(suite, code)
    assert "sớm hơn ngày hẹn 16:00 thứ Hai 30/11/2026" in mail["body"] and len(mails(suite, code)) <= 2


def test_a_mail_that_is_too_old_is_given_up(suite):
    dial(suite, greylist_next=1000)
    code = submit(suite)
    with Bus(suite, "verification") as bus:
        bus.say("notification", progressed(code, "ACCEPT"), key=code)
        wait_for(lambda: states(suite, code) == ["queued"])
        sql(suite, "UPDATE message SET queued_at = now() - interval '49 hours' WHERE code = '%s'" % code)
        _, failed = bus.listen("motcua.NotificationFailed", key=code, seconds=30)
    assert failed.reason == "given up after 48 hours; the last attempt: deferred"
    assert states(suite, code) == ["failed"]


# ---- channels ----

def account(suite, **changes):
    """(token, account id) of a new citizen whose account notification knows."""
    token = sign_up(suite, **changes)
    mine = call("GET", suite.url("/api/identity/me"), token=token)
    wait_for(lambda: sql(suite, "SELECT id FROM account WHERE id = '%s'" % mine["id"]), what="the account")
    return token, mine["id"]


def test_the_account_s_address_serves_where_the_dossier_has_none(suite):
    address = "chi.co.tai.khoan%s@example.vn" % os.urandom(3).hex()
    _, me = account(suite, email=address)
    code = submit(suite, email="", account=me)
    progress(suite, code, "ACCEPT")
    assert one_mail(suite, code)["envelope_to"] == [address]


def test_an_account_is_as_its_newest_word_says(suite):
    me = str(uuid.uuid4())
    words = {2: ("moi@example.vn", True), 1: ("cu@example.vn", True), 3: ("moi@example.vn", False)}
    with Bus(suite, "identity") as bus:
        for version, (email, is_active) in words.items():
            word = identity_pb2.AccountChanged(account_id=me, email=email, is_active=is_active)
            bus.say("notification", word, key=me, version=version)
            assert sql(suite, "SELECT email FROM account WHERE id = '%s'" % me) == "moi@example.vn"
    code = submit(suite, email="", account=me)
    progress(suite, code, "ACCEPT")
    assert states(suite, code) == [] and states(suite, code, "inbox") == ["sent"]


def test_without_an_address_the_inbox_alone_is_told(suite):
    code = submit(suite, email="", account=str(uuid.uuid4()))
    progress(suite, code, "ACCEPT")
    assert states(suite, code) == [] and states(suite, code, "inbox") == ["sent"]


def test_without_address_and_account_the_reason_is_kept_and_counted(suite):
    labels = 'channel="email",state="none"'
    before = metric(suite, "notification", "motcua_notification_messages_total", labels)
    code = submit(suite, email="không phải địa chỉ")
    progress(suite, code, "ACCEPT")
    assert sql(suite, "SELECT channel, state, why FROM message WHERE code = '%s'" % code) == "email|none|bad_address"
    assert metric(suite, "notification", "motcua_notification_messages_total", labels) == before + 1


def test_the_inbox_is_read_page_by_page_and_marked(suite):
    token, me = account(suite)
    code = submit(suite, account=me)
    for version, move in enumerate(("ACCEPT", "FORWARD", "STEP"), 1):
        progress(suite, code, move, version, step_name="Thẩm định", handling_unit_name="Sở Xây dựng")
    inbox = suite.url("/api/notification/inbox")
    first = call("GET", inbox + "?limit=2", token=token)
    assert [m["template"] for m in first["messages"]] == ["step", "forwarded"]
    assert "Bước hiện tại: Thẩm định" in first["messages"][0]["body"]
    rest = call("GET", inbox + "?limit=2&after=" + first["next"], token=token)
    assert [m["template"] for m in rest["messages"]] == ["accepted"] and rest["next"] is None
    assert call("GET", inbox + "/unread", token=token).json == {"unread": 3}
    newest = first["messages"][0]["id"]
    read = [call("POST", "%s/%s/read" % (inbox, newest), token=token, key="mot-lan") for _ in range(2)]
    assert [r.status for r in read] == [200, 200] and read[0].json == read[1].json == {"id": newest, "is_read": True}
    assert call("GET", inbox + "/unread", token=token).json == {"unread": 2}
    assert states(suite, code) == ["sent"] or one_mail(suite, code)


def test_an_inbox_is_nobody_else_s(suite):
    _, me = account(suite)
    other = sign_up(suite)
    code = submit(suite, account=me)
    progress(suite, code, "STEP")
    message = sql(suite, "SELECT id FROM message WHERE code = '%s'" % code)
    inbox = suite.url("/api/notification/inbox")
    assert call("GET", inbox, token=other)["messages"] == []
    assert call("POST", "%s/%s/read" % (inbox, message), token=other, key=True).status == 404
    assert call("POST", "%s/%s/read" % (inbox, message), token=other).status == 400  # no Idempotency-Key
    assert call("GET", inbox).status == 401
    assert call("GET", inbox + "?after=dau-do", token=other).status == 422


def test_staff_of_the_unit_see_what_was_told_with_masked_addresses(suite):
    code = submit(suite)
    progress(suite, code, "ACCEPT", handling_unit_code="000.00.12.H07")
    one_mail(suite, code)
    url = suite.url("/api/notification/dossiers/%s/messages" % code)
    for unit in (UNIT, "000.00.12.H07"):
        (message,) = call("GET", url, token=staff(suite, [("officer", unit)]))["messages"]
        assert (message["address"], message["state"], message["channel"]) == ("n***@example.vn", "sent", "email")
        assert [(a["no"], a["outcome"], a["reply"]) for a in message["attempts"]] == [(1, "sent", 250)]
        assert code in message["subject"]
    assert call("GET", url, token=staff(suite, [("officer", "000.00.99.H07")])).status == 404
    assert {call("GET", url, token=t).status for t in (sign_up(suite), staff(suite, [("administrator", "*")]))} == {403}


def test_the_operator_s_trace_names_no_person(suite):
    code = submit(suite)
    progress(suite, code, "ACCEPT")
    one_mail(suite, code)
    trace = call("GET", suite.admin_url("notification") + "/admin/trace/" + code, token=operator(suite))
    text = trace.body.decode()
    assert "accepted by email: sent" in text and "accepted no. 1: sent, the server said 250" in text
    assert "example.vn" not in text and "Hồng" not in text
    with open(suite.path("log", "notification.log"), encoding="utf-8") as log:
        assert "nguyen.hong@" not in log.read()


# ---- replicas ----

def sent_by(replica):
    text = replica.ask("GET", "/metrics").body.decode()
    return int(re.search(r'messages_total\{channel="email",state="sent"\} (\d+)', text).group(1))


def test_two_replicas_share_the_work(suite, tmp_path):
    codes = []
    with beside("notification", tmp_path, settings(suite, "notification")) as second:
        while len(codes) < 10 or sent_by(second) == 0:
            assert len(codes) < 60, "the second replica never sent anything"
            codes.append(submit(suite))
            progress(suite, codes[-1], "HAND_OVER")
            one_mail(suite, codes[-1])
    assert [len(mails(suite, code)) for code in codes] == [1] * len(codes)
