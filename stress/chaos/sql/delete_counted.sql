-- Deletes those of these rows that are there, remembers their last changes, and records it; how many.
WITH changed AS (
    DELETE FROM project_reservation
    WHERE id = ANY (%(ids)s::uuid[])
    RETURNING id, chaos_number(project_id) + 1 AS change
),
gone AS (
    INSERT INTO chaos_gone
    SELECT id, change FROM changed
)
INSERT INTO chaos_ledger
SELECT %(transaction)s, 'deleted', array_agg(id), array_agg(change)
FROM changed
HAVING count(*) > 0
RETURNING cardinality(ids)
