-- The last change of every row, in one look: what a client refetches.
SELECT id::text, chaos_number(project_id) FROM project_reservation
UNION ALL
SELECT id::text, change FROM chaos_gone
