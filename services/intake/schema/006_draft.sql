-- What people are writing, as their browsers keep it too: one for each account and procedure, gone draft_days after the last word.
CREATE TABLE draft (
    account_id uuid NOT NULL,
    procedure_code text NOT NULL,
    written_at timestamptz NOT NULL,  -- by the browser's clock: the last one written stays
    saved_at timestamptz NOT NULL DEFAULT now(),
    content text NOT NULL,
    PRIMARY KEY (account_id, procedure_code)
);
CREATE INDEX draft_by_age ON draft (saved_at);
