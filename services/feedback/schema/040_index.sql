-- What the indexes count, as the tables above tell it; a period's figures are made of rows that were copied when it was frozen, so
-- they can be computed again for ever.

CREATE INDEX dossier_due ON dossier (unit_code, due_at) WHERE due_at IS NOT NULL;

-- A complaint as indexes see it; nobody's name is among it. One that was sent to where it belongs is none of ours. Reopened: whoever
-- sent it was not content with the answer.
CREATE VIEW complaint_fact AS
    SELECT unit_code, code, dossier_code, about_attitude, outcome, received_at, due_at, classified_at, answered_at,
        EXISTS (SELECT FROM complaint_move m WHERE m.code = c.code AND m.act = 'reopen') AS is_disliked
    FROM complaint c WHERE state NOT IN ('forwarded', 'withdrawn');

-- A dossier as indexes see it. step_*: of the units that took part, the one that was latest against its own limit.
CREATE VIEW dossier_fact AS
    SELECT d.unit_code, d.code, d.procedure_code, d.channel = 2 AS is_online, d.filed_at, d.accepted_at, d.due_at, d.ended_at,
        d.supplements, d.handling_unit_code = d.unit_code AS is_handled_here, s.ended_at AS step_ended_at, s.due_at AS step_due_at,
        coalesce(p.has_fee, false) AS has_fee,
        EXISTS (SELECT FROM payment y WHERE y.code = d.code AND y.method IN (1, 2)) AS is_paid_online,
        d.has_digital_result AS has_electronic_result, d.papers > 0 AND d.papers_digital = d.papers AS is_digitised,
        c.is_complained_of, c.is_attitude_upheld
    FROM dossier d
    LEFT JOIN procedure p ON p.code = d.procedure_code AND p.version = d.procedure_version
    LEFT JOIN LATERAL (
        SELECT next_at AS ended_at, step_due_at AS due_at
        FROM (SELECT step_due_at, step_started_at, lead(at) OVER w AS next_at, lead(step_started_at) OVER w AS next_started
              FROM move WHERE code = d.code WINDOW w AS (ORDER BY version)) m
        WHERE step_due_at IS NOT NULL AND next_at IS NOT NULL AND next_started IS DISTINCT FROM step_started_at
        ORDER BY next_at - step_due_at DESC LIMIT 1) s ON true
    CROSS JOIN LATERAL (
        SELECT count(*) > 0 AS is_complained_of,
            coalesce(bool_or(about_attitude AND outcome IN ('upheld', 'partly_upheld')), false) AS is_attitude_upheld
        FROM complaint_fact WHERE dossier_code = d.code AND dossier_code <> '' AND outcome <> 'untrue') c;

CREATE TABLE frozen_unit (
    period int NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    gso_code text NOT NULL,
    PRIMARY KEY (period, code)
);

CREATE TABLE frozen_procedure (
    period int NOT NULL,
    code text NOT NULL,
    field_code text NOT NULL,
    field_name text NOT NULL,
    is_online boolean NOT NULL,
    has_fee boolean NOT NULL,
    PRIMARY KEY (period, code)
);

CREATE TABLE frozen_dossier (
    period int NOT NULL,
    unit_code text NOT NULL,
    code text NOT NULL,
    procedure_code text NOT NULL,
    is_online boolean NOT NULL,
    filed_at timestamptz NOT NULL,
    accepted_at timestamptz,
    due_at timestamptz,
    ended_at timestamptz,
    supplements int NOT NULL,
    is_handled_here boolean NOT NULL,
    step_ended_at timestamptz,
    step_due_at timestamptz,
    has_fee boolean NOT NULL,
    is_paid_online boolean NOT NULL,
    has_electronic_result boolean NOT NULL,
    is_digitised boolean NOT NULL,
    is_complained_of boolean NOT NULL,
    is_attitude_upheld boolean NOT NULL,
    PRIMARY KEY (period, unit_code, code)
);

CREATE TABLE frozen_complaint (
    period int NOT NULL,
    unit_code text NOT NULL,
    code text NOT NULL,
    field_code text NOT NULL,        -- of its dossier; '' without one
    is_disliked boolean NOT NULL,
    received_at timestamptz NOT NULL,
    due_at timestamptz,
    classified_at timestamptz,
    answered_at timestamptz,
    PRIMARY KEY (period, unit_code, code)
);

-- How often these four answers were given.
CREATE TABLE frozen_rating (
    period int NOT NULL,
    unit_code text NOT NULL,
    field_code text NOT NULL,
    quarter int NOT NULL,
    is_clear smallint NOT NULL,
    is_simple smallint NOT NULL,
    is_helpful smallint NOT NULL,
    is_in_time smallint NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (period, unit_code, quarter, field_code, is_clear, is_simple, is_helpful, is_in_time)
);

-- Figures no message tells: how many of how many. Of a frozen period they stay as they are.
CREATE TABLE declared (
    period int NOT NULL,
    unit_code text NOT NULL,
    part text NOT NULL,              -- of index 766: "1.1"; "board": procedures hang out at the office
    part_n bigint NOT NULL,
    whole_n bigint NOT NULL,
    by_id text NOT NULL,
    by_name text NOT NULL,
    declared_at timestamptz NOT NULL,
    PRIMARY KEY (period, unit_code, part)
);

-- A period's figures, signed: content says everything that was counted.
CREATE TABLE frozen_period (
    period int PRIMARY KEY,
    frozen_at timestamptz NOT NULL,
    by_name text NOT NULL,           -- '': when its time had come
    weights text NOT NULL,           -- of index 766, the file as it was
    content text NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL         -- Ed25519 over content
);

-- What everybody may read, page by page as it is sent.
CREATE TABLE publication (
    period int NOT NULL,
    name text NOT NULL,              -- index, unit/…, field/…, figures.csv
    body text NOT NULL,
    PRIMARY KEY (period, name)
);
