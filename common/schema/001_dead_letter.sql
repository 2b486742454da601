-- The operator's list, newest first.
CREATE INDEX dead_letter_died_at ON dead_letter (died_at);
