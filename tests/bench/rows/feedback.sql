INSERT INTO procedure (code, version, valid_from, name, field_code, field_name, time_limit, limit_unit, online_level, has_fee, is_immediate)
SELECT code, 1, '2018-01-01', name, 'LV' || n % 12, 'Lĩnh vực ' || n % 12, 15, 1, 'full', n % 3 = 0, false
FROM unnest(:'procedures'::text[], :'procedure_names'::text[]) WITH ORDINALITY AS p(code, name, n) ON CONFLICT DO NOTHING;

INSERT INTO dossier (code, unit_code, handling_unit_code, procedure_code, procedure_version, channel, owner_kind, owner_hash, is_national,
    papers, papers_digital, filed_at, version, status, accepted_at, due_at, finished_at, returned_at, ended_at, has_digital_result, supplements)
SELECT code, unit, unit, procedure, 1, CASE WHEN account IS NULL THEN 1 ELSE 2 END, 1, sha256(convert_to(code || ' ' || account, 'UTF8')),
    h % 20 = 1, 1, 1, at_ms(filed_ms), last.version, status, CASE WHEN status NOT IN (1, 3, 7) THEN at_ms(filed_ms + 91800000) END,
    at_ms(filed_ms + 1296000000), CASE WHEN status >= 9 THEN at_ms(filed_ms + 864000000) END,
    CASE WHEN status = 10 THEN at_ms(filed_ms + 1036800000) END, CASE WHEN status IN (3, 8, 9, 10) THEN at_ms(filed_ms + 864000000) END,
    status >= 9 AND h % 3 > 0, (status = 5)::int
FROM bench.one o JOIN (SELECT status, way, max(version) AS version FROM bench.path GROUP BY 1, 2) last USING (status, way);

INSERT INTO move (code, version, at, transition, status, status_before, official_id, official_name, unit_code, due_at, step_name)
SELECT o.code, p.version, at_ms(o.filed_ms + p.later_ms), p.number, p.status_after, p.status_before,
    CASE WHEN p.number = 1 THEN '' ELSE bench.uuid(o.i % 2000, 'officer')::text END, 'Lê Thị Thu Thảo', o.unit,
    at_ms(o.filed_ms + 1296000000), ''
FROM bench.one o JOIN bench.path p USING (status, way);

INSERT INTO payment (code, request_no, amount_dong, method, settled_at)
SELECT code, 1, 50000, 1, at_ms(filed_ms + 90000000) FROM bench.one WHERE bench.paid(h, status) > 0;
INSERT INTO complaint (code, class, state, unit_code, handling_unit_code, dossier_code, account_id, received_at, step_due_at, published_at,
    answered_at, outcome, escalated_unit)
SELECT 'PA-' || i, 'petition', CASE WHEN h % 3 = 0 THEN 'received' ELSE 'answered' END, unit, unit, code,
    CASE WHEN account IS NULL THEN '' ELSE account::text END, at_ms(filed_ms), at_ms(filed_ms + 432000000),
    CASE WHEN h % 3 > 0 THEN at_ms(filed_ms + 864000000) END, CASE WHEN h % 3 > 0 THEN at_ms(filed_ms + 777600000) END,
    CASE WHEN h % 3 > 0 THEN 'upheld' ELSE '' END, CASE WHEN h % 10 = 0 THEN unit ELSE '' END FROM bench.one;
INSERT INTO complaint_move (code, version, at, act, state_before, state, by_account, by_name, by_title, words, unit_code, was_late)
SELECT 'PA-' || i, v, at_ms(filed_ms + v), 'accept', 'received', 'in_handling', '', '', '', '', unit, false
FROM bench.one, generate_series(1, 3) v;
INSERT INTO denouncer (code, sealed) SELECT 'PA-' || i, '\x00' FROM bench.one WHERE h % 10 = 0;
INSERT INTO denouncer_reading (code, id, at, account_id, name, reason)
SELECT 'PA-' || i, bench.uuid(i, 'reading'), at_ms(filed_ms), '', '', '' FROM bench.one WHERE h % 10 = 0;

INSERT INTO inbox (id, received_at)
SELECT bench.uuid(i, 'event'), now() - interval '1 minute' * (i % 20000) FROM bench.one WHERE i > :last - (:last - :first) / 12;
-- One dossier in three that has ended was rated, on the web.
INSERT INTO rating_cell (unit_code, field_code, quarter, public_key, secret_key)
SELECT DISTINCT d.unit_code, p.field_code, quarter_of(d.ended_at), '\x00'::bytea, '\x00'::bytea
FROM dossier d JOIN procedure p ON p.code = d.procedure_code WHERE d.ended_at IS NOT NULL ON CONFLICT DO NOTHING;
CREATE TEMP TABLE rated AS SELECT o.i, o.h, d.code, c.id AS cell, c.unit_code, c.field_code, c.quarter
FROM bench.one o JOIN dossier d USING (code) JOIN procedure p ON p.code = d.procedure_code
    JOIN rating_cell c ON c.unit_code = d.unit_code AND c.field_code = p.field_code AND c.quarter = quarter_of(d.ended_at) WHERE o.i % 3 = 0;
