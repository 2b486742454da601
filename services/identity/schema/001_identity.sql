-- Accounts of citizens, businesses and staff. People are known by what they log in with; each such name once.
CREATE TABLE account (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('citizen', 'business', 'staff')),
    name text NOT NULL,
    id_number text,
    tax_code text,
    phone text,
    email text,
    title text,
    department text,
    language text NOT NULL DEFAULT 'vi' CHECK (language IN ('vi', 'en')),
    password_hash text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE login_name (
    name text PRIMARY KEY, -- e-mail in lower case, citizen number, tax code, or a staff login
    account_id uuid NOT NULL REFERENCES account
);
CREATE INDEX login_name_account ON login_name (account_id);

-- What an account may do where; '*' is every unit.
CREATE TABLE role_grant (
    account_id uuid NOT NULL REFERENCES account,
    role text NOT NULL CHECK (role IN ('clerk', 'officer', 'leader', 'administrator', 'auditor')),
    unit text NOT NULL,
    PRIMARY KEY (account_id, role, unit)
);

-- Long-lived sessions: the cookie is 32 random bytes, we keep their SHA-256.
CREATE TABLE session (
    token_hash bytea PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expires ON session (expires_at);

-- Units as a dated tree. A unit that changes its name or its place gets a row with other dates; none is deleted, so
-- old dossiers keep the unit of their day. The two-level tree of 2025 is this table with other dates.
CREATE TABLE unit (
    code text NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz,
    name text NOT NULL,
    level text NOT NULL CHECK (level IN ('province', 'department', 'district', 'commune')),
    parent_code text,
    gso_code text,
    address text,
    phone text,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (code, valid_from)
);
CREATE INDEX unit_parent ON unit (parent_code, code);
