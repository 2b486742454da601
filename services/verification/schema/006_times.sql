-- How long a procedure took in fact: counted in the index alone.
CREATE INDEX case_file_took ON case_file (procedure_code, finished_at) INCLUDE (accepted_at)
    WHERE finished_at > 0 AND accepted_at > 0 AND status IN (9, 10);
