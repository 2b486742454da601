-- What sort of failure it was (err_name), to tell causes apart; and those that wait for a person, in order of their id.
ALTER TABLE dead_letter ADD COLUMN code text NOT NULL DEFAULT '';
CREATE INDEX dead_letter_waiting ON dead_letter (id) WHERE replayed_at IS NULL;
