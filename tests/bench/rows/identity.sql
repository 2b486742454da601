INSERT INTO account (id, kind, name, id_number, phone, email, password_hash, created_at)
SELECT bench.uuid(i, 'account'), 'citizen', name, id_number, phone, email, md5(name), at_ms(filed_ms) FROM bench.one;
INSERT INTO login_name (name, account_id) SELECT i || '@example.vn', bench.uuid(i, 'account') FROM bench.one;
INSERT INTO session (token_hash, account_id, expires_at)
SELECT decode(md5(code) || md5(email), 'hex'), bench.uuid(i, 'account'), now() + interval '1 minute' * (i % 40000) FROM bench.one WHERE h % 3 = 0;
INSERT INTO password_link (secret_hash, account_id, made_by, expires_at, used_at)
SELECT decode(md5(email) || md5(code), 'hex'), bench.uuid(i, 'account'), bench.uuid(i, 'account'), at_ms(filed_ms), at_ms(filed_ms) FROM bench.one WHERE h % 11 = 0;
