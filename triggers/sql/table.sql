-- The table that a name stands for on this connection's search_path, with its columns' types.
SELECT
    tables.oid AS oid,
    schemas.nspname AS schema,
    tables.relname AS name,
    tables.relkind AS kind,
    (
        SELECT json_object_agg(columns.attname, format_type(columns.atttypid, NULL))
        FROM pg_attribute AS columns
        WHERE columns.attrelid = tables.oid
        AND columns.attnum > 0
        AND NOT columns.attisdropped
    ) AS columns,
    ARRAY(
        SELECT columns.attname::text
        FROM pg_attribute AS columns
        WHERE columns.attrelid = tables.oid
        AND columns.attnum > 0
        AND NOT columns.attisdropped
        AND columns.attgenerated = ''
        AND columns.attidentity <> 'a'
        ORDER BY columns.attnum
    ) AS writable_columns
FROM pg_class AS tables
JOIN pg_namespace AS schemas ON schemas.oid = tables.relnamespace
WHERE tables.oid = to_regclass(%(name)s)
