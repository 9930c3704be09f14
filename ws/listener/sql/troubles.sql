-- What will hurt: how full PostgreSQL's queue of notifications is, and who has been in a transaction for longest.
SELECT
    pg_notification_queue_usage(),
    (
        SELECT json_build_array(pid, coalesce(application_name, ''), extract(epoch FROM now() - xact_start))
        FROM pg_stat_activity
        WHERE datname = current_database()
        AND xact_start IS NOT NULL
        AND backend_type = 'client backend'
        AND pid <> pg_backend_pid()
        ORDER BY xact_start
        LIMIT 1
    )::text
