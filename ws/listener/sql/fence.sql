-- The transactions that have written to the log and have not ended, prepared ones too.
SELECT DISTINCT virtualtransaction
FROM pg_locks
WHERE locktype = 'relation'
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND relation = ANY (SELECT inhrelid FROM pg_inherits WHERE inhparent = %(log)s UNION ALL SELECT %(log)s)
AND mode = 'RowExclusiveLock'
AND granted
