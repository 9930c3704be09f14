-- Ends every session of one listener.
SELECT pid
FROM pg_stat_activity
WHERE application_name = %(name)s
AND datname = current_database()
AND pid <> pg_backend_pid()
AND pg_terminate_backend(pid)
