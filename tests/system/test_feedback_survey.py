"""feedback — surveys: versions with their days, a random sample anybody can draw again, slips that count once, the response rate."""
import hashlib
import time

import pytest

from feedback_office import DAY, FIELD, OTHER_UNIT, UNIT, office  # noqa: F401
from lib import wait_for

CRITERIA = 22
HOUR = 3600000


@pytest.fixture(scope="module")
def everywhere(office):
    return office.staff(("administrator", "*"))


@pytest.fixture(scope="module")
def clerk(office):
    return office.staff(("clerk", UNIT))


@pytest.fixture(scope="module")
def ended(office):
    """Codes of seven dossiers of UNIT and three of OTHER_UNIT that have ended, and of one that has not."""
    codes = [office.live(office.submit(), [("SIGN_RESULT", 9)]) for _ in range(7)]
    others = [office.live(office.submit(unit_code=OTHER_UNIT), [("SIGN_RESULT", 9)], unit_code=OTHER_UNIT) for _ in range(3)]
    office.live(office.submit(), [("ACCEPT", 2)])
    return codes, others


def wave(office, token, **changes):
    now = int(time.time() * 1000)
    body = {"name": "Đợt 1", "seed": "xổ số 23/11", "from_ms": office.now_ms - DAY, "to_ms": office.now_ms + 1, "closes_at_ms": now + DAY,
            "quota": 4, **changes}
    return office.ask("POST", "/surveys/sipas/waves", body, token=token, key=True)


@pytest.fixture(scope="module")
def drawn(office, everywhere, ended):
    return draw(office, everywhere)


def draw(office, token, **changes):
    made = wave(office, token, **changes)
    assert made.status == 202, made
    return wait_for(lambda: (a := office.ask("GET", "/waves/" + made["id"], token=token)).json["is_drawn"] and a.json, 30, "the sample")


def sample(office, wave_id, unit=UNIT):
    token = office.staff(("officer", unit))
    first = office.ask("GET", "/waves/%s/units/%s/sample?limit=2" % (wave_id, unit), token=token)
    rest = office.ask("GET", "/waves/%s/units/%s/sample?after=%s" % (wave_id, unit, first["next"]), token=token)
    return first["codes"] + rest["codes"]


def strata(wave_json):
    return {(s["unit"], s["field"]): s for s in wave_json["strata"]}


def slip(office, token, wave_id, number, **changes):
    body = {"slip_no": number, "answers": [5] * CRITERIA, **changes}
    return office.ask("POST", "/waves/%s/slips" % wave_id, body, token=token, key=True)


def code_of(answer):
    return answer.status, answer.json.get("code")


# ---- what is asked ----

def test_sipas_is_there_with_its_five_factors(office):
    shown = office.ask("GET", "/surveys/sipas")
    assert (shown["version"], [len(f["criteria"]) for f in shown["factors"]]) == (1, [4, 4, 6, 3, 5])
    assert [c["no"] for f in shown["factors"] for c in f["criteria"]] == list(range(1, CRITERIA + 1))


def survey(day_ms, **changes):
    factors = [{"vi": "Tiếp cận", "en": "Access", "criteria": [{"vi": "Dễ tìm", "en": "Easy to find"}]}]
    return {"code": "nhanh", "name_vi": "Hỏi nhanh", "name_en": "Short one", "valid_from_ms": day_ms, "factors": factors, **changes}


def test_a_version_is_in_force_from_its_day_and_the_older_one_stays_readable(office, everywhere):
    put = lambda body: office.ask("POST", "/surveys", body, token=everywhere, key=True)
    now = int(time.time() * 1000)
    assert put(survey(now - DAY)).status == put(survey(now - HOUR, name_vi="Mới hơn")).status == put(survey(now + DAY)).status == 201
    assert code_of(put(survey(now - 2 * HOUR))) == (409, "survey_version_later")
    shown = office.ask("GET", "/surveys/nhanh")
    assert (shown["version"], shown["name_vi"]) == (2, "Mới hơn")
    assert office.ask("GET", "/surveys/nhanh?version=1")["name_vi"] == "Hỏi nhanh"
    listed = [(s["version"], s["name_vi"]) for s in office.ask("GET", "/surveys")["surveys"] if s["code"] == "nhanh"]
    assert listed == [(3, "Hỏi nhanh"), (2, "Mới hơn"), (1, "Hỏi nhanh")]


