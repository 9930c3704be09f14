-- Which of these transactions' rows are in the log.
SELECT id, xid::text::bigint, at::text
FROM {log}
WHERE xid = ANY (%(xids)s::text[]::xid8[])
