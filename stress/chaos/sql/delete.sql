-- Deletes those of these rows that are there.
DELETE FROM project_observation
WHERE id = ANY (%(ids)s::uuid[])
RETURNING id::text, recorded_bytes + 1
