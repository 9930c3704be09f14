-- Asked after rows were read: how often unread rows were trimmed, and whether what was read is on disk.
SELECT trimmed, pg_current_wal_flush_lsn() >= %(lsn)s::pg_lsn
FROM {state}
