-- The owner is told that his dossier's rating was opened at the counter.
CREATE INDEX rating_link_counter ON rating_link (code) WHERE made_by <> '';
