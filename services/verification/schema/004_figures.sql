-- What a leader counts, and the rows behind each number: by the unit that handles it. What is counted by procedure stands in
-- the index, so a count reads no case.
CREATE INDEX case_file_received ON case_file (handling_unit_code, filed_at, code) INCLUDE (procedure_code, procedure_version);
CREATE INDEX case_file_ended ON case_file (handling_unit_code, finished_at, code)
    INCLUDE (procedure_code, procedure_version, due_at) WHERE finished_at > 0 AND due_at > 0;
-- Whose clock runs: while papers or money are waited for it stands still.
CREATE INDEX case_file_running ON case_file (handling_unit_code, due_at, code)
    INCLUDE (procedure_code, procedure_version) WHERE finished_at = 0 AND due_at > 0 AND paused_at = 0;
