-- The version of the dossier on which its applicant last asked to withdraw; none: never.
ALTER TABLE dossier ADD COLUMN withdrawal_on bigint;
