CREATE OR REPLACE FUNCTION bench.submitted(o bench.one) RETURNS bytea IMMUTABLE LANGUAGE sql AS $$
    SELECT bench.pb_text('\x0a', o.code) || bench.pb_text('\x12', o.procedure) || '\x1801'::bytea || bench.pb_text('\x22', o.unit) || '\x2802'::bytea
        || bench.pb_bytes('\x32', '\x0801'::bytea || bench.pb_text('\x12', o.name) || bench.pb_text('\x1a', o.id_number)
            || bench.pb_text('\x32', o.phone) || bench.pb_text('\x3a', o.email) || bench.pb_text('\x42', o.address))
        || bench.pb_text('\x42', 'Đề nghị giải quyết hồ sơ của ' || o.name) || bench.pb_text('\x4a', coalesce(o.account::text, ''))
        || bench.pb_ms('\x50', o.filed_ms) || bench.pb_text('\x62', 'vi') $$;
CREATE OR REPLACE FUNCTION bench.progressed(o bench.one, p bench.path) RETURNS bytea IMMUTABLE LANGUAGE sql AS $$
    SELECT bench.pb_text('\x0a', o.code) || bench.pb_small('\x10', p.status_after) || bench.pb_small('\x18', p.number) || bench.pb_small('\x20', p.status_before)
        || bench.pb_ms('\x28', o.filed_ms + p.later_ms) || bench.pb_bytes('\x32', bench.pb_text('\x12', 'Lê Thị Thu Thảo') || bench.pb_text('\x1a', 'Chuyên viên'))
        || bench.pb_text('\x42', o.unit) || bench.pb_text('\x4a', o.unit) || bench.pb_text('\x52', o.unit_name) || bench.pb_text('\x5a', o.procedure)
        || bench.pb_text('\x62', o.procedure_name) || bench.pb_ms('\x70', o.filed_ms + 1296000000) $$;

INSERT INTO dossier (code, national_code, procedure_code, procedure_version, unit_code, filed_at, message, changes, owed_since,
                     owner_ref, record_digest, record_status, record_at)
SELECT code, '', procedure, 1, unit, at_ms(filed_ms), bench.submitted(o), 3, CASE WHEN h % 50 = 0 THEN now() END, 'OW' || i,
    decode(md5(code) || md5(i::text), 'hex'), status, at_ms(filed_ms + 60000) FROM bench.one o;

INSERT INTO line (code, version, status, transition, at, message, pushed_at)
SELECT o.code, p.version, p.status_after, p.transition, at_ms(o.filed_ms + p.later_ms), bench.progressed(o, p),
    CASE WHEN o.h % 50 > 0 THEN at_ms(o.filed_ms + p.later_ms + 60000) END
FROM bench.one o JOIN bench.path p USING (status, way);

INSERT INTO addition (code, kind, number, message, at)
SELECT code, 'payment', 1, bench.pb_text('\x0a', code) || '\x1001'::bytea, at_ms(filed_ms + 90000000) FROM bench.one WHERE bench.paid(h, status) > 0;
-- The portal will not take one in fifty as it is.
INSERT INTO refusal (code, what, version, message, at)
SELECT code, 'record', 0, 'Mã thủ tục không tồn tại trên Cổng dịch vụ công quốc gia', at_ms(filed_ms) FROM bench.one WHERE h % 50 = 0;
INSERT INTO job (kind, key, run_at) SELECT 'sync', code, now() + interval '90 days' FROM bench.one WHERE h % 50 = 0 ON CONFLICT DO NOTHING;
INSERT INTO inbound (national_code, procedure_code, unit_code, files, received_at)
SELECT 'G22.99-' || i, procedure, unit, 2, at_ms(filed_ms) FROM bench.one WHERE h % 20 = 1;
INSERT INTO inbox (id, received_at)
SELECT bench.uuid(i, 'event'), now() - interval '1 minute' * (i % 20000) FROM bench.one WHERE i > :last - (:last - :first) / 12;
