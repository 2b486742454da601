-- What applicants say of the service when their dossier has ended: four things the office can change, 1 to 5, once. Kept here until
-- feedback exists; no service shows who said it.
CREATE TABLE rating (
    code text PRIMARY KEY,
    status smallint NOT NULL,
    is_clear smallint NOT NULL,   -- it was clear what to bring
    is_simple smallint NOT NULL,  -- how often one had to come or to ask
    is_helpful smallint NOT NULL, -- how people were met
    is_in_time smallint NOT NULL,
    words text NOT NULL,
    rated_at timestamptz NOT NULL
);
