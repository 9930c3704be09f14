-- Remembers the last changes of deleted rows.
INSERT INTO chaos_gone
SELECT id, change
FROM unnest(%(ids)s::uuid[], %(changes)s::bigint[]) AS deleted (id, change)
