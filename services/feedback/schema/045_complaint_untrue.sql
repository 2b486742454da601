-- What was found untrue lowers neither indicator 7 nor 8 of TT 01/2018 (DOMAIN §10.5). Of periods that were frozen before it counts as
-- it did.
CREATE OR REPLACE VIEW complaint_fact AS
    SELECT c.unit_code, c.code, c.dossier_code, c.about_attitude, c.outcome, c.received_at,
        CASE WHEN c.answered_at IS NULL THEN c.due_at ELSE coalesce(l.limit_at, c.due_at) END AS due_at, c.classified_at,
        CASE WHEN c.answered_at IS NULL THEN NULL ELSE coalesce(l.at, c.answered_at) END AS answered_at,
        EXISTS (SELECT FROM complaint_move m WHERE m.code = c.code AND m.act = 'reopen') AS is_disliked,
        c.outcome = 'untrue' AS is_untrue
    FROM complaint c LEFT JOIN LATERAL (SELECT limit_at, at FROM complaint_move m WHERE m.code = c.code AND m.act = 'answer' AND m.was_late
        ORDER BY version LIMIT 1) l ON true
    WHERE c.state NOT IN ('forwarded', 'withdrawn');
ALTER TABLE frozen_complaint ADD COLUMN is_untrue boolean NOT NULL DEFAULT false;
