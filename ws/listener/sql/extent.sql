-- What is in the log of that which a snapshot sees and the base did not: how many rows, and the newest transaction.
SELECT count(*), max(xid)::text::bigint
FROM (
    SELECT xid FROM {log} WHERE xid = ANY ({running}::xid8[])
    UNION ALL
    SELECT xid FROM {log} WHERE xid >= {xmax}::xid8
) AS unread
WHERE xid < {seen_xmax}::xid8
AND xid <> ALL ({seen_running}::xid8[])
