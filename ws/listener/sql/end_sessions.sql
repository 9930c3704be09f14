-- Ends every session of one listener, found before it is ended: as a condition beside others, ending was tried on all.
WITH siblings AS MATERIALIZED (
    SELECT pid
    FROM pg_stat_activity
    WHERE application_name = %(name)s
    AND datname = current_database()
    AND pid <> pg_backend_pid()
)
SELECT pid
FROM siblings
WHERE pg_terminate_backend(pid)
