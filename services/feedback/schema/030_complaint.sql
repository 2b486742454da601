-- Working time as verification told it last.
CREATE TABLE calendars (
    is_all boolean PRIMARY KEY DEFAULT true CHECK (is_all), -- one row
    version bigint NOT NULL,
    body bytea NOT NULL                       -- motcua.CalendarsChanged
);

-- Petitions (phản ánh, kiến nghị), complaints (khiếu nại), denunciations (tố cáo). complaint.h is its life. Of a denunciation
-- nothing here tells who sent it, so not its dossier either.
CREATE TABLE complaint (
    code text PRIMARY KEY,
    version bigint NOT NULL DEFAULT 1,
    class text NOT NULL CHECK (class IN ('petition', 'complaint', 'denunciation')),
    state text NOT NULL CHECK (state IN ('received', 'detail_asked', 'in_handling', 'answered', 'refused', 'forwarded',
                                         'withdrawn')),
    outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'upheld', 'partly_upheld', 'untrue')),
    category text NOT NULL DEFAULT 'other',
    unit_code text NOT NULL,                  -- complained about
    handling_unit_code text NOT NULL DEFAULT '',
    dossier_code text NOT NULL DEFAULT '',
    about_official text NOT NULL DEFAULT '',  -- account; '': not known
    about_name text NOT NULL DEFAULT '',
    about_head boolean NOT NULL DEFAULT false, -- who is complained about leads unit_code
    about_attitude boolean NOT NULL DEFAULT false, -- indicator 7 of TT 01/2018
    instance smallint NOT NULL DEFAULT 1,     -- 2: second instance
    complexity smallint NOT NULL DEFAULT 0,
    is_remote boolean NOT NULL DEFAULT false,
    is_anonymous boolean NOT NULL DEFAULT false,
    is_late boolean NOT NULL DEFAULT false,   -- some limit was not kept
    via text NOT NULL DEFAULT 'web' CHECK (via IN ('web', 'counter', 'letter', 'phone')),
    language text NOT NULL DEFAULT 'vi',
    account_id text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    title text NOT NULL DEFAULT '',
    content text NOT NULL DEFAULT '',
    evidence text NOT NULL DEFAULT '',
    answer text NOT NULL DEFAULT '',          -- what the office said last: a question, a refusal, the answer
    published_answer text NOT NULL DEFAULT '', -- written for everybody
    received_at timestamptz NOT NULL,
    clock_at timestamptz,                     -- the limits of "received" count from here
    classified_at timestamptz,
    accepted_at timestamptz,
    due_at timestamptz,                       -- the answer
    step_due_at timestamptz,                  -- the next duty
    told_at timestamptz,
    answered_at timestamptz,
    published_at timestamptz,
    closed_at timestamptz,
    escalated_at timestamptz,
    escalated_unit text NOT NULL DEFAULT '',
    sort_at timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(step_due_at, received_at)) STORED,
    CHECK (class <> 'denunciation' OR (account_id = '' AND name = '' AND address = '' AND phone = '' AND email = ''
                                       AND dossier_code = ''))
);
CREATE INDEX complaint_desk ON complaint (handling_unit_code, state, sort_at, code);
CREATE INDEX complaint_escalated ON complaint (escalated_unit, state, sort_at, code) WHERE escalated_unit <> '';
CREATE INDEX complaint_mine ON complaint (account_id, received_at, code) WHERE account_id <> '';
CREATE INDEX complaint_published ON complaint (published_at, code) WHERE published_at IS NOT NULL;
CREATE INDEX complaint_of_dossier ON complaint (dossier_code) WHERE dossier_code <> '';
CREATE INDEX complaint_about ON complaint (unit_code, received_at);

-- Every move, for ever. Of whoever sent it nothing but that it was he.
CREATE TABLE complaint_move (
    code text NOT NULL,
    version bigint NOT NULL,
    at timestamptz NOT NULL,
    act text NOT NULL,
    state_before text NOT NULL,
    state text NOT NULL,
    by_account text NOT NULL,                 -- '': whoever sent it, or the system
    by_name text NOT NULL,
    by_title text NOT NULL,
    words text NOT NULL,
    unit_code text NOT NULL,                  -- where it lies after the move
    limit_at timestamptz,                     -- until when it had to be done
    was_late boolean NOT NULL,
    PRIMARY KEY (code, version)
);

-- Who denounces: sealed, opened for inspectors only, and each opening leaves a row.
CREATE TABLE denouncer (
    code text PRIMARY KEY,
    sealed bytea NOT NULL
);
CREATE TABLE denouncer_reading (
    code text NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    account_id text NOT NULL,
    name text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (code, id)
);
