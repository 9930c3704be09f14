-- The newest rows of the log, the newest last; of many keys the first and the last one. Not the listener's own.
SELECT
    newest.id,
    newest.at,
    newest.xid::text,
    newest.status,
    newest.model,
    coalesce(cardinality(newest.uuids), cardinality(newest.keys), 1) AS count,
    coalesce(newest.key, replace(newest.uuids[1]::text, '-', ''), newest.keys[1]) AS first,
    coalesce(
        newest.key,
        replace(newest.uuids[cardinality(newest.uuids)]::text, '-', ''),
        newest.keys[cardinality(newest.keys)]
    ) AS last,
    newest.carried::text
FROM (
    SELECT *
    FROM {log}
    WHERE model <> {canary}
    ORDER BY id DESC
    LIMIT {limit}
) AS newest
ORDER BY newest.id
