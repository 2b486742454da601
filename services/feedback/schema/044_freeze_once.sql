-- The facts of a unit and period are copied by one statement, once, whoever freezes at the same moment or goes on with what broke
-- off: who comes second finds the row here and the copies there, so all come to the same bytes.
CREATE TABLE frozen_copy (
    period int NOT NULL,
    unit_code text NOT NULL,         -- '': answers too few for a unit of their own; '*': the lists of units and procedures
    PRIMARY KEY (period, unit_code)
);

-- Of a unit that was copied before there was this table its declarations stand in `declared`.
CREATE TABLE frozen_declared (
    period int NOT NULL,
    unit_code text NOT NULL,
    part text NOT NULL,
    part_n bigint NOT NULL,
    whole_n bigint NOT NULL,
    by_name text NOT NULL,
    declared_at timestamptz NOT NULL,
    PRIMARY KEY (period, unit_code, part)
);
