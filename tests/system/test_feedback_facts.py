"""feedback — the facts that indexes are made of: what others say is kept once, in whatever order it comes, and of nobody a name."""
import pytest

from bus import common_pb2, verification_pb2
from feedback_office import DAY, FINISHED, office  # noqa: F401


def dossier(office, code, columns):
    return office.sql("SELECT %s FROM dossier WHERE code = '%s'" % (columns, code))


def test_a_dossier_stands_as_its_last_move_says(office):
    code = office.live(office.submit())
    assert dossier(office, code, "status, version, channel, supplements, ms(ended_at)") == "9|4|2|0|%d" % office.now_ms
    moves = office.sql("SELECT version, transition, status, official_name FROM move WHERE code = '%s' ORDER BY version" % code)
    assert moves.splitlines() == ["1|1|1|", "2|3|2|Nguyễn Văn An", "3|9|4|Nguyễn Văn An", "4|18|9|Nguyễn Văn An"]


def test_moves_that_come_out_of_order_or_twice_count_once_each(office):
    code = office.submit()
    first = office.move(code, 1, "SUBMIT", 1)
    office.move(code, 4, "SIGN_RESULT", 9)
    for version, (transition, status) in ((3, FINISHED[2]), (2, FINISHED[1]), (2, FINISHED[1])):
        office.move(code, version, transition, status)
    office.say("verification", office.moved(code, 1, "SUBMIT", 1), code, 1, envelope_id=first)
    assert office.sql("SELECT count(*) FROM move WHERE code = '%s'" % code) == "4"
    assert dossier(office, code, "status, version") == "9|4"


def test_a_result_that_is_taken_back_lets_the_dossier_run_again(office):
    code = office.finish()
    office.move(code, 5, "REOPEN_RESULT", 4)
    assert dossier(office, code, "status, ended_at IS NULL") == "4|t"


@pytest.mark.parametrize("transition, status", [("REFUSE", 3), ("STOP", 8)])
def test_a_refusal_and_a_stop_end_a_dossier_when_they_happen(office, transition, status):
    code = office.submit()
    office.live(code, [("SUBMIT", 1), (transition, status)])
    assert dossier(office, code, "ms(ended_at)") == str(office.moved(code, 2, transition, status).at_ms)


def test_an_internal_move_is_kept_and_leaves_the_state(office):
    code = office.submit()
    office.live(code, [("SUBMIT", 1), ("STEP", 0)])
    assert dossier(office, code, "status, version") == "1|2"


def test_a_move_before_its_dossier_is_sent_again_later(office):
    code, bus = office.new_code(), office.bus["verification"]
    refused = bus.answer_to(bus.send("feedback", office.moved(code, 1, "SUBMIT", 1), code))
    assert refused is not None and refused != "ack"
    office.live(office.submit(code))
    assert dossier(office, code, "version") == "4"


def test_payments_results_and_papers_become_facts(office):
    papers = [common_pb2.Paper(component_code="TP1", sha256=b"x" * 32), common_pb2.Paper(component_code="TP2", originals=1)]
    code = office.submit(papers=papers, national_code="G22.99-1", channel="COUNTER")
    office.live(code, [("RECEIVE", 2)])
    office.move(code, 2, "SIGN_RESULT", 9, result=verification_pb2.Result(sha256=b"y" * 32), supplement_count=1)
    for _ in range(2):
        office.pay(code)
    assert dossier(office, code, "papers, papers_digital, is_national, channel, has_digital_result, supplements") == "2|1|t|1|t|1"
    assert office.sql("SELECT method, amount_dong FROM payment WHERE code = '%s'" % code) == "1|50000"


def test_what_is_not_due_yet_is_not_late_in_the_figures_of_a_year_that_runs(office):
    office.unit("000.00.07.H07", "Sở Chưa Đến Hạn")
    code = office.submit(unit_code="000.00.07.H07", filed_at_ms=office.now_ms - 60000)
    office.live(code, FINISHED[:2], unit_code="000.00.07.H07", handling_unit_code="000.00.07.H07", due_at_ms=office.now_ms + DAY)
    year = office.sql("SELECT extract(year FROM to_timestamp(%d) AT TIME ZONE 'Asia/Ho_Chi_Minh')::int" % (office.now_ms / 1000 - 60))
    figures = office.ask("GET", "/figures?unit=000.00.07.H07&period=" + year, token=office.staff(("leader", "000.00.07.H07"))).json
    assert figures["counts"] == {"received": 1, "received_online": 1} and figures["tt01"]["9"] == 20


def test_a_procedure_and_a_unit_are_kept_with_their_versions(office):
    fee = common_pb2.FeeLine(kind="LE_PHI", code="LP1", amount_dong=50000)
    office.publish("1.000111", 1, fees=[fee])
    office.publish("1.000111", 2, limit=3, online_level="")
    assert office.sql("SELECT version, time_limit, has_fee, online_level FROM procedure WHERE code = '1.000111'").splitlines() == [
        "1|7|t|full", "2|3|f|"]
    office.unit("000.01.21.H07", "Phường Phú Khương", "COMMUNE", "000.00.21.H07", gso_code="28756", valid_from_ms=DAY)
    office.unit("000.01.21.H07", "Phường Bến Tre", "COMMUNE", "000.00.21.H07", 2, gso_code="28756", valid_from_ms=DAY)
    assert office.sql("SELECT name, level, parent_code, gso_code FROM unit WHERE code = '000.01.21.H07'") == \
        "Phường Bến Tre|4|000.00.21.H07|28756"


def test_nobodys_name_number_phone_or_mail_is_kept(office):
    _, account = office.citizen()
    code = office.finish(account_id=account)
    columns = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'text'"
    assert office.sql("SELECT count(*) FROM dossier WHERE code = '%s' AND owner_hash IS NOT NULL" % code) == "1"
    for place in office.sql(columns).splitlines():
        table, column = place.split(".")
        for secret in ("Trần Thị Kín", "083300000017", "0912345678", "kin@example.vn", account):
            assert office.sql("SELECT count(*) FROM %s WHERE position('%s' IN %s) > 0" % (table, secret, column)) == "0", place
