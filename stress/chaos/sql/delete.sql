-- Deletes those of these rows that are there.
DELETE FROM project_reservation
WHERE id = ANY (%(ids)s::uuid[])
RETURNING id::text, chaos_number(project_id) + 1
