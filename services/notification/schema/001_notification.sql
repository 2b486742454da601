-- Whom to tell about a dossier: from DossierSubmitted; the names and the handling unit from the newest DossierProgressed.
CREATE TABLE dossier (
    code text PRIMARY KEY,
    unit_code text NOT NULL,             -- where it was filed
    account_id uuid,                     -- of the citizen; none: no inbox
    name text NOT NULL,
    email text NOT NULL,                 -- as the applicant gave it; '': none
    language text NOT NULL CHECK (language IN ('vi', 'en')),
    version bigint NOT NULL DEFAULT 0,   -- of the newest progress
    procedure_name text NOT NULL DEFAULT '',
    unit_name text NOT NULL DEFAULT '',
    handling_unit_code text NOT NULL DEFAULT '',
    said bigint NOT NULL DEFAULT 0       -- version of what notification has said about it
);

-- Copy of identity's accounts: where to write when the dossier has no address of its own.
CREATE TABLE account (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    language text NOT NULL,
    is_active boolean NOT NULL,
    version bigint NOT NULL
);

-- One event told through one channel. queued -> sending -> sent or failed; none: it could not be told, why says the
-- reason. A row of the inbox is sent when it is there.
CREATE TABLE message (
    id uuid PRIMARY KEY,                 -- UUIDv7; the mail's Message-ID for ever
    code text NOT NULL,
    source text NOT NULL,                -- of the event
    version bigint NOT NULL,             -- of the event
    template text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'inbox')),
    state text NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'none')),
    why text NOT NULL DEFAULT '',        -- none, failed: the reason; queued again: what came of the last attempt
    language text NOT NULL,
    address text NOT NULL,               -- email
    account_id uuid,                     -- inbox
    subject text NOT NULL,
    body text NOT NULL,
    happened_at timestamptz NOT NULL,    -- the event; messages of a dossier leave in this order
    queued_at timestamptz NOT NULL,
    next_at timestamptz NOT NULL,        -- not before
    done_at timestamptz,
    read_at timestamptz,                 -- inbox
    attempts int NOT NULL DEFAULT 0,
    UNIQUE (code, source, version, template, channel)
);
CREATE INDEX message_waiting ON message (code, happened_at, id) INCLUDE (queued_at) WHERE state IN ('queued', 'sending');
CREATE INDEX message_inbox ON message (account_id, id DESC) WHERE channel = 'inbox' AND state = 'sent';
CREATE INDEX message_unread ON message (account_id) WHERE channel = 'inbox' AND state = 'sent' AND read_at IS NULL;

-- Every try to send a mail. No end: the process died meanwhile, or it is under way.
CREATE TABLE attempt (
    message_id uuid NOT NULL,
    no int NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    outcome text,                        -- delivery.h
    reply int,                           -- what the mail server said: 250, 451, 550 …; 0: nothing
    PRIMARY KEY (message_id, no)
);
