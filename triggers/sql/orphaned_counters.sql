-- Sequences of ours that no function of ours counts with any more.
SELECT schemas.nspname AS schema, counters.relname AS counter
FROM pg_class AS counters
JOIN pg_namespace AS schemas ON schemas.oid = counters.relnamespace
WHERE counters.relkind = 'S'
AND counters.relname LIKE 'rowcast\_untold\_%'
AND pg_has_role(counters.relowner, 'USAGE')
AND NOT EXISTS (
    SELECT
    FROM pg_proc
    WHERE pg_proc.pronamespace = counters.relnamespace
    AND pg_proc.proname LIKE 'rowcast\_%'
    AND strpos(pg_proc.prosrc, counters.relname) > 0
)
ORDER BY schemas.nspname, counters.relname
