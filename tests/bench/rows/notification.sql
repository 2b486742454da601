INSERT INTO dossier (code, unit_code, account_id, name, email, language, version, procedure_name, unit_name, handling_unit_code)
SELECT code, unit, account, name, email, 'vi', 5, procedure_name, unit_name, unit FROM bench.one;

INSERT INTO account (id, email, language, is_active, version)
SELECT account, min(email), 'vi', true, 1 FROM bench.one WHERE account IS NOT NULL GROUP BY account ON CONFLICT DO NOTHING;
INSERT INTO account (id, email, language, is_active, version)
SELECT bench.uuid(i, 'account'), email, 'vi', true, 1 FROM bench.one ON CONFLICT DO NOTHING;

-- One mail and one row of the inbox for each move the applicant is told of.
INSERT INTO message (id, code, source, version, template, channel, state, language, address, account_id, subject, body,
                     happened_at, queued_at, next_at, done_at, read_at, attempts)
SELECT bench.uuid_at(o.filed_ms + p.later_ms, o.i * 100 + p.version * 2 + c.n), o.code, 'verification', p.version, lower(p.transition), c.channel, 'sent', 'vi',
    CASE c.n WHEN 0 THEN o.email ELSE '' END, CASE c.n WHEN 1 THEN o.account END, 'Hồ sơ ' || o.code || ': ' || p.transition,
    CASE c.n WHEN 0 THEN 'Kính gửi ' || o.name || E',\n\nHồ sơ ' || o.code || ' về thủ tục “' || o.procedure_name || '” nộp tại ' || o.unit_name
        || repeat(E' đã được chuyển sang bước tiếp theo. Ông/bà theo dõi tiến độ tại cổng dịch vụ công của tỉnh.\n', 4)
    ELSE 'Hồ sơ ' || o.code || ' đã được chuyển sang bước tiếp theo.' END,
    at_ms(o.filed_ms + p.later_ms), at_ms(o.filed_ms + p.later_ms), at_ms(o.filed_ms + p.later_ms), at_ms(o.filed_ms + p.later_ms + 2000),
    CASE WHEN c.n = 1 AND o.h % 4 > 0 THEN at_ms(o.filed_ms + p.later_ms + 7200000) END, 1 - c.n
FROM bench.one o JOIN bench.path p USING (status, way) CROSS JOIN (VALUES (0, 'email'), (1, 'inbox')) AS c(n, channel)
WHERE o.account IS NOT NULL AND p.transition <> ALL ('{SUBMIT,FORWARD}');

INSERT INTO untold (code, version)
SELECT o.code, p.version FROM bench.one o JOIN bench.path p USING (status, way)
WHERE o.account IS NULL OR p.transition = ANY ('{SUBMIT,FORWARD}');

INSERT INTO attempt (message_id, no, started_at, ended_at, outcome, reply)
SELECT bench.uuid_at(o.filed_ms + p.later_ms, o.i * 100 + p.version * 2), 1, at_ms(o.filed_ms + p.later_ms), at_ms(o.filed_ms + p.later_ms + 2000), 'sent', 250
FROM bench.one o JOIN bench.path p USING (status, way) WHERE o.account IS NOT NULL AND p.transition <> ALL ('{SUBMIT,FORWARD}');

INSERT INTO inbox (id, received_at)
SELECT bench.uuid(i, 'event'), now() - interval '1 minute' * (i % 20000) FROM bench.one WHERE i > :last - (:last - :first) / 12;
