-- The search for duplicates ends after a page however many running dossiers an applicant has, and knows no others.
CREATE INDEX case_file_alike ON case_file (applicant_number, procedure_code, code)
    WHERE applicant_number <> '' AND status NOT IN (3, 8, 10);
DROP INDEX case_file_number;
