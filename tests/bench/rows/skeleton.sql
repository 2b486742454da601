-- What outages and people leave in tables that are empty on a good day.
INSERT INTO outbox (destination, lane, seq, packet)
SELECT (ARRAY['verification', 'notification', 'status-sync', 'payment', 'intake'])[1 + n % 5], 1 + n % 3, n, '\x00' FROM generate_series(1, 20000) n;
INSERT INTO dead_letter (id, source, type, key, version, reason, packet, died_at)
SELECT md5(n::text)::uuid, 'intake', 'motcua.DossierSubmitted', 'H07-' || n, 1, 'the payload is not one', '\x00', now() - interval '1 minute' * n
FROM generate_series(1, 20000) n;
INSERT INTO job (kind, key, run_at, holder) SELECT 'kind' || n % 3, n::text, now() + interval '1 minute' * n, NULL FROM generate_series(1, 20000) n;
INSERT INTO command (id, fingerprint, status, answer, made_at)
SELECT md5('c' || n)::uuid, n, 200, '{}', now() - interval '1 minute' * (n % 10080) FROM generate_series(1, 20000) n ON CONFLICT DO NOTHING;
INSERT INTO inbox (id, received_at)
SELECT md5('e' || n)::uuid, now() - interval '1 minute' * (n % 20160) FROM generate_series(1, 20000) n ON CONFLICT DO NOTHING;
ANALYZE;
