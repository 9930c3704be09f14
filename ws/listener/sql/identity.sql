-- Which log this is: of which cluster, in which database and encoding, on which timeline, in which format.
SELECT
    (SELECT system_identifier::text FROM pg_control_system()),
    (SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()),
    pg_is_in_recovery(),
    CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END,
    (SELECT oid::bigint FROM pg_database WHERE datname = current_database()),
    logs.oid::bigint,
    schemas.nspname,
    obj_description(logs.oid, 'pg_class'),
    ARRAY(SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = logs.oid ORDER BY 1)
FROM pg_class AS logs
JOIN pg_namespace AS schemas ON schemas.oid = logs.relnamespace
WHERE logs.oid = to_regclass('rowcast_log')
