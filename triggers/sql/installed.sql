-- Our triggers in this database, or on one table, with what there is to compare about them.
SELECT
    tables.oid AS table_oid,
    schemas.nspname AS schema,
    tables.relname AS table,
    triggers.tgname AS trigger,
    triggers.tgenabled AS enabled,
    triggers.tgtype AS type,
    triggers.tgoldtable AS old_rows,
    triggers.tgnewtable AS new_rows,
    triggers.tgqual IS NULL AND triggers.tgnargs = 0 AS plain,
    function_schemas.nspname AS function_schema,
    functions.proname AS function,
    functions.prosrc AS body,
    functions.prosecdef AS security_definer,
    functions.proconfig AS config,
    has_function_privilege('public', functions.oid, 'EXECUTE') AS is_public,
    pg_table_is_visible(tables.oid)
    OR functions.pronamespace <> tables.relnamespace AND pg_function_is_visible(functions.oid) AS is_visible,
    counters.oid IS NOT NULL AS has_counter,
    CASE
        WHEN has_sequence_privilege(counters.oid, 'USAGE, SELECT')
        THEN coalesce(pg_sequence_last_value(counters.oid), 0)
    END AS untold,
    obj_description(counters.oid, 'pg_class') AS counted_since
FROM pg_trigger AS triggers
JOIN pg_class AS tables ON tables.oid = triggers.tgrelid
JOIN pg_namespace AS schemas ON schemas.oid = tables.relnamespace
JOIN pg_proc AS functions ON functions.oid = triggers.tgfoid
JOIN pg_namespace AS function_schemas ON function_schemas.oid = functions.pronamespace
LEFT JOIN pg_class AS counters
    ON counters.relnamespace = functions.pronamespace
    AND counters.relkind = 'S'
    AND counters.relname = regexp_replace(functions.proname, '^rowcast_[a-z]+_([0-9a-f]{16})_v[0-9]+$', 'rowcast_untold_\1')
WHERE NOT triggers.tgisinternal
AND triggers.tgparentid = 0
AND triggers.tgname LIKE 'rowcast\_%%'
AND functions.proname LIKE 'rowcast\_%%'
AND (%(table)s IS NULL OR tables.oid = %(table)s)
ORDER BY schemas.nspname, tables.relname, triggers.tgname
