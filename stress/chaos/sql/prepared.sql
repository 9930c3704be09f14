-- A writer's prepared transactions that were not ended.
SELECT gid
FROM pg_prepared_xacts
WHERE gid LIKE %(like)s
