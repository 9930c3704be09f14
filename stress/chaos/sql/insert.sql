-- Makes rows again, of which it is known that they are gone.
INSERT INTO project_observation (id, target, start, recorded_bytes)
SELECT id, 'chaos', now(), change
FROM unnest(%(ids)s::uuid[], %(changes)s::bigint[]) AS back (id, change)
RETURNING id::text, recorded_bytes
