"""feedback — what stands out in how dossiers were moved: planted cheats are found with their dossiers and hardly anything else, each
once, and only those who lead the unit see them and say what it was."""
import pytest

from feedback_office import make_office
from feedback_quarter import run_job
from lib import call

HONEST, UNIT = 6000, "H07.1"
DAY0 = "date_trunc('month', now() AT TIME ZONE 'Asia/Ho_Chi_Minh' - interval '1 month') AT TIME ZONE 'Asia/Ho_Chi_Minh'"

# Sixty officials at work: accepted over the first days of last month, signed some days later at any hour of the day, three in a hundred
# late, every eighth paused somewhere on its way, one in five hundred found wrong and mended.
HONEST_WORK = """
SELECT setseed(0.5);
CREATE TEMP TABLE honest AS SELECT '{unit}-H' || lpad(i::text, 5, '0') AS code, 'o' || floor(random() * 60) AS official,
    {day0} + make_interval(days => i % 12, mins => 480 + (random() * 480)::int) AS started,
    {day0} + make_interval(days => i % 12 + 10, hours => 17) AS due, random() AS place,
    {day0} + make_interval(days => i % 12 + CASE WHEN i % 33 = 0 THEN 11 ELSE 1 + (random() * 8)::int END, mins => 480 + (random() * 540)::int)
    AS signed, i FROM generate_series(1, {n}) i;
INSERT INTO dossier (code, unit_code, handling_unit_code, procedure_code, procedure_version, channel, owner_kind, is_national, papers,
    papers_digital, filed_at, version, status, accepted_at, due_at, finished_at, ended_at)
    SELECT code, '{unit}', '{unit}', 'P0', 1, 2, 1, false, 1, 1, started, 9, 9, started, due, signed, signed FROM honest;
CREATE TEMP TABLE step AS
    SELECT code, official, 1 AS v, started AS at, 3 AS transition, 2 AS status, 1 AS before, due FROM honest
    UNION ALL SELECT code, official, 2, started + (due - started) * place, 5, 5, 4, due FROM honest WHERE i % 8 = 0
    UNION ALL SELECT code, official, 3, signed, 18, 9, 4, due FROM honest
    UNION ALL SELECT code, official, 4, signed + interval '30 minutes', 20, 4, 9, due FROM honest WHERE i % 500 = 7
    UNION ALL SELECT code, official, 5, signed + interval '40 minutes', 18, 9, 4, due FROM honest WHERE i % 500 = 7;
"""
# Cheat 1: ten pauses an hour before the end. Cheat 2: thirty results signed in one half hour. Cheat 3: three results taken back and late.
CHEATS = """
INSERT INTO step SELECT '{unit}-A' || i, 'pauses', v, CASE v WHEN 1 THEN {day0} + make_interval(days => i) ELSE {day0} +
    make_interval(days => i + 9, hours => 23) END, CASE v WHEN 1 THEN 3 ELSE 5 END, v, 1, {day0} + make_interval(days => i + 10)
    FROM generate_series(10, 19) i, generate_series(1, 2) v;
INSERT INTO step SELECT '{unit}-B' || i, 'masses', v, CASE v WHEN 1 THEN {day0} ELSE {day0} + interval '12 days 16 hours 35 minutes' +
    make_interval(secs => i * 20) END, CASE v WHEN 1 THEN 3 ELSE 18 END, CASE v WHEN 1 THEN 2 ELSE 9 END, 1, {day0} + interval '13 days'
    FROM generate_series(10, 39) i, generate_series(1, 2) v;
INSERT INTO step SELECT '{unit}-C' || i, 'early', v, {day0} + CASE v WHEN 1 THEN '1 day' WHEN 2 THEN '9 days' WHEN 3 THEN '12 days'
    ELSE '13 days' END::interval + make_interval(hours => i), (ARRAY[3, 18, 20, 18])[v], (ARRAY[2, 9, 4, 9])[v], 1,
    {day0} + interval '11 days' FROM generate_series(1, 3) i, generate_series(1, 4) v;
INSERT INTO dossier (code, unit_code, handling_unit_code, procedure_code, procedure_version, channel, owner_kind, is_national, papers,
    papers_digital, filed_at, version, status, accepted_at, due_at) SELECT code, '{unit}', '{unit}', 'P0', 1, 2, 1, false, 1, 1,
    min(at), 9, 4, min(at), max(due) FROM step WHERE official !~ '^o' GROUP BY code;
INSERT INTO move (code, version, at, transition, status, status_before, official_id, official_name, unit_code, due_at, step_name)
    SELECT code, v, at, transition, status, before, official, 'Cán bộ ' || official, '{unit}', due, '' FROM step;
"""

