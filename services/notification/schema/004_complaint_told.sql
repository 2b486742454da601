-- Whoever sent a complaint is told what feedback says of it; few of many rows are complaints.
CREATE VIEW told_complaint AS SELECT code FROM dossier WHERE is_complaint;
CREATE INDEX dossier_complaint ON dossier (code) WHERE is_complaint;
