CREATE OR REPLACE FUNCTION bench.applicant(o bench.one) RETURNS bytea IMMUTABLE LANGUAGE sql AS $$
    SELECT '\x0801'::bytea || bench.pb_text('\x12', o.name) || bench.pb_text('\x1a', o.id_number) || bench.pb_text('\x2a', '1985-04-12')
        || bench.pb_text('\x32', o.phone) || bench.pb_text('\x3a', o.email) || bench.pb_text('\x42', o.address) $$;

INSERT INTO case_file (code, version, status, procedure_code, procedure_version, unit_code, handling_unit_code, channel, account_id,
    applicant, applicant_name, applicant_number, summary, national_code, result_by_post, checks, filed_at, accepted_at,
    clock_started_at, due_at, due_why, supplement_return, payment_return, withdrawal_return, supplement_count, papers_supplied,
    reappointed, asked, paused_at, answer_by, step, step_started_at, step_due_at, assignee_id, assignee_name, fee_no, fee_dong,
    fee_open, fee_before_asked, fee_after_asked, paid_dong, finished_at, returned_at, received_by, sort_at)
SELECT code, last.version, status, procedure, 1, unit, unit, CASE WHEN account IS NULL THEN 1 ELSE 2 END, coalesce(account::text, ''),
    bench.applicant(o), name, id_number, 'Đề nghị giải quyết hồ sơ của ' || name, '', false,
    '[{"check": "papers", "passed": true}, {"check": "duplicate", "passed": true}]', filed_ms, CASE WHEN status IN (1, 3, 7) THEN 0 ELSE filed_ms + 91800000 END,
    filed_ms + 91800000, filed_ms + 1296000000, '{"from_ms": 1, "limit": "15 ngày làm việc", "days": ["2026-04-30", "2026-05-01"]}',
    0, 0, 0, 0, false, false, CASE WHEN status = 5 THEN '[{"component": "TP1", "name": "Đơn", "reason": "Thiếu chữ ký"}]'::jsonb ELSE '[]' END,
    0, CASE WHEN status IN (5, 6) THEN filed_ms + 1500000000 ELSE 0 END, CASE WHEN status = 4 THEN 1 ELSE 0 END, filed_ms, 0,
    CASE WHEN status <> 4 THEN '' WHEN h / 20 % greatest((:last - :first + 1) / 5000, 1) = 0 THEN :'officer' ELSE bench.uuid(h % 2000, 'officer')::text END,
    CASE WHEN status <> 4 THEN '' ELSE 'Phạm Văn Chuyên Viên' END, (status = 6 OR bench.paid(h, status) > 0)::int, CASE WHEN status = 6 THEN 50000 ELSE 0 END,
    status = 6, status = 6, false, bench.paid(h, status), CASE WHEN status >= 9 THEN filed_ms + 864000000 ELSE 0 END,
    CASE WHEN status = 10 THEN filed_ms + 1036800000 ELSE 0 END, CASE WHEN status = 10 THEN name ELSE '' END,
    CASE WHEN status IN (5, 6) THEN filed_ms + 1500000000 ELSE filed_ms + 1296000000 END
FROM bench.one o JOIN (SELECT status, way, max(version) AS version FROM bench.path GROUP BY 1, 2) last USING (status, way);

INSERT INTO move (code, version, at, transition, status_before, status, by_account, by_name, by_title, by_department, note, detail)
SELECT o.code, p.version, o.filed_ms + p.later_ms, p.transition, p.status_before, p.status_after, bench.uuid(o.i % 2000, 'officer')::text,
    'Lê Thị Thu Thảo', 'Chuyên viên', 'Bộ phận một cửa', '', '{}'
FROM bench.one o JOIN bench.path p USING (status, way);

-- At the last ones nobody has looked yet.
INSERT INTO form_issued (code, version, at, unit, kind, year, no, due_at, asked, batch)
SELECT o.code, p.version, o.filed_ms + p.later_ms, o.unit, f.kind, extract(year FROM to_timestamp(o.filed_ms / 1000)),
    CASE WHEN i <= :last - (:last - :first) / 50 THEN i END, o.filed_ms + 1296000000, '[]', 1
FROM bench.one o JOIN bench.path p USING (status, way)
    JOIN (VALUES ('RECEIVE', 1), ('ACCEPT', 1), ('ASK_SUPPLEMENT', 2), ('REFUSE', 3), ('STOP', 3)) AS f(transition, kind) USING (transition);
INSERT INTO form_book SELECT unit, kind, year, max(no) FROM form_issued WHERE no IS NOT NULL GROUP BY 1, 2, 3
ON CONFLICT (unit, kind, year) DO UPDATE SET last = excluded.last;

INSERT INTO paper (code, batch, seq, component_code, name, file_name, sha256, size_bytes, media_type, originals, copies)
SELECT code, 1, 1, 'TP1', 'Đơn đề nghị', 'don.pdf', decode(md5(code) || md5(i::text), 'hex'), 100000 + h % 100000, 'application/pdf', 1, 0
FROM bench.one;

INSERT INTO case_note (code, at, id, what, detail)
SELECT code, filed_ms, bench.uuid(i, 'note'), 'message_failed', 'Hộp thư không tồn tại' FROM bench.one WHERE h % 20 = 0;
INSERT INTO inbox (id, received_at)
SELECT bench.uuid(i, 'event'), now() - interval '1 minute' * (i % 20000) FROM bench.one WHERE i > :last - (:last - :first) / 12;
INSERT INTO job (kind, key, run_at) SELECT 'answer_due', code, at_ms(filed_ms + 1500000000) + interval '90 days' FROM bench.one WHERE status IN (5, 6)
ON CONFLICT DO NOTHING;

-- One of ten went away from the counter with a slip.
INSERT INTO slip (id, unit, kind, year, no, at, procedure_code, procedure_version, applicant, applicant_name, reason, asked,
    by_account, by_name, by_title)
SELECT bench.uuid(i, 'slip'), o.unit, 2, 2000, i, filed_ms, procedure, 1, bench.applicant(o), name, '', '[]', bench.uuid(i % 2000, 'officer')::text,
    'Lê Thị Thu Thảo', 'Chuyên viên' FROM bench.one o WHERE h % 10 = 0;
