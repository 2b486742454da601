-- Who leads a unit, told by what only leaders do: a new appointment (21), the result of a dossier that was worked (18 from 4).
CREATE INDEX move_leader ON move (unit_code, official_id) WHERE (transition = 21 OR transition = 18 AND status_before = 4)
    AND official_id <> '';
