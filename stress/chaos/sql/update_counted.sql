-- Changes those of these rows that are there, and records it; how many.
WITH changed AS (
    UPDATE project_observation
    SET recorded_bytes = recorded_bytes + 1
    WHERE id = ANY (%(ids)s::uuid[])
    RETURNING id, recorded_bytes AS change
)
INSERT INTO chaos_ledger
SELECT %(transaction)s, 'updated', array_agg(id), array_agg(change)
FROM changed
HAVING count(*) > 0
RETURNING cardinality(ids)
