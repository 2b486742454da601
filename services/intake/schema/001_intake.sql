CREATE EXTENSION IF NOT EXISTS pg_trgm;
-- How alike words must be to count as a typing error of each other.
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET pg_trgm.word_similarity_threshold = 0.4', current_database());
END $$;

-- Copy of identity's units, fed by UnitChanged.
CREATE TABLE unit (
    code text NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz,
    name text NOT NULL,
    level text NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (code, valid_from)
);

-- Every version of every procedure; what was in force on a day can always be said.
CREATE TABLE procedure_version (
    code text NOT NULL,
    version int NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz,
    digest bytea NOT NULL,
    definition jsonb NOT NULL,
    PRIMARY KEY (code, version)
);

-- The version in force, as people look for it.
CREATE TABLE procedure (
    code text PRIMARY KEY,
    version int NOT NULL,
    name text NOT NULL,
    search_key text NOT NULL,  -- without marks
    marked_key text NOT NULL,  -- with marks, tones where the new placement puts them
    field_code text NOT NULL,
    field text NOT NULL,
    levels text[] NOT NULL,
    online_level text NOT NULL,
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple', search_key)) STORED
);
CREATE INDEX procedure_words ON procedure USING gin (words);
CREATE INDEX procedure_trigrams ON procedure USING gin (search_key gin_trgm_ops);
CREATE INDEX procedure_name ON procedure (search_key, code);

-- Numbers of the day, per unit; replicas take blocks of them.
CREATE TABLE code_counter (
    unit text NOT NULL,
    day date NOT NULL,
    next bigint NOT NULL,
    PRIMARY KEY (unit, day)
);

CREATE TABLE dossier (
    code text PRIMARY KEY,
    procedure_code text NOT NULL,
    procedure_version int NOT NULL,
    unit_code text NOT NULL,
    channel smallint NOT NULL,
    account_id uuid,             -- of the citizen; none when filed at the counter for somebody without one
    received_by text,            -- counter and post: account of the clerk
    applicant jsonb NOT NULL,
    answers jsonb NOT NULL,
    summary text NOT NULL,
    language text NOT NULL,
    result_by_post boolean NOT NULL,
    national_code text UNIQUE,
    filed_at timestamptz NOT NULL,
    lookup_key bytea NOT NULL,   -- random; in the receipt's QR
    content_hash bytea NOT NULL, -- over what was filed; in the receipt
    phone_tail text NOT NULL,    -- last four digits, for the public look-up
    said bigint NOT NULL DEFAULT 1,    -- version of what intake has said about it
    status smallint NOT NULL,
    version bigint NOT NULL DEFAULT 0, -- of the last progress known
    state jsonb,                       -- the public state as of that version
    paid_dong bigint NOT NULL DEFAULT 0
);
CREATE INDEX dossier_account ON dossier (account_id, filed_at DESC, code DESC) WHERE account_id IS NOT NULL;

CREATE TABLE paper (
    code text NOT NULL,
    seq int NOT NULL,
    batch bigint NOT NULL,       -- the said-version it came with: 1 filing, later supplements
    component_code text NOT NULL,
    name text NOT NULL,
    file_name text NOT NULL,
    sha256 bytea,
    size_bytes bigint NOT NULL,
    media_type text NOT NULL,
    originals int NOT NULL,
    copies int NOT NULL,
    PRIMARY KEY (code, seq)
);

-- What the citizen sees, move by move.
CREATE TABLE progress (
    code text NOT NULL,
    version bigint NOT NULL,
    at timestamptz NOT NULL,
    state jsonb NOT NULL,
    PRIMARY KEY (code, version)
);

CREATE TABLE payment (
    code text NOT NULL,
    request_no int NOT NULL,
    amount_dong bigint NOT NULL,
    method smallint NOT NULL,
    receipt_no text NOT NULL,
    settled_at timestamptz NOT NULL,
    PRIMARY KEY (code, request_no)
);

-- Files on their way in (tus 1.0.0), and who owns them.
CREATE TABLE upload (
    id uuid PRIMARY KEY,
    owner text NOT NULL,         -- account id
    file_name text NOT NULL,
    length bigint NOT NULL,
    sha256 bytea,                -- set when complete
    media_type text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX upload_by_age ON upload (created_at);
