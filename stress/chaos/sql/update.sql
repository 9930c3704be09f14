-- Changes those of these rows that are there.
UPDATE project_observation
SET recorded_bytes = recorded_bytes + 1
WHERE id = ANY (%(ids)s::uuid[])
RETURNING id::text, recorded_bytes
