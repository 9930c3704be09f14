-- The test's own tables: of each row that is gone, its last change; and what was committed, a line for each statement.
CREATE TABLE chaos_gone (
    id uuid PRIMARY KEY,
    change bigint NOT NULL
);
CREATE TABLE chaos_ledger (
    transaction bigint NOT NULL,
    status text NOT NULL,
    ids uuid[] NOT NULL,
    changes bigint[] NOT NULL
);
INSERT INTO chaos_gone
SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(number), 12, '0'))::uuid, 0
FROM generate_series(0, %(rows)s - 1) AS number
