-- Makes those of these rows that are gone, and records it; how many.
WITH back AS (
    DELETE FROM chaos_gone
    WHERE id = ANY (%(ids)s::uuid[])
    RETURNING id, change + 1 AS change
),
changed AS (
    INSERT INTO project_reservation (id, purpose, start, project_id)
    SELECT id, 'chaos', now(), chaos_project(change) FROM back
    RETURNING id, chaos_number(project_id) AS change
)
INSERT INTO chaos_ledger
SELECT %(transaction)s, 'created', array_agg(id), array_agg(change)
FROM changed
HAVING count(*) > 0
RETURNING cardinality(ids)
