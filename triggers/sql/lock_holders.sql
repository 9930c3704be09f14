-- Who holds a lock on this table, other than in a mode that the refused statement tolerates.
SELECT DISTINCT pid
FROM pg_locks
WHERE relation = %(oid)s
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND granted
AND pid <> pg_backend_pid()
AND mode <> ALL (%(tolerated)s::text[])
ORDER BY pid
