-- What every service's database has: the two ends of messages, timed work, commands already answered.

-- Times cross the border between C and SQL as Unix milliseconds.
CREATE FUNCTION ms(t timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT round(date_part('epoch', t) * 1000)::bigint $$;
CREATE FUNCTION at_ms(v bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT to_timestamp(v / 1000.0::float8) $$;

-- One lane per life of a replica; an advisory lock says who owns it, so a dead replica's lane is free at once.
CREATE TABLE lane (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    opened_at timestamptz NOT NULL DEFAULT now()
);

-- One row per listener, written with the change it tells; deleted when the listener has committed.
CREATE TABLE outbox (
    destination text NOT NULL,
    lane bigint NOT NULL,
    seq bigint NOT NULL,
    packet bytea NOT NULL,
    PRIMARY KEY (destination, lane, seq)
);
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 20000);

-- Envelopes whose effect is committed. An id begins with when it was made (UUIDv7), so the oldest lie together in the key.
CREATE TABLE inbox (
    id uuid PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT now()
);

-- Envelopes that cannot succeed; a person decides.
CREATE TABLE dead_letter (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    version bigint NOT NULL,
    reason text NOT NULL,
    packet bytea NOT NULL,
    died_at timestamptz NOT NULL DEFAULT now(),
    replayed_at timestamptz
);
CREATE INDEX dead_letter_key ON dead_letter (key);

-- Durable timed work. While leased, nobody else runs it; a generation that grew meanwhile runs again. holder is the
-- database session of the process that runs it: when that has gone, the lease has too.
CREATE TABLE job (
    kind text NOT NULL,
    key text NOT NULL,
    run_at timestamptz NOT NULL,
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    holder int,
    generation bigint NOT NULL DEFAULT 1,
    tries int NOT NULL DEFAULT 0,
    last_error text,
    PRIMARY KEY (kind, key)
);
CREATE INDEX job_due ON job (kind, run_at);
CREATE INDEX job_held ON job (holder) WHERE holder IS NOT NULL;

-- Commands (POST with an Idempotency-Key) and their answers: the same key gets the same answer.
CREATE TABLE command (
    id uuid PRIMARY KEY,
    fingerprint bigint NOT NULL,
    status int NOT NULL,
    answer text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX command_made_at ON command (made_at);
