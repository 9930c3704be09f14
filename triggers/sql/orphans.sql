-- Functions of ours that no trigger calls any more.
SELECT schemas.nspname AS schema, functions.proname AS function
FROM pg_proc AS functions
JOIN pg_namespace AS schemas ON schemas.oid = functions.pronamespace
WHERE functions.proname LIKE 'rowcast\_%'
AND functions.prorettype = 'trigger'::regtype
AND pg_has_role(functions.proowner, 'USAGE')
AND NOT EXISTS (SELECT FROM pg_trigger WHERE pg_trigger.tgfoid = functions.oid)
ORDER BY schemas.nspname, functions.proname
