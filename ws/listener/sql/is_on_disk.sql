-- Whether everything before a position is on disk.
SELECT pg_current_wal_flush_lsn() >= %(lsn)s::pg_lsn
