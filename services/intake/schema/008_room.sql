-- A dossier grows to about twice what it was filed with: its public state comes with every move. Room for that on its own page keeps
-- moves there, without entries in indexes (HOT), and keeps filings out of the gaps between older dossiers, where each of them cost the
-- whole page in the WAL (measured at a million: tests/bench/notes-growth.md).
ALTER TABLE dossier SET (fillfactor = 45);
