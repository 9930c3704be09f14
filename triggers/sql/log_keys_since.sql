-- The changes in the log from a number on that this transaction sees, a line for each key, as messages write it.
SELECT logged.status, logged.model, keys.key
FROM {log} AS logged,
LATERAL unnest(
    CASE
        WHEN logged.uuids IS NOT NULL
        THEN string_to_array(replace(array_to_string(logged.uuids, ','), '-', ''), ',')
        ELSE coalesce(logged.keys, ARRAY[logged.key])
    END
) WITH ORDINALITY AS keys (key, position)
WHERE logged.id > {last}
ORDER BY logged.id, keys.position
