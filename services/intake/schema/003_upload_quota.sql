-- What an account holds in uploads that are not filed yet is counted; what it has dropped stays on the disk, and so counts,
-- until it is pruned.
ALTER TABLE upload ADD COLUMN is_dropped boolean NOT NULL DEFAULT false;
CREATE INDEX upload_by_owner ON upload (owner);
CREATE INDEX paper_by_content ON paper (sha256) WHERE sha256 IS NOT NULL;
