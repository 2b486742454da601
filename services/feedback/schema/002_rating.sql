-- Ratings nobody can trace. A key signs blindly (RFC 9474), one token per dossier, for one cell only: unit, field, quarter. What
-- the database alone must not tell is sealed with a key that is not in it (common/crypt.h), and nothing here has a time.

-- 20264: the fourth quarter of 2026 in Việt Nam.
CREATE FUNCTION quarter_of(t timestamptz) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (extract(year FROM t AT TIME ZONE 'Asia/Ho_Chi_Minh') * 10
                  + extract(quarter FROM t AT TIME ZONE 'Asia/Ho_Chi_Minh'))::int $$;

CREATE TABLE rating_cell (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit_code text NOT NULL,
    field_code text NOT NULL,
    quarter int NOT NULL,
    public_key bytea NOT NULL,       -- DER
    secret_key bytea NOT NULL,       -- DER, sealed
    pooled int NOT NULL DEFAULT 0,   -- ratings too few to stand alone when the quarter closed: counted for the unit or the province
    UNIQUE (quarter, unit_code, field_code)
);

-- Who shows the secret may ask for the dossier's token: the link that was mailed, or one the counter made for its tablet.
CREATE TABLE rating_link (
    secret_hash bytea PRIMARY KEY,
    code text NOT NULL,
    made_by text NOT NULL,           -- account of the clerk; '': mailed
    expires_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX rating_link_mailed ON rating_link (code) WHERE made_by = '';
CREATE INDEX rating_link_expires ON rating_link (expires_at);

-- A token was signed for the dossier: once for ever. What was signed is blinded, so it says nothing about what is shown later.
CREATE TABLE rating_grant (
    code text PRIMARY KEY,
    cell bigint NOT NULL,
    blinded_hash bytea NOT NULL
);
CREATE INDEX rating_grant_cell ON rating_grant (cell);

-- Tokens that were shown. Neither the answers nor the dossier can be found from here.
CREATE TABLE rating_spent (
    nonce_hash bytea PRIMARY KEY,
    cell bigint NOT NULL
);
CREATE INDEX rating_spent_cell ON rating_spent (cell);

-- Answers wait here, sealed, until there are ten of their cell; then they are written into `rating` together, in a random order: so
-- neither the place of a row nor its transaction says which token it came with.
CREATE TABLE rating_sealed (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    cell bigint NOT NULL,
    sealed bytea NOT NULL
);
CREATE INDEX rating_sealed_cell ON rating_sealed (cell);

-- What indexes count. field_code '': of the unit as a whole; unit_code '', too: of the province.
CREATE TABLE rating (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    unit_code text NOT NULL,
    field_code text NOT NULL,
    quarter int NOT NULL,
    is_clear smallint NOT NULL CHECK (is_clear BETWEEN 1 AND 5),     -- it was clear what to bring
    is_simple smallint NOT NULL CHECK (is_simple BETWEEN 1 AND 5),   -- how often one had to come or to ask
    is_helpful smallint NOT NULL CHECK (is_helpful BETWEEN 1 AND 5), -- how people were met
    is_in_time smallint NOT NULL CHECK (is_in_time BETWEEN 1 AND 5),
    words text NOT NULL,
    origin text NOT NULL CHECK (origin IN ('web', 'tablet', 'paper')),
    slip_no text,                    -- of a paper slip
    entered_by text,                 -- account of the clerk who typed it in
    CHECK ((origin = 'paper') = (slip_no IS NOT NULL AND entered_by IS NOT NULL))
);
CREATE INDEX rating_of ON rating (unit_code, quarter, field_code);
CREATE UNIQUE INDEX rating_slip ON rating (unit_code, quarter, slip_no) WHERE slip_no IS NOT NULL;
CREATE INDEX rating_words ON rating (unit_code, quarter, id) WHERE words <> '';
