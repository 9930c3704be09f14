-- The rest of a window: what its base did not see and its upper end did, after a row's id.
DECLARE rowcast_window NO SCROLL CURSOR FOR
SELECT id, xid::text::bigint, status, model, key, uuids::text, keys, carried::text, (at AT TIME ZONE 'UTC')::text
FROM (
    SELECT * FROM {log} WHERE xid = ANY ({running}::xid8[])
    UNION ALL
    SELECT * FROM {log} WHERE xid >= {xmax}::xid8
) AS unread
WHERE xid < {upper_xmax}::xid8
AND xid <> ALL ({upper_running}::xid8[])
AND id > {last_id}
ORDER BY id
