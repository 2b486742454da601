-- The peer's database. The same columns and indexes of dossier as intake's; one outbox row a dossier, because the relay
-- fans out.
CREATE SEQUENCE dossier_block;  -- processes take blocks of numbers

CREATE TABLE dossier (
    code text PRIMARY KEY,
    procedure_code text NOT NULL,
    procedure_version int NOT NULL,
    unit_code text NOT NULL,
    channel smallint NOT NULL,
    account_id uuid,
    received_by text,
    applicant jsonb NOT NULL,
    answers jsonb NOT NULL,
    summary text NOT NULL,
    language text NOT NULL,
    result_by_post boolean NOT NULL,
    national_code text UNIQUE,
    filed_at timestamptz NOT NULL,
    lookup_key bytea NOT NULL,
    content_hash bytea NOT NULL,
    phone_tail text NOT NULL,
    said bigint NOT NULL DEFAULT 1,
    status smallint NOT NULL,
    version bigint NOT NULL DEFAULT 0,
    state jsonb,
    paid_dong bigint NOT NULL DEFAULT 0
);
CREATE INDEX dossier_account ON dossier (account_id, filed_at DESC, code DESC) WHERE account_id IS NOT NULL;

CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    type text NOT NULL,
    payload jsonb NOT NULL
);
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 20000);

CREATE TABLE command (
    id text PRIMARY KEY,
    status int NOT NULL,
    answer text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX command_made_at ON command (made_at);

-- What each worker knows: events it has seen, and the effect of each.
DO $$
DECLARE
    service text;
BEGIN
    FOREACH service IN ARRAY ARRAY['verification', 'notification', 'status-sync'] LOOP
        EXECUTE format('CREATE SCHEMA %I', service);
        EXECUTE format('CREATE TABLE %I.inbox (id text PRIMARY KEY, received_at timestamptz NOT NULL DEFAULT now())', service);
        EXECUTE format('CREATE INDEX ON %I.inbox (received_at)', service);
        EXECUTE format('CREATE TABLE %I.effect (code text PRIMARY KEY, unit_code text NOT NULL, event jsonb NOT NULL)', service);
    END LOOP;
END $$;
