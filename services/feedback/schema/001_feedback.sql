-- Copies fed by events: the facts that indexes, surveys and complaints are made of. Nobody's name, phone or mail is among them.
CREATE TABLE unit (
    code text NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz,
    name text NOT NULL,
    level smallint NOT NULL,        -- motcua.UnitLevel
    parent_code text NOT NULL,      -- '' for the province
    gso_code text NOT NULL,         -- of the General Statistics Office: what the map knows a commune by
    version bigint NOT NULL,
    PRIMARY KEY (code, valid_from)
);

CREATE TABLE procedure (
    code text NOT NULL,
    version int NOT NULL,
    valid_from timestamptz NOT NULL,
    name text NOT NULL,
    field_code text NOT NULL,
    field_name text NOT NULL,
    time_limit int NOT NULL,
    limit_unit smallint NOT NULL,   -- motcua.LimitUnit
    online_level text NOT NULL,     -- full, partial, ''
    has_fee boolean NOT NULL,
    is_immediate boolean NOT NULL,
    PRIMARY KEY (code, version)
);

-- One row per dossier as it stands after its last move.
CREATE TABLE dossier (
    code text PRIMARY KEY,
    unit_code text NOT NULL,             -- where it was filed
    handling_unit_code text NOT NULL,
    procedure_code text NOT NULL,
    procedure_version int NOT NULL,
    channel smallint NOT NULL,           -- motcua.Channel
    owner_kind smallint NOT NULL,        -- motcua.OwnerKind
    owner_hash bytea,                    -- tells the owner's account when it comes, and no other; none: filed without an account
    is_national boolean NOT NULL,        -- came from the national portal
    papers int NOT NULL,
    papers_digital int NOT NULL,         -- of them with a file
    filed_at timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 0,   -- of the last move
    status smallint NOT NULL DEFAULT 0,  -- 0: nothing heard yet
    accepted_at timestamptz,
    due_at timestamptz,                  -- the appointment, as it stands
    finished_at timestamptz,             -- result signed
    returned_at timestamptz,
    ended_at timestamptz,                -- result, refusal or stop; none: it runs
    has_digital_result boolean NOT NULL DEFAULT false,
    supplements int NOT NULL DEFAULT 0   -- how often papers were asked for
);
CREATE INDEX dossier_ended ON dossier (unit_code, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX dossier_filed ON dossier (unit_code, filed_at);

-- Every move, by whom. Names of officials are public (TT22 Đ4); their account tells them apart.
CREATE TABLE move (
    code text NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    at timestamptz NOT NULL,
    transition smallint NOT NULL,        -- motcua.Transition
    status smallint NOT NULL,            -- 0: internal
    status_before smallint NOT NULL,
    official_id text NOT NULL,           -- '' for the applicant and the system
    official_name text NOT NULL,
    unit_code text NOT NULL,             -- that handled it then
    due_at timestamptz,
    due_before timestamptz,              -- the appointment this move replaced
    step_name text NOT NULL,
    step_started_at timestamptz,
    step_due_at timestamptz,
    PRIMARY KEY (code, version)
);
CREATE INDEX move_official ON move (official_id, at) WHERE official_id <> '';
CREATE INDEX move_at ON move (unit_code, at);

CREATE TABLE payment (
    code text NOT NULL,
    request_no int NOT NULL,
    amount_dong bigint NOT NULL,
    method smallint NOT NULL,            -- motcua.PaymentMethod
    settled_at timestamptz NOT NULL,
    PRIMARY KEY (code, request_no)
);
