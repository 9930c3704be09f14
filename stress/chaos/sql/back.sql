-- Takes those of these rows that are gone, to make them again.
DELETE FROM chaos_gone
WHERE id = ANY (%(ids)s::uuid[])
RETURNING id::text, change + 1
