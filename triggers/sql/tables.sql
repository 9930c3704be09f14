-- The table that a name stands for on this connection's search_path, then its partitions at every level.
-- Nothing is asked that would wait for whoever holds one of them in ACCESS EXCLUSIVE mode.
WITH RECURSIVE tree AS (
    SELECT to_regclass(%(name)s)::oid AS oid, 0 AS level
    UNION ALL
    SELECT pg_inherits.inhrelid, tree.level + 1
    FROM tree
    JOIN pg_inherits ON pg_inherits.inhparent = tree.oid
    JOIN pg_class AS partitions ON partitions.oid = pg_inherits.inhrelid
    WHERE partitions.relispartition
    AND NOT pg_inherits.inhdetachpending
)
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
    ) AS writable_columns,
    coalesce(root_schemas.nspname, '') AS root_schema,
    coalesce(roots.relname, '') AS root
FROM tree
JOIN pg_class AS tables ON tables.oid = tree.oid
JOIN pg_namespace AS schemas ON schemas.oid = tables.relnamespace
LEFT JOIN pg_class AS roots ON tables.relispartition AND roots.oid = pg_partition_root(tables.oid)
LEFT JOIN pg_namespace AS root_schemas ON root_schemas.oid = roots.relnamespace
ORDER BY tree.level, tables.oid
