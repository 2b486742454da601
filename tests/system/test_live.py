"""live — what one person does shows at once on the pages others have open: a unit's queue and a case, at
whichever replica it was done; and who has a case open. What is shown never depends on it, and not on Redis."""
import signal
import time

from desk import COUNTER, ELSEWHERE, OFFICE
from lib import call, wait_for
from live import Page
from programs import beside, settings

SOON_S = 0.5  # from the answer to the click to the other's page


def queue(desk, role="clerk", at=COUNTER, base=None, **more):
    return Page((base or desk.url("")) + "/queue/events?unit=" + at, desk.token(role, at), **more)


def of_case(desk, code, role="clerk", at=COUNTER):
    return Page(desk.url("/cases/%s/events" % code), desk.token(role, at))


def present(desk, method, code, role="clerk", at=COUNTER):
    return call(method, desk.url("/cases/%s/presence" % code), token=desk.token(role, at))


# ---- a colleague acts ----

def test_what_a_colleague_decides_shows_within_half_a_second(desk, plain):
    code = desk.file(plain)
    with queue(desk) as page, of_case(desk, code, "officer") as other:
        page.hears("look"), other.hears("look")
        desk.do(code, "ACCEPT")
        answered = time.monotonic()
        assert page.hears("case", code=code, version=2, status=2, by="Cán Bộ Thử") - answered < SOON_S
        assert other.hears("case", code=code, version=2) - answered < SOON_S


def test_what_happens_at_another_replica_shows_as_soon(desk, plain, tmp_path):
    code = desk.file(plain)
    with beside("verification", tmp_path, settings(desk.suite, "verification")):
        base = "http://127.0.0.1:%d/api/verification" % (desk.suite.port + 51)
        with queue(desk, base=base) as page:
            page.hears("look")
            desk.do(code, "ACCEPT")
            answered = time.monotonic()
            assert page.hears("case", code=code, version=2) - answered < SOON_S


def test_through_nginx_it_comes_as_it_is_said(desk, plain):
    code = desk.file(plain)
    with queue(desk, base=desk.suite.url("/api/verification")) as page:
        page.hears("look")
        desk.do(code, "ACCEPT")
        answered = time.monotonic()
        assert page.hears("case", code=code, version=2) - answered < SOON_S


def test_a_case_that_is_handed_over_shows_at_both_units(desk, plain):
    code = desk.file(plain, received_by="Một cửa")
    with queue(desk) as here, queue(desk, "officer", OFFICE) as there, queue(desk, "clerk", ELSEWHERE) as nowhere:
        for page in (here, there, nowhere):
            page.hears("look")
        desk.do(code, "FORWARD", unit=OFFICE)
        here.hears("case", code=code), there.hears("case", code=code)
        assert not nowhere.named("case")


def test_what_was_filed_and_who_takes_it_show_too(desk, plain):
    with queue(desk) as page:
        page.hears("look")
        code = desk.file(plain)
        page.hears("case", code=code, version=1, by="")
        assert call("PUT", desk.url("/cases/%s/assignee" % code), {}, key=True, token=desk.token("clerk")).status == 200
        page.hears("case", code=code, by="Cán Bộ Thử")


def test_a_refused_decision_is_not_said(desk, plain):
    code = desk.file(plain)
    with queue(desk) as page:
        page.hears("look")
        assert desk.decide(code, "REFUSE").status == 422
        desk.do(code, "ACCEPT")
        assert desk.decide(code, "REFUSE", version=1, reason="Trùng").status == 412
        desk.do(code, "FORWARD")
        page.hears("case", code=code, version=3)
        assert len(page.named("case", code=code, version=2)) == len(page.named("case", code=code, version=3)) == 1


# ---- coming, going, coming back ----

def test_only_who_may_read_the_unit_may_follow_it(desk, plain):
    code = desk.file(plain)
    clerk = desk.token("clerk")
    asked = [("/queue/events?unit=" + COUNTER, clerk, 200), ("/queue/events?unit=" + OFFICE, clerk, 403),
             ("/queue/events", clerk, 422), ("/queue/events?unit=" + COUNTER, None, 401),
             ("/cases/%s/events" % code, desk.token("clerk", ELSEWHERE), 404)]
    for path, token, status in asked:
        with Page(desk.url(path), token) as page:
            assert page.status == status


def test_who_missed_nothing_need_not_look_again(desk, plain):
    def missed_nothing():
        """Where a page left off that then went on without a look; none if a case of a test before moved in between."""
        with queue(desk) as page:
            page.hears("look")
            last = page.last_id
        with queue(desk, headers={"Last-Event-ID": last}) as page:
            desk.file(plain)
            page.hears("case")
            return None if page.named("look") else last

    last = wait_for(missed_nothing, what="a page that missed nothing")
    with queue(desk, headers={"Last-Event-ID": last}) as page:
        page.hears("look")


def test_a_store_that_was_away_makes_pages_look_again(desk):
    with queue(desk) as page:
        page.hears("look")
        desk.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'verification'")
        wait_for(lambda: len(page.named("look")) > 1, what="another look")


def test_pages_beyond_the_most_are_told_to_come_back(desk, tmp_path):
    with beside("verification", tmp_path, settings(desk.suite, "verification", streams_max="1")):
        base = "http://127.0.0.1:%d/api/verification" % (desk.suite.port + 51)
        with queue(desk, base=base) as first, queue(desk, base=base) as second:
            first.hears("look")
            assert second.status == 503 and second.answer.headers["Retry-After"] == "5"


def test_a_replica_that_stops_ends_its_streams_and_drains(desk, tmp_path):
    with beside("verification", tmp_path, settings(desk.suite, "verification")) as other:
        with queue(desk, base="http://127.0.0.1:%d/api/verification" % (desk.suite.port + 51)) as page:
            page.hears("look")
            other.child.send_signal(signal.SIGTERM)
            wait_for(lambda: page.is_over, 3, "the end of the stream")
            assert other.child.wait(5) == 0


# ---- who is there ----

def test_who_has_a_case_open_shows_until_he_leaves(desk, plain):
    code = desk.file(plain)
    with queue(desk) as page:
        page.hears("look")
        assert present(desk, "PUT", code, "officer")["open"][0]["name"] == "Cán Bộ Thử"
        page.hears("presence", code=code)
        seen = desk.get("/queue/presence?unit=" + COUNTER)
        assert seen["is_known"] and [row["code"] for row in seen["open"]].count(code) == 1
        assert len(present(desk, "PUT", code)["open"]) == 2
        assert len(present(desk, "DELETE", code, "officer")["open"]) == 1
        wait_for(lambda: len(page.named("presence", code=code)) == 3, what="three changes")


def test_without_redis_nobody_seems_to_be_there_and_all_else_goes_on(desk, plain):
    code = desk.file(plain)
    desk.suite.stop("redis")
    try:
        with queue(desk) as page:
            page.hears("look")
            answer = present(desk, "PUT", code)
            assert answer.status == 200 and not answer["is_known"] and answer["open"] == []
            desk.do(code, "ACCEPT")
            page.hears("case", code=code)
    finally:
        desk.suite.start("redis")
    wait_for(lambda: present(desk, "PUT", code)["is_known"], what="Redis is back")
