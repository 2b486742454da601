-- What dossiers owe. A request for payment makes one invoice; phí and lệ phí stay lines of their own.
CREATE TABLE invoice (
    code text NOT NULL,          -- of the dossier
    request_no int NOT NULL,     -- 1 on acceptance, 2 before the result
    compact text NOT NULL,       -- the code as banks leave it: letters and digits
    account_id text NOT NULL,    -- of the citizen; '' when filed at the counter for somebody without one
    payer_name text NOT NULL,
    unit_code text NOT NULL,
    unit_name text NOT NULL,
    procedure_code text NOT NULL,
    procedure_name text NOT NULL,
    lines jsonb NOT NULL,
    total_dong bigint NOT NULL CHECK (total_dong >= 0),
    status text NOT NULL CHECK (status IN ('open', 'paid', 'void', 'refunding', 'refunded')),
    pay_by timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    paid_at timestamptz,
    paid_attempt uuid,           -- none for an invoice of 0 đồng
    attempts bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (code, request_no)
);
CREATE INDEX invoice_compact ON invoice (compact);

-- Every try to pay, whatever became of it. At the gateway one at a time; one transfer is announced at a time; a bank's
-- reference counts once.
CREATE TABLE attempt (
    id uuid PRIMARY KEY,
    code text NOT NULL,
    request_no int NOT NULL,
    no bigint NOT NULL,
    method text NOT NULL CHECK (method IN ('gateway', 'transfer', 'cash')),
    state text NOT NULL CHECK (state IN ('pending', 'succeeded', 'failed', 'unknown')),
    amount_dong bigint NOT NULL CHECK (amount_dong > 0),
    txn_ref text UNIQUE,         -- gateway: vnp_TxnRef
    pay_url text,                -- gateway: where the payer goes
    is_released boolean NOT NULL DEFAULT false, -- expired, and not paid by the gateway's word
    gateway_no text NOT NULL DEFAULT '',
    bank_code text NOT NULL DEFAULT '',
    bank_ref text NOT NULL DEFAULT '',
    last_word text NOT NULL DEFAULT '', -- codes of the gateway's last word
    taken_by text NOT NULL DEFAULT '',  -- account of the clerk
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    asked_at timestamptz,        -- when the gateway last said something of it, or did not answer
    unknown_since timestamptz,
    paid_at timestamptz,
    UNIQUE (code, request_no, no)
);
CREATE UNIQUE INDEX attempt_at_gateway ON attempt (code, request_no)
    WHERE method = 'gateway' AND state IN ('pending', 'unknown') AND NOT is_released;
CREATE UNIQUE INDEX attempt_transfer ON attempt (code, request_no) WHERE method = 'transfer' AND state = 'pending';
CREATE UNIQUE INDEX attempt_bank_ref ON attempt (bank_ref) WHERE method = 'transfer' AND bank_ref <> '';
CREATE INDEX attempt_waiting ON attempt (state) WHERE state IN ('pending', 'unknown');

-- The last number of each book. It grows in the statement that settles, so numbers have no gaps.
CREATE TABLE receipt_book (
    unit text NOT NULL,
    year int NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (unit, year)
);

CREATE TABLE receipt (
    unit text NOT NULL,
    year int NOT NULL,
    no bigint NOT NULL,
    code text NOT NULL,
    request_no int NOT NULL,
    attempt_id uuid NOT NULL,
    amount_dong bigint NOT NULL,
    issued_at timestamptz NOT NULL,
    PRIMARY KEY (unit, year, no),
    UNIQUE (code, request_no)
);

-- Money on its way back: all of an attempt, once.
CREATE TABLE refund (
    id uuid PRIMARY KEY,
    attempt_id uuid NOT NULL UNIQUE,
    code text NOT NULL,
    request_no int NOT NULL,
    unit_code text NOT NULL,
    method text NOT NULL,
    amount_dong bigint NOT NULL,
    is_surplus boolean NOT NULL, -- the invoice was not open when the money came; it stays what it is
    reason text NOT NULL,
    decided_by text NOT NULL,    -- account; '' when the system decided
    state text NOT NULL CHECK (state IN ('requested', 'unknown', 'done', 'refused')),
    ref text NOT NULL DEFAULT '',         -- the gateway's or the clerk's number of it
    last_word text NOT NULL DEFAULT '',
    confirmed_by text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    done_at timestamptz
);
CREATE INDEX refund_code ON refund (code);
CREATE INDEX refund_waiting ON refund (unit_code, created_at, id) WHERE state <> 'done';
