-- Copies fed by events.
CREATE TABLE unit (
    code text NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz,
    name text NOT NULL,
    gso_code text NOT NULL, -- of the General Statistics Office: how the portal writes places
    version bigint NOT NULL,
    PRIMARY KEY (code, valid_from)
);
CREATE INDEX unit_gso_code ON unit (gso_code, valid_from) WHERE gso_code <> '';

CREATE TABLE procedure (
    code text NOT NULL,
    version int NOT NULL,
    valid_from timestamptz NOT NULL,
    name text NOT NULL,
    field_code text NOT NULL,
    field_name text NOT NULL,
    PRIMARY KEY (code, version)
);

-- What the portal is owed about a dossier. Its record is made of the messages kept here, see mapping.h.
CREATE TABLE dossier (
    code text PRIMARY KEY,
    national_code text NOT NULL,   -- '' unless it came from the portal
    procedure_code text NOT NULL,
    procedure_version int NOT NULL,
    unit_code text NOT NULL,
    filed_at timestamptz NOT NULL,
    message bytea NOT NULL,        -- motcua.DossierSubmitted
    changes bigint NOT NULL DEFAULT 1, -- grows with every event
    owed_since timestamptz,        -- none: the portal knows everything
    owner_ref text NOT NULL DEFAULT '', -- the portal's own id of the applicant
    record_digest bytea,           -- of the record as the portal accepted it last; none: push it
    record_status smallint,
    record_at timestamptz          -- none: the portal never accepted it
);
CREATE INDEX dossier_owed ON dossier (owed_since) WHERE owed_since IS NOT NULL;

-- One line of progress per move. Lines go out in order, none is left out.
CREATE TABLE line (
    code text NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    status smallint NOT NULL,      -- 0: internal, never sent (pushed_at is set from the start)
    transition text NOT NULL,
    at timestamptz NOT NULL,
    message bytea NOT NULL,        -- motcua.DossierProgressed
    pushed_at timestamptz,
    PRIMARY KEY (code, version)
);

-- What came to the record later.
CREATE TABLE addition (
    code text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('supplement', 'payment')),
    number bigint NOT NULL,        -- version of the supplement, number of the payment request
    message bytea NOT NULL,        -- motcua.DossierSupplemented, motcua.PaymentSettled
    at timestamptz NOT NULL,
    PRIMARY KEY (code, kind, number)
);

-- What the portal will not take as it is; tried again slowly.
CREATE TABLE refusal (
    code text PRIMARY KEY,
    what text NOT NULL CHECK (what IN ('record', 'line')),
    version bigint NOT NULL,       -- of the line; 0: the record
    message text NOT NULL,         -- the portal's words; may quote the record
    at timestamptz NOT NULL
);
CREATE INDEX refusal_at ON refusal (at, code);

-- Dossiers the portal pushed to us.
CREATE TABLE inbound (
    national_code text PRIMARY KEY,
    procedure_code text NOT NULL,
    unit_code text NOT NULL,
    files int NOT NULL,
    received_at timestamptz NOT NULL
);
