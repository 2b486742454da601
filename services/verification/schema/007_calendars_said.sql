-- Working time as it was told last: its version, and what tells whether it has changed since.
CREATE TABLE calendars_said (
    is_all boolean PRIMARY KEY DEFAULT true CHECK (is_all), -- one row
    version bigint NOT NULL,
    digest bytea NOT NULL
);
