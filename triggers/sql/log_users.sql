-- Functions of ours that write to this log.
SELECT functions.oid::regprocedure::text AS function
FROM pg_proc AS functions
WHERE functions.proname LIKE 'rowcast\_%%'
AND functions.prorettype = 'trigger'::regtype
AND strpos(functions.prosrc, %(log)s) > 0
