-- What the last walk through a watched ledger has counted, by term; the term '' is the whole. See common/ledger.h.
CREATE TABLE ledger_term (
    ledger text NOT NULL,
    term text NOT NULL,
    entries bigint NOT NULL,
    amount numeric NOT NULL,
    wrong bigint NOT NULL,
    walked_at timestamptz NOT NULL,
    PRIMARY KEY (ledger, term)
);
