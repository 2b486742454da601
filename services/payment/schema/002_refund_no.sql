-- Refunds of a dossier that are done have numbers without gaps, the versions of what is told of them: two that end at the
-- same moment cannot have the same one.
ALTER TABLE refund ADD COLUMN done_no bigint;
UPDATE refund f SET done_no = n.no
    FROM (SELECT id, row_number() OVER (PARTITION BY code ORDER BY done_at, id) AS no FROM refund WHERE state = 'done') n
    WHERE f.id = n.id;
CREATE UNIQUE INDEX refund_done_no ON refund (code, done_no);
