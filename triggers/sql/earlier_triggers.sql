-- Other people's triggers on these tables that fire after rows were written and before ours: those for each row, and those
-- for each statement whose name comes first (manual, "Overview of Trigger Behavior"). A deferred one fires after ours.
-- tgtype: 1 for each row, 2 before, 64 instead; 4 INSERT, 8 DELETE, 16 UPDATE (source: pg_trigger.h).
SELECT
    tables.oid AS table_oid,
    schemas.nspname || '.' || tables.relname AS table,
    triggers.tgname AS trigger,
    functions.oid::regproc::text AS function,
    functions.prosrc AS source
FROM pg_trigger AS triggers
JOIN pg_class AS tables ON tables.oid = triggers.tgrelid
JOIN pg_namespace AS schemas ON schemas.oid = tables.relnamespace
JOIN pg_proc AS functions ON functions.oid = triggers.tgfoid
WHERE tables.oid = ANY (%(tables)s)
AND NOT triggers.tgisinternal
AND triggers.tgparentid = 0
AND triggers.tgenabled <> 'D'
AND NOT triggers.tginitdeferred
AND triggers.tgtype & (2 | 64) = 0
AND triggers.tgtype & (4 | 8 | 16) <> 0
AND (triggers.tgtype & 1 <> 0 OR triggers.tgname < 'rowcast_')
AND NOT (triggers.tgname LIKE 'rowcast\_%%' AND functions.proname LIKE 'rowcast\_%%')
ORDER BY schemas.nspname, tables.relname, triggers.tgname
