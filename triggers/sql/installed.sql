-- Our triggers in this database, with what there is to compare about them.
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
    pg_table_is_visible(tables.oid) AS is_visible
FROM pg_trigger AS triggers
JOIN pg_class AS tables ON tables.oid = triggers.tgrelid
JOIN pg_namespace AS schemas ON schemas.oid = tables.relnamespace
JOIN pg_proc AS functions ON functions.oid = triggers.tgfoid
JOIN pg_namespace AS function_schemas ON function_schemas.oid = functions.pronamespace
WHERE NOT triggers.tgisinternal
AND triggers.tgname LIKE 'rowcast\_%'
AND functions.proname LIKE 'rowcast\_%'
ORDER BY schemas.nspname, tables.relname, triggers.tgname
