-- Of those who paid one in ten gets the money back, one in four hundred still waits for it.
CREATE OR REPLACE VIEW bench.payers AS SELECT *, CASE WHEN status = 6 THEN 'open' WHEN h / 10 % 10 = 1 THEN 'refunded'
    WHEN h / 10 % 400 = 0 THEN 'refunding' ELSE 'paid' END AS what FROM bench.one WHERE status = 6 OR bench.paid(h, status) > 0;

INSERT INTO invoice (code, request_no, compact, account_id, payer_name, unit_code, unit_name, procedure_code, procedure_name, lines,
                     total_dong, status, pay_by, created_at, paid_at, paid_attempt, attempts)
SELECT code, 1, regexp_replace(code, '[^0-9A-Z]', '', 'g'), coalesce(account::text, ''), name, unit, unit_name, procedure, procedure_name,
    '[{"kind": "LE_PHI", "code": "LP1", "name": "Lệ phí", "amount_dong": 50000, "when": "BEFORE"}]', 50000, what, NULL, at_ms(filed_ms + 90000000),
    CASE WHEN what <> 'open' THEN at_ms(filed_ms + 93600000) END, CASE WHEN what <> 'open' THEN bench.uuid(i, 'attempt') END, 1
FROM bench.payers;

INSERT INTO attempt (id, code, request_no, no, method, state, amount_dong, txn_ref, pay_url, gateway_no, bank_code, last_word,
                     created_at, expires_at, paid_at)
SELECT bench.uuid(i, 'attempt'), code, 1, 1, CASE WHEN what <> 'open' THEN 'gateway' ELSE 'transfer' END,
    CASE WHEN what <> 'open' THEN 'succeeded' ELSE 'pending' END, 50000, CASE WHEN what <> 'open' THEN 'T' || i END, 'https://sandbox.vnpayment.vn/paymentv2/vpcpay.html?vnp_TxnRef=' || md5(code) || md5(i::text), i::text, 'NCB', '00',
    at_ms(filed_ms + 90000000), at_ms(filed_ms + 90900000), CASE WHEN what <> 'open' THEN at_ms(filed_ms + 93600000) END
FROM bench.payers;

INSERT INTO receipt (unit, year, no, code, request_no, attempt_id, amount_dong, issued_at)
SELECT unit, 2025, i, code, 1, bench.uuid(i, 'attempt'), 50000, at_ms(filed_ms + 93600000) FROM bench.payers WHERE what <> 'open';
INSERT INTO receipt_book (unit, year, last) SELECT unit, 2025, max(i) FROM bench.payers GROUP BY unit
ON CONFLICT (unit, year) DO UPDATE SET last = excluded.last;

INSERT INTO refund (id, attempt_id, code, request_no, unit_code, method, amount_dong, is_surplus, reason, decided_by, state, created_at,
                    done_at, done_no)
SELECT bench.uuid(i, 'refund'), bench.uuid(i, 'attempt'), code, 1, unit, 'gateway', 50000, false, 'Rút hồ sơ', '',
    CASE what WHEN 'refunded' THEN 'done' ELSE 'requested' END, at_ms(filed_ms + 95000000), CASE what WHEN 'refunded' THEN at_ms(filed_ms + 98000000) END,
    CASE what WHEN 'refunded' THEN 1 END FROM bench.payers WHERE what IN ('refunded', 'refunding');
INSERT INTO inbox (id, received_at)
SELECT bench.uuid(i, 'event'), now() - interval '1 minute' * (i % 20000) FROM bench.one WHERE i > :last - (:last - :first) / 40;
