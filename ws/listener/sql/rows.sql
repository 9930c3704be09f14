-- The log's rows that this snapshot sees and the base did not, in the order of their ids, after a row that tells
-- the snapshot, a position behind all that it sees, whether that is on disk, and how often unread rows were trimmed.
-- Two scans by index: of the transactions that ran at the base's moment, and of those that came after it.
SELECT
    0::bigint AS id,
    trimmed::bigint AS xid,
    pg_current_snapshot()::text AS status,
    pg_current_wal_insert_lsn()::text AS model,
    (pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn())::text AS key,
    NULL AS uuids,
    NULL::text[] AS keys,
    NULL AS carried,
    (now() AT TIME ZONE 'UTC')::text AS at
FROM {state}
UNION ALL
(
    SELECT id, xid::text::bigint, status, model, key, uuids::text, keys, carried::text, (at AT TIME ZONE 'UTC')::text
    FROM (
        SELECT * FROM {log} WHERE xid = ANY ({running})
        UNION ALL
        SELECT * FROM {log} WHERE xid >= {xmax}
    ) AS unread
    ORDER BY id
    LIMIT {limit}
)
