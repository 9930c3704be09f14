-- The schemas with anything of a change log of ours.
SELECT DISTINCT schemas.nspname AS schema
FROM pg_class AS parts
JOIN pg_namespace AS schemas ON schemas.oid = parts.relnamespace
WHERE parts.relname = ANY (%(names)s)
AND pg_has_role(parts.relowner, 'USAGE')
ORDER BY schemas.nspname
