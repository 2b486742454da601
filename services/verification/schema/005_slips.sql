-- What the counter hands over to people whose dossier it does not take in: the complete list of what is missing (form 02), the
-- refusal with its reason (form 03). They are numbered in the books of those forms.
CREATE TABLE slip (
    id uuid PRIMARY KEY,
    unit text NOT NULL,
    kind smallint NOT NULL,
    year smallint NOT NULL,
    no bigint NOT NULL,
    at bigint NOT NULL,
    procedure_code text NOT NULL,
    procedure_version int NOT NULL,
    applicant bytea NOT NULL,  -- motcua.Applicant
    applicant_name text NOT NULL,
    reason text NOT NULL,
    asked jsonb NOT NULL,
    by_account text NOT NULL,
    by_name text NOT NULL,
    by_title text NOT NULL,
    UNIQUE (unit, kind, year, no)
);
CREATE INDEX slip_latest ON slip (unit, id DESC);
