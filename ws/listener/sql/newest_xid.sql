-- The newest transaction in the log that a snapshot sees.
SELECT max(xid)::text::bigint
FROM {log}
WHERE xid < {xmax}::xid8
AND xid <> ALL ({running}::xid8[])
