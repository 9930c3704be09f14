-- Changes those of these rows that are there, and records it; how many.
WITH changed AS (
    UPDATE project_reservation
    SET project_id = chaos_project(chaos_number(project_id) + 1)
    WHERE id = ANY (%(ids)s::uuid[])
    RETURNING id, chaos_number(project_id) AS change
)
INSERT INTO chaos_ledger
SELECT %(transaction)s, 'updated', array_agg(id), array_agg(change)
FROM changed
HAVING count(*) > 0
RETURNING cardinality(ids)
