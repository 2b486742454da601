-- The legal forms that moves issue. What they say of a case that goes on changing is kept as it was.
CREATE TABLE form_issued (
    code text NOT NULL,
    version bigint NOT NULL,     -- of the move
    at bigint NOT NULL,
    unit text NOT NULL,
    kind smallint NOT NULL,      -- 1 receipt, 2 supplement, 3 refusal, 4 apology
    year smallint NOT NULL,
    no bigint,                   -- none until somebody looks: a move does not wait for others of its book
    due_at bigint NOT NULL,
    asked jsonb NOT NULL,        -- papers asked for
    batch bigint NOT NULL,       -- of the last papers there were
    PRIMARY KEY (code, version),
    UNIQUE (unit, kind, year, no)
);
CREATE INDEX form_waiting ON form_issued (unit, kind, year, at, code) WHERE no IS NULL;

-- The last number of each book: without gaps, in the order of the moves.
CREATE TABLE form_book (
    unit text NOT NULL,
    kind smallint NOT NULL,
    year smallint NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (unit, kind, year)
);

-- Moves there were before.
INSERT INTO form_issued (code, version, at, unit, kind, year, due_at, asked, batch)
    SELECT m.code, m.version, m.at, CASE WHEN m.status_before = 4 THEN c.handling_unit_code ELSE c.unit_code END,
        CASE m.transition WHEN 'ASK_SUPPLEMENT' THEN 2 WHEN 'REFUSE' THEN 3 WHEN 'STOP' THEN 3 WHEN 'REAPPOINT' THEN 4 ELSE 1 END,
        extract(year FROM to_timestamp(m.at / 1000) AT TIME ZONE 'Asia/Ho_Chi_Minh'), c.due_at, c.asked,
        coalesce((SELECT max(batch) FROM paper p WHERE p.code = m.code), 0)
    FROM move m JOIN case_file c USING (code)
    WHERE m.transition IN ('RECEIVE', 'ACCEPT', 'ASK_SUPPLEMENT', 'REFUSE', 'STOP', 'REAPPOINT')
        OR (m.transition = 'ACCEPT_SUPPLEMENT' AND m.at = c.accepted_at);

-- Forms say where a unit is and how to reach it.
ALTER TABLE unit ADD COLUMN IF NOT EXISTS address text NOT NULL DEFAULT '', ADD COLUMN IF NOT EXISTS phone text NOT NULL DEFAULT '';
