-- Moves that policy tells nobody of: heard all the same, so that every move of a dossier is either told or here.
CREATE TABLE untold (
    code text NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (code, version)
);
-- Those of before: every version up to the newest that no message was made of.
INSERT INTO untold (code, version) SELECT d.code, v FROM dossier d, generate_series(1, d.version) v
    WHERE NOT EXISTS (SELECT FROM message m WHERE m.code = d.code AND m.source = 'verification' AND m.version = v);
