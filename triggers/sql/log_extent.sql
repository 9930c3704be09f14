-- How large the log is on disk, in bytes, and how many seconds ago its oldest transaction wrote. Asked by index.
SELECT
    (
        SELECT coalesce(sum(pg_total_relation_size(leaves.inhrelid)), 0)::bigint
        FROM pg_inherits AS leaves
        WHERE leaves.inhparent = {name}::regclass
    ),
    (SELECT extract(epoch FROM clock_timestamp() - at)::float FROM {log} ORDER BY xid LIMIT 1)
