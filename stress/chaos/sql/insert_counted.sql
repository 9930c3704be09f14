-- Makes those of these rows that are gone, and records it; how many.
WITH back AS (
    DELETE FROM chaos_gone
    WHERE id = ANY (%(ids)s::uuid[])
    RETURNING id, change + 1 AS change
),
changed AS (
    INSERT INTO project_observation (id, target, start, recorded_bytes)
    SELECT id, 'chaos', now(), change FROM back
    RETURNING id, recorded_bytes AS change
)
INSERT INTO chaos_ledger
SELECT %(transaction)s, 'created', array_agg(id), array_agg(change)
FROM changed
HAVING count(*) > 0
RETURNING cardinality(ids)