INSERT INTO rating_grant (code, cell, blinded_hash) SELECT code, cell, sha256(convert_to(code, 'UTF8')) FROM rated;
INSERT INTO rating_spent (nonce_hash, cell) SELECT sha256(convert_to('nonce' || i, 'UTF8')), cell FROM rated;
INSERT INTO rating_sealed (cell, sealed) SELECT cell, '\x00' FROM rated WHERE i % 6 = 0;
INSERT INTO rating (unit_code, field_code, quarter, is_clear, is_simple, is_helpful, is_in_time, words, origin)
SELECT unit_code, field_code, quarter, 1 + h % 5, 1 + h / 5 % 5, 1 + h / 25 % 5, 1 + h / 125 % 5, CASE WHEN h % 10 = 0 THEN 'Cán bộ tận tình' ELSE '' END, 'web'
FROM rated WHERE i % 6 > 0;
INSERT INTO rating_link (secret_hash, code, made_by, expires_at) SELECT sha256(convert_to('link' || i, 'UTF8')), code, '', now() + interval '30 days' FROM rated;
DROP TABLE rated;
-- Twelve waves of a survey, each of a twelfth of what has ended.
INSERT INTO survey_wave (id, survey, version, name, seed, ended_from, ended_to, quota, closes_at, made_by, is_drawn)
SELECT bench.uuid(w, 'wave'), 'sipas', 1, 'Đợt ' || w, 'seed', now() - interval '1 year', now(), 100, now(), '', true
FROM generate_series(0, 11) w ON CONFLICT DO NOTHING;
INSERT INTO survey_sample (wave, unit_code, code)
SELECT bench.uuid(h % 12, 'wave'), unit_code, code FROM bench.one o JOIN dossier d USING (code) WHERE d.ended_at IS NOT NULL ON CONFLICT DO NOTHING;
INSERT INTO survey_stratum (wave, unit_code, field_code, population, sampled, first_slip)
SELECT s.wave, s.unit_code, p.field_code, count(*), count(*), 100 * row_number() OVER (PARTITION BY s.wave)
FROM survey_sample s JOIN dossier d USING (code) JOIN procedure p ON p.code = d.procedure_code GROUP BY 1, 2, 3 ON CONFLICT DO NOTHING;
INSERT INTO survey_answer (wave, slip_no, unit_code, field_code, answers, words, entered_by)
SELECT wave, first_slip + n, unit_code, field_code, array_fill(1 + n % 5, ARRAY[22])::smallint[], '', '' FROM survey_stratum,
    generate_series(0, least(sampled, 99) - 1) n ON CONFLICT DO NOTHING;
-- Four quarters that were frozen, and what stood out.
INSERT INTO frozen_dossier (period, unit_code, code, procedure_code, is_online, filed_at, ended_at, supplements, is_handled_here, has_fee,
    is_paid_online, has_electronic_result, is_digitised, is_complained_of, is_attitude_upheld)
SELECT 20241 + h % 4, unit_code, code, procedure_code, channel = 2, filed_at, ended_at, 0, true, false, false, false, false, false, false
FROM bench.one o JOIN dossier d USING (code) ON CONFLICT DO NOTHING;
INSERT INTO frozen_complaint (period, unit_code, code, field_code, is_disliked, received_at)
SELECT 20241 + h % 4, unit_code, code, '', false, filed_at FROM bench.one o JOIN dossier d USING (code) WHERE h % 20 = 0 ON CONFLICT DO NOTHING;
INSERT INTO frozen_rating (period, unit_code, field_code, quarter, is_clear, is_simple, is_helpful, is_in_time, n)
SELECT quarter, unit_code, field_code, quarter, is_clear, is_simple, is_helpful, is_in_time, count(*) FROM rating GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
ON CONFLICT DO NOTHING;
INSERT INTO alert (kind, key, unit_code, official_id, official_name, at, found_at, amount)
SELECT 'closed_early', code, unit_code, '', '', filed_at, filed_at, 1 FROM bench.one o JOIN dossier d USING (code) WHERE h % 50 = 0
ON CONFLICT DO NOTHING;
INSERT INTO alert_dossier (alert, code) SELECT id, key FROM alert ON CONFLICT DO NOTHING;
