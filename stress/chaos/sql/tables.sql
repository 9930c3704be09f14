-- The test's own tables: of each row that is gone, its last change; and what was committed, a line for each statement.
-- A row's project, which its message tells, says its version; there are no such projects, so none is asked for.
DO $$
BEGIN
    EXECUTE (
        SELECT 'ALTER TABLE project_reservation DROP CONSTRAINT ' || quote_ident(conname)
        FROM pg_constraint
        WHERE conrelid = 'project_reservation'::regclass
        AND contype = 'f'
    );
END $$;
CREATE FUNCTION chaos_project(number bigint) RETURNS uuid
    IMMUTABLE
    RETURN ('00000000-0000-4000-9000-' || lpad(to_hex(number), 12, '0'))::uuid;
CREATE FUNCTION chaos_number(project uuid) RETURNS bigint
    IMMUTABLE
    RETURN ('x' || right(project::text, 12))::bit(48)::bigint;
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
