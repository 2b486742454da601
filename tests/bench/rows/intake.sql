-- Dossiers arrive here as they are in the end, so their pages are as full as they get.
SELECT reloptions[1] AS room FROM pg_class WHERE oid = 'dossier'::regclass \gset
ALTER TABLE dossier RESET (fillfactor);
INSERT INTO dossier (code, procedure_code, procedure_version, unit_code, channel, account_id, received_by, applicant, answers, summary,
                     language, result_by_post, filed_at, lookup_key, content_hash, phone_tail, status, version, state, paid_dong)
SELECT o.code, procedure, 1, unit, CASE WHEN account IS NULL THEN 1 ELSE 2 END, account,
    CASE WHEN account IS NULL THEN bench.uuid(i % 500, 'clerk')::text END,
    jsonb_build_object('kind', 'citizen', 'name', name, 'id_number', id_number, 'birth_date', '1985-04-12', 'phone', phone,
                       'email', email, 'address', address),
    jsonb_build_object('plot', 'Thửa ' || h % 900 || ', tờ bản đồ ' || h % 90 || ', phường Phú Khương', 'address', address,
                       'area', h % 500 + 20, 'floors', h % 4 + 1, 'cost', h, 'start', '2026-12-15', 'kind', 'new', 'note',
                       'Nhà ở riêng lẻ hai tầng, mái bê tông cốt thép, móng đơn, có ban công và sân thượng; có bản vẽ kèm theo.'),
    'Đề nghị giải quyết hồ sơ của ' || name, 'vi', false, at_ms(filed_ms), decode(md5(i::text), 'hex'),
    decode(md5(i::text) || md5(code), 'hex'), right(phone, 4), o.status, m.version, bench.state(o, m), bench.paid(h, o.status)
FROM bench.one o JOIN LATERAL (
    SELECT * FROM bench.path p WHERE p.status = o.status AND p.way = o.way ORDER BY p.version DESC LIMIT 1) m ON true;
ALTER TABLE dossier SET (:room);

-- Lines and papers of the newest million only, to spare the disk.
INSERT INTO progress (code, version, at, state)
SELECT o.code, p.version, at_ms(o.filed_ms + p.later_ms), bench.state(o, p)
FROM bench.one o JOIN bench.path p USING (status, way)
WHERE :last - o.i < 1000000;

INSERT INTO paper (code, seq, batch, component_code, name, file_name, sha256, size_bytes, media_type, originals, copies)
SELECT code, 1, 1, 'TP1', 'Đơn đề nghị', 'don.pdf', decode(md5(code) || md5(i::text), 'hex'), 100000 + h % 100000, 'application/pdf', 1, 0
FROM bench.one WHERE :last - i < 1000000;

INSERT INTO payment (code, request_no, amount_dong, method, receipt_no, settled_at)
SELECT code, 1, 50000, 1, unit || '/2026/' || lpad(i::text, 6, '0'), at_ms(filed_ms + 90000000) FROM bench.one
WHERE bench.paid(h, status) > 0;

INSERT INTO code_counter (unit, day, next)
SELECT unit, at_ms(filed_ms)::date, max(i) FROM bench.one GROUP BY 1, 2 ON CONFLICT (unit, day) DO NOTHING;

-- What the last days' clients and listeners may say again.
INSERT INTO command (id, fingerprint, status, answer, made_at)
SELECT bench.uuid(i, 'command'), h, 201, '{"code":"' || code || '","status":1,"receipt":"' || repeat(md5(code), 8) || '"}', now() - interval '1 minute' * (i % 10000)
FROM bench.one WHERE account IS NOT NULL AND i > :last - (:last - :first) / 50;
INSERT INTO inbox (id, received_at)
SELECT bench.uuid(i, 'event'), now() - interval '1 minute' * (i % 20000) FROM bench.one WHERE i > :last - (:last - :first) / 12;
INSERT INTO upload (id, owner, file_name, length, sha256, media_type, created_at)
SELECT bench.uuid(i, 'upload'), bench.uuid(h % 400000, 'account')::text, 'nhap.pdf', 90000, decode(md5(i::text) || md5(code), 'hex'), 'application/pdf',
    now() - interval '1 minute' * (i % 20000) FROM bench.one WHERE i > :last - (:last - :first) / 50;
INSERT INTO draft (account_id, procedure_code, written_at, saved_at, content)
SELECT bench.uuid(h % 400000, 'account'), '1.' || lpad((i % 70)::text, 6, '0'), now(), now() - interval '1 minute' * (i % 20000), repeat('x', 2000)
FROM bench.one WHERE i > :last - (:last - :first) / 50 ON CONFLICT DO NOTHING;