@pytest.mark.parametrize("changes, field", [({"code": "Có dấu"}, "code"), ({"factors": []}, "factors"), ({"name_en": None}, "name_en")])
def test_a_survey_that_cannot_be_asked_is_refused_by_field(office, everywhere, changes, field):
    refused = office.ask("POST", "/surveys", survey(1, **changes), token=everywhere, key=True)
    assert refused.status in (400, 422) and field in [e["field"] for e in refused["errors"]]


def test_only_an_administrator_of_every_unit_asks_the_province(office):
    token = office.staff(("administrator", UNIT))
    assert office.ask("POST", "/surveys", survey(1), token=token, key=True).status == 403
    assert wave(office, token).status == 403


# ---- whom ----

def test_of_each_unit_and_field_at_most_the_quota_is_drawn_from_those_that_ended(drawn):
    found = strata(drawn)
    assert [(found[key]["population"], found[key]["sampled"]) for key in ((UNIT, FIELD), (OTHER_UNIT, FIELD))] == [(7, 4), (3, 3)]
    slips = sorted((s["first_slip"], s["last_slip"]) for s in drawn["strata"])
    assert slips[0][0] == 1 and slips[1][0] == slips[0][1] + 1 and slips[1][1] == 7


def test_the_sample_is_the_one_anybody_draws_from_seed_and_codes(office, everywhere, ended, drawn):
    expected = lambda seed: sorted(sorted(ended[0], key=lambda code: hashlib.sha256((seed + code).encode()).digest())[:4])
    assert sample(office, drawn["id"]) == expected(drawn["seed"])
    again, other = draw(office, everywhere), draw(office, everywhere, seed="hạt giống khác")
    assert sample(office, again["id"]) == sample(office, drawn["id"])
    assert sample(office, other["id"]) == expected("hạt giống khác")


def test_who_ends_after_a_wave_was_planned_may_be_drawn_too(office, everywhere, ended):
    """Nothing is drawn of a period before it is over."""
    to = int(time.time() * 1000) + HOUR
    made = wave(office, everywhere, quota=1000, to_ms=to)
    due = office.sql("SELECT ms(run_at) FROM job WHERE kind = 'draw' AND key = '%s'" % made["id"])
    late = office.live(office.submit(), [("SIGN_RESULT", 9)], finished_at_ms=to - 1)
    assert due == str(to) and code_of(slip(office, office.staff(("clerk", UNIT)), made["id"], 1)) == (409, "wave_not_drawn")
    office.sql("UPDATE job SET run_at = now(), generation = generation + 1 WHERE kind = 'draw' AND key = '%s'" % made["id"])
    wait_for(lambda: office.ask("GET", "/waves/" + made["id"], token=everywhere)["is_drawn"], 30, "the sample")
    assert office.sql("SELECT count(*) FROM survey_sample WHERE code = '%s' AND wave = '%s'" % (late, made["id"])) == "1"


def test_waves_are_listed_for_staff_the_newest_first(office, everywhere, drawn):
    later = draw(office, everywhere, name="Đợt cuối")
    listed = office.ask("GET", "/waves", token=office.staff(("clerk", UNIT)))["waves"]
    assert (listed[0]["id"], listed[0]["name"], listed[0]["is_drawn"]) == (later["id"], "Đợt cuối", True)
    assert drawn["id"] in [w["id"] for w in listed] and office.ask("GET", "/waves").status == 401


def test_a_sample_is_shown_to_those_who_may_read_the_dossiers(office, drawn):
    for grant in (("officer", OTHER_UNIT), ("administrator", "*")):
        shown = office.ask("GET", "/waves/%s/units/%s/sample" % (drawn["id"], UNIT), token=office.staff(grant))
        assert shown.status in (403, 404)


# ---- slips ----

def test_a_slip_counts_once_for_its_unit_and_makes_the_response_rate(office, clerk, everywhere):
    made = draw(office, everywhere)
    first = strata(made)[UNIT, FIELD]["first_slip"]
    assert slip(office, clerk, made["id"], first, words="Chờ lâu").status == 201
    assert code_of(slip(office, clerk, made["id"], first, answers=[1] * CRITERIA)) == (409, "slip_entered_already")
    assert slip(office, clerk, made["id"], first + 1, answers=[0] * 11 + [3] * 11).status == 201
    shown = strata(office.ask("GET", "/waves/" + made["id"], token=clerk).json)
    assert list(shown) == [(UNIT, FIELD)] and (shown[UNIT, FIELD]["answered"], shown[UNIT, FIELD]["sampled"]) == (2, 4)
    kept = office.sql("SELECT answers[1], unit_code, words FROM survey_answer WHERE wave = '%s' AND slip_no = %d" % (made["id"], first))
    assert kept == "5|%s|Chờ lâu" % UNIT


