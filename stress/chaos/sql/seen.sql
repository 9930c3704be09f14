-- The last change of every row, in one look: what a client refetches.
SELECT id::text, recorded_bytes FROM project_observation
UNION ALL
SELECT id::text, change FROM chaos_gone
