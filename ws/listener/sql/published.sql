-- Which of these transactions' rows are in the log.
SELECT id, xid::text::bigint, (at AT TIME ZONE 'UTC')::text
FROM {log}
WHERE xid = ANY (%(xids)s::text[]::xid8[])
