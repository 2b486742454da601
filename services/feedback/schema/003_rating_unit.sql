-- The balance of tokens is drawn up unit by unit.
CREATE INDEX rating_cell_unit ON rating_cell (unit_code);
