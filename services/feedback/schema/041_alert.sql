-- What stands out in how dossiers were moved (gaming.h), for leaders to look at; each once, however often it is found.
CREATE TABLE alert (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    key text NOT NULL,               -- the same finding has the same
    unit_code text NOT NULL,
    official_id text NOT NULL,       -- '': of ratings nobody knows who sent them
    official_name text NOT NULL,
    at timestamptz NOT NULL,         -- of the first move in it
    found_at timestamptz NOT NULL,
    amount int NOT NULL,             -- dossiers, or ratings
    verdict text NOT NULL DEFAULT '' CHECK (verdict IN ('', 'explained', 'confirmed')),
    words text NOT NULL DEFAULT '',
    answered_by text NOT NULL DEFAULT '',
    answered_at timestamptz,
    UNIQUE (kind, key)
);
CREATE INDEX alert_of ON alert (unit_code, id);

CREATE TABLE alert_dossier (
    alert bigint NOT NULL,
    code text NOT NULL,
    PRIMARY KEY (alert, code)
);
