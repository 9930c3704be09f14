-- Who holds an advisory lock of ours (manual, "pg_locks": a bigint key stands in two halves).
SELECT holders.pid, coalesce(sessions.application_name, '')
FROM pg_locks AS holders
LEFT JOIN pg_stat_activity AS sessions ON sessions.pid = holders.pid
WHERE holders.locktype = 'advisory'
AND holders.database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND holders.classid = (%(key)s::bigint >> 32)::oid
AND holders.objid = (%(key)s::bigint & 4294967295)::oid
AND holders.objsubid = 1
AND holders.granted
AND holders.pid IS NOT NULL
