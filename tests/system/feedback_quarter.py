"""feedback — a quarter that has ended, full of dossiers and answers made in SQL: the same for the same numbers."""
import time

from lib import wait_for

NOW = time.gmtime(time.time() + 7 * 3600)


def last_closed():
    """The last quarter whose ratings are closed (rating_days 15), as 20263."""
    quarter = NOW.tm_year * 4 + (NOW.tm_mon - 1) // 3 - 1
    first_of_month = (NOW.tm_mon - 1) % 3 == 0
    if first_of_month and NOW.tm_mday <= 16:
        quarter -= 1
    return quarter // 4 * 10 + quarter % 4 + 1


QUARTER = last_closed()
FROM = "make_timestamptz(%d, %d, 1, 0, 0, 0, 'Asia/Ho_Chi_Minh')" % (QUARTER // 10, QUARTER % 10 * 3 - 2)

# Dossier i: of unit i % units, procedure i / units % procedures, on some day of the first 80; ended 1 to 9 days later, due after 5.
DOSSIERS = """
INSERT INTO dossier (code, unit_code, handling_unit_code, procedure_code, procedure_version, channel, owner_kind, is_national, papers,
    papers_digital, filed_at, version, status, accepted_at, due_at, finished_at, ended_at, has_digital_result, supplements)
SELECT unit || '-D' || lpad(i::text, 7, '0'), unit, unit, 'P' || i / {units} %% {procedures}, 1, 1 + i / 5 %% 2, 1, false, 1, i %% 2, at, 4, 9,
    at + interval '1 hour', at + interval '5 days 3 hours', done, done, i %% 7 < 3, (i %% 20 = 0)::int
FROM (SELECT i, (SELECT code FROM units_of_test WHERE n = i %% {units}) AS unit, {start} + make_interval(days => i %% 80, hours => 9) AS at,
    {start} + make_interval(days => i %% 80 + 1 + i / 7 %% 9, hours => 10) AS done FROM generate_series(1, {dossiers}) i) d;
INSERT INTO move (code, version, at, transition, status, status_before, official_id, official_name, unit_code, due_at, step_name,
    step_started_at, step_due_at)
SELECT code, v, CASE v WHEN 1 THEN filed_at WHEN 4 THEN ended_at ELSE accepted_at END, (ARRAY[1, 3, 9, 18])[v], (ARRAY[1, 2, 4, 9])[v],
    (ARRAY[0, 1, 2, 4])[v], CASE WHEN v > 1 THEN 'official' ELSE '' END, 'An', unit_code, due_at, 'Thẩm định',
    CASE WHEN v = 3 THEN accepted_at END, CASE WHEN v = 3 THEN due_at - interval '1 day' END
FROM dossier, generate_series(1, 4) v WHERE code LIKE '%%-D%%';
"""
RATINGS = """
INSERT INTO rating (unit_code, field_code, quarter, is_clear, is_simple, is_helpful, is_in_time, words, origin)
SELECT (SELECT code FROM units_of_test WHERE n = i %% {units}), 'F' || i / {units} %% {fields}, {quarter},
    1 + i %% 5, 2 + i %% 4, 3 + i %% 3, 4 + i %% 2, '', 'web' FROM generate_series(1, {ratings}) i;
"""


def fill(office, units=3, procedures=6, fields=3, dossiers=600, ratings=500):
    """units_of_test are the first units by code."""
    numbers = {"units": units, "procedures": procedures, "fields": fields, "dossiers": dossiers, "ratings": ratings, "start": FROM,
               "quarter": QUARTER}
    office.sql("""CREATE TABLE units_of_test AS SELECT 'H07.' || 100 + n AS code, n FROM generate_series(0, {units} - 1) n;
        INSERT INTO unit (code, valid_from, name, level, parent_code, gso_code, version)
        SELECT code, '2019-01-01', 'Xã số ' || n, 1, '', (10000 + n)::text, 1 FROM units_of_test;
        INSERT INTO procedure (code, version, valid_from, name, field_code, field_name, time_limit, limit_unit, online_level, has_fee,
            is_immediate)
        SELECT 'P' || n, 1, '2019-01-01', 'Thủ tục ' || n, 'F' || n %% {fields}, 'Lĩnh vực ' || n %% {fields}, 5, 1,
            CASE WHEN n %% 2 = 0 THEN 'full' ELSE '' END, n %% 3 = 0, false FROM generate_series(0, {procedures} - 1) n;"""
               .format(**numbers).replace("%%", "%"))
    office.sql((DOSSIERS + RATINGS).format(**numbers).replace("%%", "%"))
    office.sql("VACUUM ANALYZE dossier"), office.sql("VACUUM ANALYZE move"), office.sql("VACUUM ANALYZE rating")


def run_job(office, kind):
    """Now, not when its time comes; returns when it has run."""
    generation = office.sql("UPDATE job SET run_at = now() - interval '1 s', generation = generation + 1 WHERE kind = '%s' RETURNING"
                            " generation" % kind)
    wait_for(lambda: office.sql(
        "SELECT run_at > now() AND holder IS NULL AND last_error IS NULL AND generation >= %s FROM job WHERE kind = '%s'" %
        (generation.split()[0], kind)) == "t", 60, "the job %s" % kind, 0.2)
