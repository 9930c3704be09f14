-- The schema in which this connection makes tables, what there is in it of the change log, and the log's comment.
SELECT
    coalesce(current_schema(), 'public'),
    ARRAY(
        SELECT parts.relname::text
        FROM pg_class AS parts
        WHERE parts.relnamespace = current_schema()::regnamespace
        AND parts.relname = ANY (%(names)s)
    ),
    (
        SELECT obj_description(logs.oid, 'pg_class')
        FROM pg_class AS logs
        WHERE logs.relnamespace = current_schema()::regnamespace
        AND logs.relname = %(log)s
    )