# Cheat 4: six ratings opened at the tablet three days after the result was there. Honest: sixty, within the hour; their links are over.
TABLETS = """
CREATE TEMP TABLE opened AS SELECT code, CASE WHEN n <= 60 THEN 'o' || n % 6 ELSE 'early' END AS clerk, ended_at + CASE WHEN n <= 60 THEN
    interval '20 minutes' ELSE interval '3 days' END AS at FROM (SELECT code, ended_at, row_number() OVER (ORDER BY code) AS n FROM dossier
    WHERE code LIKE '{unit}-H%' AND ended_at IS NOT NULL) d WHERE n <= 66;
INSERT INTO rating_grant (code, cell, blinded_hash) SELECT code, 0, '' FROM opened;
INSERT INTO rating_link (secret_hash, code, made_by, expires_at) SELECT sha256(code::bytea), code, clerk, at + interval '15 minutes' FROM opened;
"""


@pytest.fixture(scope="module")
def office(new_suite):
    office = make_office(new_suite)
    office.unit(UNIT, "Phường Thử", "COMMUNE", "")
    office.sql((HONEST_WORK + CHEATS + TABLETS).format(unit=UNIT, day0=DAY0, n=HONEST))
    run_job(office, "pool")
    run_job(office, "alert")
    return office


@pytest.fixture(scope="module")
def leader(office):
    return office.staff(("leader", UNIT))


def alerts(office, token):
    return office.ask("GET", "/alerts?unit=%s&limit=100" % UNIT, token=token).json["alerts"]


def dossiers(office, alert, token):
    return {code[len(UNIT) + 1:] for code in office.ask("GET", "/alerts/%d" % alert["id"], token=token).json["dossiers"]}


def test_every_planted_cheat_is_found_with_its_dossiers(office, leader):
    found = {}
    for a in alerts(office, leader):
        found.setdefault((a["kind"], a["official"]), set()).update(dossiers(office, a, leader))
    assert found[("late_pause", "Cán bộ pauses")] == {"A%d" % i for i in range(10, 20)}
    assert found[("mass_closing", "Cán bộ masses")] == {"B%d" % i for i in range(10, 40)}
    assert found[("closed_early", "Cán bộ early")] == {"C1", "C2", "C3"}
    assert found[("tablet_alone", "Cán bộ early")] == {"H%05d" % i for i in range(61, 67)}


def test_at_most_one_false_alert_in_a_thousand_dossiers(office, leader):
    honest = [a for a in alerts(office, leader) if a["official"].startswith("Cán bộ o")]
    assert len(honest) * 1000 <= HONEST


def test_looking_again_finds_nothing_twice(office, leader):
    before = alerts(office, leader)
    run_job(office, "alert")
    assert alerts(office, leader) == before


def test_the_leader_says_once_what_it_was(office, leader):
    alert = next(a for a in alerts(office, leader) if a["kind"] == "mass_closing")
    path, body = "/alerts/%d/answer" % alert["id"], {"verdict": "explained", "words": "Ký bù sau hội nghị."}
    auditor, other = office.staff(("auditor", "*")), office.staff(("leader", "H07.2"))
    assert office.ask("POST", path, body, token=auditor, key=True).status == 403
    assert office.ask("POST", path, body, token=other, key=True).status == 404
    assert office.ask("GET", "/alerts/%d" % alert["id"], token=other).status == 404
    assert office.ask("POST", path, body, token=leader, key=True).status == 200
    again = office.ask("POST", path, body, token=leader, key=True)
    assert (again.status, again.json["code"]) == (409, "alert_answered")
    shown = office.ask("GET", "/alerts/%d" % alert["id"], token=auditor).json
    assert (shown["verdict"], shown["words"], shown["answered_by"]) == ("explained", "Ký bù sau hội nghị.", "Cán Bộ Thử")


def test_nobody_answers_an_alert_about_himself(office, leader):
    account = call("GET", office.suite.url("/api/identity/me"), token=leader)["id"]
    alert = office.sql("INSERT INTO alert (kind, key, unit_code, official_id, official_name, at, found_at, amount) VALUES"
                       " ('closed_early', 'himself', '%s', '%s', 'Chính Mình', now(), now(), 1) RETURNING id" % (UNIT, account)).split()[0]
    answer = lambda token: office.ask("POST", "/alerts/%s/answer" % alert, {"verdict": "explained", "words": "Không sao."}, token=token, key=True)
    refused = answer(leader)
    assert (refused.status, refused.json["code"]) == (403, "alert_about_oneself")
    assert answer(office.staff(("leader", UNIT))).status == 200
