-- With a link somebody who has forgotten the password sets another one: made by a clerk who has seen the card, good once.
-- Rows stay: who made a link into whose account is asked for later.
CREATE TABLE password_link (
    secret_hash bytea PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    made_by uuid NOT NULL REFERENCES account,
    made_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX password_link_account ON password_link (account_id);