@pytest.mark.parametrize("answers", [[5] * 21, [5] * 23, [6] + [5] * 21, [-1] + [5] * 21, [0] * 12 + [5] * 10, ["5"] * 22])
def test_answers_that_are_none_are_refused(office, clerk, drawn, answers):
    refused = slip(office, clerk, drawn["id"], strata(drawn)[UNIT, FIELD]["first_slip"], answers=answers)
    assert refused.status in (400, 422) and [e["field"] for e in refused["errors"]] == ["answers"]


def test_a_slip_of_another_unit_or_of_no_one_is_refused(office, clerk, drawn):
    assert slip(office, clerk, drawn["id"], strata(drawn)[OTHER_UNIT, FIELD]["first_slip"]).status == 403
    refused = slip(office, clerk, drawn["id"], 8)
    assert refused.status in (400, 422) and [e["field"] for e in refused["errors"]] == ["slip_no"]


def test_after_its_end_a_wave_takes_no_slips(office, clerk, everywhere):
    made = draw(office, everywhere)
    office.sql("UPDATE survey_wave SET closes_at = now() WHERE id = '%s'" % made["id"])
    assert code_of(slip(office, clerk, made["id"], 1)) == (409, "wave_closed")


def test_nothing_says_which_slip_went_to_whom(office, drawn):
    columns = office.sql("SELECT column_name FROM information_schema.columns WHERE table_name = 'survey_sample' ORDER BY 1")
    assert columns.split() == ["code", "unit_code", "wave"]


# ---- what it came to ----

@pytest.fixture(scope="module")
def answered(office, everywhere, ended):
    """A wave that is over: of UNIT 12 slips, half of them content with all; of OTHER_UNIT 3."""
    for _ in range(12):
        office.live(office.submit(), [("SIGN_RESULT", 9)])
    made = draw(office, everywhere, quota=100)
    first, others = strata(made)[UNIT, FIELD]["first_slip"], strata(made)[OTHER_UNIT, FIELD]["first_slip"]
    rows = [(first + n, UNIT, [5 if n % 2 else 2] * CRITERIA) for n in range(12)]
    rows += [(others + n, OTHER_UNIT, [1] * CRITERIA) for n in range(3)]
    for number, unit, answers in rows:
        office.sql("INSERT INTO survey_answer VALUES ('%s', %d, '%s', '%s', '{%s}', '', '')" % (
            made["id"], number, unit, FIELD, ",".join(map(str, answers))))
    return made["id"]


def test_results_are_shown_when_the_wave_is_over(office, answered):
    assert code_of(office.ask("GET", "/waves/%s/results" % answered)) == (409, "wave_runs")
    office.sql("UPDATE survey_wave SET closes_at = now() WHERE id = '%s'" % answered)
    shown = office.ask("GET", "/waves/%s/results" % answered)
    (field,) = [row for row in shown["fields"] if row["name"] == FIELD]
    assert (field["answered"], field["overall"], field["factors"]) == (15, 4000, [4000] * 5)
    assert len(field["criteria"]) == CRITERIA and field["interval"] == [1982, 6425]  # Wilson's, of 6 of 15 people


def test_a_unit_of_few_answers_is_left_out_and_not_to_be_had_by_subtraction(office, answered):
    office.sql("UPDATE survey_wave SET closes_at = now() WHERE id = '%s'" % answered)
    units = {row["name"]: row for row in office.ask("GET", "/waves/%s/results" % answered)["units"]}
    for number in ("answered", "sampled"):  # so few were drawn because so few have ended
        assert units[OTHER_UNIT][number] is None
        assert None in [units[name][number] for name in ("", UNIT)]  # whole less UNIT would be OTHER_UNIT


def test_a_criterion_that_few_have_answered_counts_nowhere(office, answered):
    """Of fifteen slips nine leave the last one out."""
    office.sql("UPDATE survey_wave SET closes_at = now() WHERE id = '%s'" % answered)
    change = "UPDATE survey_answer SET answers[22] = %d WHERE wave = '%s' AND slip_no IN (SELECT slip_no FROM survey_answer WHERE wave = '%s'" \
             " ORDER BY slip_no LIMIT 9)"
    office.sql(change % (0, answered, answered))
    (field,) = [row for row in office.ask("GET", "/waves/%s/results" % answered)["fields"] if row["name"] == FIELD]
    assert field["criteria"][21] is None and field["criteria"][20] == 4000
    assert field["factors"] == [4000] * 5  # of the other four criteria
