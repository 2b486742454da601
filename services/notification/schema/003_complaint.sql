-- People are told about complaints, too: whom, and in which language. What is compared with other services is about dossiers only.
ALTER TABLE dossier ADD COLUMN is_complaint boolean NOT NULL DEFAULT false;
CREATE VIEW filed_dossier AS SELECT code FROM dossier WHERE NOT is_complaint;
