-- Who handles denunciations: a role of its own, for nobody else learns who denounced.
ALTER TABLE role_grant DROP CONSTRAINT role_grant_role_check;
ALTER TABLE role_grant ADD CONSTRAINT role_grant_role_check
    CHECK (role IN ('clerk', 'officer', 'leader', 'administrator', 'auditor', 'inspector'));
