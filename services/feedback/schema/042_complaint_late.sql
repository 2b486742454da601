-- A complaint that was answered late stays late: reopening it gives a new limit, and an answer within that one would make the first
-- look timely. Until it is answered again the new limit counts.
CREATE OR REPLACE VIEW complaint_fact AS
    SELECT c.unit_code, c.code, c.dossier_code, c.about_attitude, c.outcome, c.received_at,
        CASE WHEN c.answered_at IS NULL THEN c.due_at ELSE coalesce(l.limit_at, c.due_at) END AS due_at, c.classified_at,
        CASE WHEN c.answered_at IS NULL THEN NULL ELSE coalesce(l.at, c.answered_at) END AS answered_at,
        EXISTS (SELECT FROM complaint_move m WHERE m.code = c.code AND m.act = 'reopen') AS is_disliked
    FROM complaint c LEFT JOIN LATERAL (SELECT limit_at, at FROM complaint_move m WHERE m.code = c.code AND m.act = 'answer' AND m.was_late
        ORDER BY version LIMIT 1) l ON true
    WHERE c.state NOT IN ('forwarded', 'withdrawn');
