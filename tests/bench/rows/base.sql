-- Dossiers :first to :last as every service knows them, each from its number alone, so that all databases tell of the same
-- ones: bench.one (a row per dossier) and bench.path (the moves that lead to where it stands).
CREATE SCHEMA IF NOT EXISTS bench;

CREATE OR REPLACE FUNCTION bench.hash(n bigint, salt int) RETURNS bigint IMMUTABLE LANGUAGE sql
    AS $$ SELECT hashint8extended(n, salt) & 2147483647 $$;
CREATE OR REPLACE FUNCTION bench.pick(list text[], n bigint) RETURNS text IMMUTABLE LANGUAGE sql
    AS $$ SELECT list[(1 + n % array_length(list, 1))::int] $$;
CREATE OR REPLACE FUNCTION bench.uuid(n bigint, what text) RETURNS uuid IMMUTABLE LANGUAGE sql
    AS $$ SELECT md5(what || n)::uuid $$;
-- A UUIDv7 of that moment.
CREATE OR REPLACE FUNCTION bench.uuid_at(at_ms bigint, n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql
    AS $$ SELECT (lpad(to_hex(at_ms), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid $$;

-- Fields of protobuf messages: a text, a message or bytes; a small number; a time in ms.
CREATE OR REPLACE FUNCTION bench.pb_bytes(tag bytea, v bytea) RETURNS bytea IMMUTABLE LANGUAGE sql
    AS $$ SELECT CASE WHEN length(v) = 0 THEN ''::bytea WHEN length(v) < 128 THEN tag || set_byte('\x00', 0, length(v)) || v
          ELSE tag || set_byte(set_byte('\x0000', 0, length(v) & 127 | 128), 1, length(v) >> 7) || v END $$;
CREATE OR REPLACE FUNCTION bench.pb_text(tag bytea, v text) RETURNS bytea IMMUTABLE LANGUAGE sql
    AS $$ SELECT bench.pb_bytes(tag, convert_to(v, 'UTF8')) $$;
CREATE OR REPLACE FUNCTION bench.pb_small(tag bytea, v int) RETURNS bytea IMMUTABLE LANGUAGE sql
    AS $$ SELECT tag || set_byte('\x00', 0, v) $$;
CREATE OR REPLACE FUNCTION bench.pb_ms(tag bytea, v bigint) RETURNS bytea IMMUTABLE LANGUAGE sql
    AS $$ SELECT tag || decode(lpad(to_hex(((v & 127 | 128) << 40) | ((v >> 7 & 127 | 128) << 32) | ((v >> 14 & 127 | 128) << 24)
        | ((v >> 21 & 127 | 128) << 16) | ((v >> 28 & 127 | 128) << 8) | (v >> 35)), 12, '0'), 'hex') $$;

-- Three in ten of those that are done have paid.
CREATE OR REPLACE FUNCTION bench.paid(h bigint, status int) RETURNS bigint IMMUTABLE LANGUAGE sql
    AS $$ SELECT CASE WHEN h % 10 < 3 AND status IN (9, 10) THEN 50000 ELSE 0 END $$;

-- way: of a status, the long one (through an office) or the short one (done while one waits).
CREATE TABLE IF NOT EXISTS bench.path (
    status int, way text, version int, transition text, number int, status_before int, status_after int, later_ms bigint
);
INSERT INTO bench.path SELECT w.status, w.way, s.version, s.name, t.number, t.before, t.after, t.day * 86400000 + 5400000 * s.version
    FROM (VALUES (1, 'long', 'SUBMIT'), (2, 'long', 'SUBMIT ACCEPT'), (3, 'long', 'SUBMIT REFUSE'),
                 (4, 'long', 'SUBMIT ACCEPT FORWARD'), (5, 'long', 'SUBMIT ACCEPT FORWARD ASK_SUPPLEMENT'),
                 (6, 'long', 'SUBMIT ACCEPT ASK_PAYMENT'), (7, 'long', 'SUBMIT ASK_WITHDRAWAL'),
                 (8, 'long', 'SUBMIT ACCEPT FORWARD STOP'), (9, 'long', 'SUBMIT ACCEPT FORWARD SIGN_RESULT'),
                 (10, 'long', 'SUBMIT ACCEPT FORWARD SIGN_RESULT HAND_OVER'), (10, 'short', 'RECEIVE HAND_OVER')
         ) AS w(status, way, names),
         LATERAL unnest(string_to_array(w.names, ' ')) WITH ORDINALITY AS s(name, version)
    JOIN (VALUES ('SUBMIT', 1, 0, 1, 0), ('RECEIVE', 2, 0, 2, 0), ('ACCEPT', 3, 1, 2, 1), ('REFUSE', 4, 1, 3, 1),
                 ('FORWARD', 9, 2, 4, 1), ('ASK_SUPPLEMENT', 5, 4, 5, 3), ('ASK_PAYMENT', 11, 2, 6, 1),
                 ('ASK_WITHDRAWAL', 14, 1, 7, 2), ('STOP', 17, 4, 8, 9), ('SIGN_RESULT', 18, 4, 9, 10), ('HAND_OVER', 19, 9, 10, 12)
         ) AS t(name, number, before, after, day) ON t.name = s.name
    WHERE NOT EXISTS (SELECT FROM bench.path);

DROP TABLE IF EXISTS bench.one;
CREATE UNLOGGED TABLE bench.one AS
WITH numbered AS (
    SELECT i, bench.hash(i, 1) AS h, (i - :first)::float8 / (:last - :first + 1) AS age, (1 + i % 256)::int AS slot
    FROM generate_series(:first::bigint, :last::bigint) AS i
), placed AS (
    SELECT i, h, age, (:'units'::text[])[slot] AS unit, (:'unit_names'::text[])[slot] AS unit_name,
        ((extract(epoch FROM date_trunc('day', now())) - 86400 * 731 + floor(age * 730) * 86400 + 28800 + h % 30000) * 1000
         + i % 1000)::bigint AS filed_ms,
        i / 256 * 9 + (:'ranks'::int[])[slot] + 1 AS no,
        -- what is older than a month has come to its end, but for one in four hundred
        CASE WHEN age < 0.95 AND h % 400 > 0 THEN (ARRAY[10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,3,8,9])[(1 + h % 20)::int]
             ELSE (ARRAY[1,1,2,2,4,4,4,4,4,4,5,6,7,9,9,10,10,10,10,10])[(1 + h % 20)::int] END AS status
    FROM numbered
)
SELECT i, h, unit, unit_name, filed_ms, status::int, CASE WHEN status = 10 AND h % 5 < 3 THEN 'short' ELSE 'long' END AS way,
    unit || '-' || to_char(to_timestamp(filed_ms / 1000) AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYMMDD') || '-' || lpad(no::text, greatest(4, length(no::text)), '0') AS code,
    CASE WHEN (i - :first) % greatest((:last - :first + 1) / 150, 1) = 0 THEN :'citizen'::uuid
         WHEN status <> 10 OR h % 5 >= 3 THEN bench.uuid(h % 400000, 'account') END AS account,
    (:'procedures'::text[])[(1 + h % array_length(:'procedures'::text[], 1))::int] AS procedure,
    (:'procedure_names'::text[])[(1 + h % array_length(:'procedures'::text[], 1))::int] AS procedure_name,
    bench.pick(ARRAY['Nguyễn','Trần','Lê','Phạm','Huỳnh','Hoàng','Phan','Vũ','Võ','Đặng','Bùi','Đỗ','Hồ','Ngô','Dương','Lý'], h) || ' '
    || bench.pick(ARRAY['Văn','Thị','Hữu','Thị Thanh','Đức','Thị Mỹ','Minh','Ngọc','Quốc','Thị Kim','Hoàng','Thị Bích'], h / 16) || ' '
    || bench.pick(ARRAY['Hương','An','Bình','Cường','Dung','Giang','Hà','Hạnh','Hiếu','Hoa','Hùng','Khánh','Lan','Linh','Long','Mai',
                        'Nam','Nga','Nhung','Phong','Phúc','Quân','Quỳnh','Sơn','Tâm','Thảo','Thịnh','Trang','Tuấn','Vy'], h / 192) AS name,
    '083' || lpad((bench.hash(h % 400000, 2) % 1000000000)::text, 9, '0') AS id_number,
    '09' || lpad((bench.hash(h % 400000, 3) % 100000000)::text, 8, '0') AS phone,
    'nguoi' || h % 400000 || '@example.vn' AS email,
    'Số ' || h % 300 + 1 || ', khu phố ' || h % 9 + 1 || ', phường Phú Khương, tỉnh Bến Tre' AS address
FROM placed;
ANALYZE bench.one;
