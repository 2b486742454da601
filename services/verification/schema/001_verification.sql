-- Copies fed by events.
CREATE TABLE unit (
    code text NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz,
    name text NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (code, valid_from)
);
CREATE TABLE procedure (
    code text NOT NULL,
    version int NOT NULL,
    body bytea NOT NULL, -- motcua.ProcedurePublished
    PRIMARY KEY (code, version)
);

-- Working calendars. One calendar names "*": it is everybody's who has none of his own.
CREATE TABLE calendar (
    code text PRIMARY KEY,
    name text NOT NULL,
    week text[] NOT NULL CHECK (array_length(week, 1) = 7), -- Monday first: "07:00-11:30,13:30-17:00"
    units text[] NOT NULL
);
CREATE TABLE special_day (
    day date PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('holiday', 'compensatory', 'swap_off', 'swap_work')),
    name text NOT NULL
);

-- A dossier as the authority works it. One row, one version; every move is a row of its own.
CREATE TABLE case_file (
    code text PRIMARY KEY,
    version bigint NOT NULL,
    status smallint NOT NULL,
    procedure_code text NOT NULL,
    procedure_version int NOT NULL,
    unit_code text NOT NULL,
    handling_unit_code text NOT NULL,
    channel smallint NOT NULL,
    account_id text NOT NULL,
    applicant bytea NOT NULL,       -- motcua.Applicant
    applicant_name text NOT NULL,
    applicant_number text NOT NULL, -- citizen number or tax code, for duplicates
    summary text NOT NULL,
    national_code text NOT NULL,
    result_by_post boolean NOT NULL,
    checks jsonb NOT NULL,
    filed_at bigint NOT NULL,
    accepted_at bigint NOT NULL,
    clock_started_at bigint NOT NULL,
    due_at bigint NOT NULL,
    due_why jsonb,
    supplement_return smallint NOT NULL,
    payment_return smallint NOT NULL,
    withdrawal_return smallint NOT NULL,
    supplement_count smallint NOT NULL,
    papers_supplied boolean NOT NULL,
    reappointed boolean NOT NULL,
    asked jsonb NOT NULL,           -- papers asked for, while the state is 5
    paused_at bigint NOT NULL,
    answer_by bigint NOT NULL,
    step smallint NOT NULL,
    step_started_at bigint NOT NULL,
    step_due_at bigint NOT NULL,
    assignee_id text NOT NULL,
    assignee_name text NOT NULL,
    fee_no smallint NOT NULL,
    fee_dong bigint NOT NULL,
    fee_open boolean NOT NULL,
    fee_before_asked boolean NOT NULL,
    fee_after_asked boolean NOT NULL,
    paid_dong bigint NOT NULL,
    result bytea,                   -- motcua.Result
    finished_at bigint NOT NULL,
    returned_at bigint NOT NULL,
    received_by text NOT NULL,
    sort_at bigint NOT NULL         -- the deadline the queue is sorted by
);
-- The queue: what lies at a unit, most urgent first. The expression is that of the queue's statements.
CREATE INDEX case_file_queue ON case_file ((CASE WHEN status IN (4, 6) THEN handling_unit_code ELSE unit_code END), status,
                                           sort_at, code);
CREATE INDEX case_file_assignee ON case_file (assignee_id, sort_at, code) WHERE assignee_id <> '';
-- A person's open cases of a procedure.
CREATE INDEX case_file_number ON case_file (applicant_number, procedure_code, code)
    WHERE applicant_number <> '' AND status NOT IN (3, 8, 10);

-- Every move, for ever.
CREATE TABLE move (
    code text NOT NULL,
    version bigint NOT NULL,
    at bigint NOT NULL,
    transition text NOT NULL,      -- as in common.proto: ASK_SUPPLEMENT
    status_before smallint NOT NULL,
    status smallint NOT NULL,
    by_account text NOT NULL,
    by_name text NOT NULL,
    by_title text NOT NULL,
    by_department text NOT NULL,
    note text NOT NULL,
    detail jsonb NOT NULL,
    PRIMARY KEY (code, version)
);

CREATE TABLE paper (
    code text NOT NULL,
    batch bigint NOT NULL, -- intake's version it came with
    seq int NOT NULL,
    component_code text NOT NULL,
    name text NOT NULL,
    file_name text NOT NULL,
    sha256 bytea,
    size_bytes bigint NOT NULL,
    media_type text NOT NULL,
    originals int NOT NULL,
    copies int NOT NULL,
    PRIMARY KEY (code, batch, seq)
);

-- What happened beside the moves: papers that came too late, a message nobody could be told.
CREATE TABLE case_note (
    code text NOT NULL,
    at bigint NOT NULL,
    id uuid NOT NULL,
    what text NOT NULL,
    detail text NOT NULL,
    PRIMARY KEY (code, id)
);
