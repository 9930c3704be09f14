-- Whether this session holds an advisory lock of ours.
SELECT EXISTS (
    SELECT
    FROM pg_locks
    WHERE locktype = 'advisory'
    AND pid = pg_backend_pid()
    AND classid = (%(key)s::bigint >> 32)::oid
    AND objid = (%(key)s::bigint & 4294967295)::oid
    AND objsubid = 1
    AND granted
)
