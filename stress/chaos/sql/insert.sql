-- Makes rows again, of which it is known that they are gone.
INSERT INTO project_reservation (id, purpose, start, project_id)
SELECT id, 'chaos', now(), chaos_project(change)
FROM unnest(%(ids)s::uuid[], %(changes)s::bigint[]) AS back (id, change)
RETURNING id::text, chaos_number(project_id)
