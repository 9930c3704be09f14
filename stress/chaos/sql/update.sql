-- Changes those of these rows that are there.
UPDATE project_reservation
SET project_id = chaos_project(chaos_number(project_id) + 1)
WHERE id = ANY (%(ids)s::uuid[])
RETURNING id::text, chaos_number(project_id)
