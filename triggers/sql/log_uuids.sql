-- One row of the log for at most 500 keys. One key alone is written as in a statement of one row, and so are unknown
            -- ones, which have no place among UUIDs.
            WITH written AS (
                INSERT INTO {log} (leaf, status, model, key, uuids, keys, carried)
                SELECT
                    {leaf}, {status}, {model},
                    CASE WHEN count(*) = 1 THEN replace((array_agg(key ORDER BY position))[1]::text, '-', '') END,
                    CASE WHEN count(*) > 1 AND count(key) = count(*) THEN array_agg(key ORDER BY position) END,
                    CASE
                        WHEN count(*) > 1 AND count(key) < count(*)
                        THEN string_to_array(
                            replace(array_to_string(array_agg(key ORDER BY position), ',', '?'), '-', ''), ',', '?'
                        )
                    END,
                    CASE WHEN count(*) = 1 THEN {carried} -> 0 ELSE {carried} END
                FROM (
                    {numbered}
                ) AS numbered
                WHERE {remedy} IS NOT NULL
                GROUP BY (position - 1) / {keys_at_most}
                ORDER BY (position - 1) / {keys_at_most}
                RETURNING
                    id,
                    coalesce(key, replace(uuids[1]::text, '-', ''), keys[1]) AS key,
                    CASE json_typeof(carried) WHEN 'array' THEN carried -> 0 ELSE carried END AS carried
            )
            SELECT {message_of_log_row} INTO rowcast.told_message
            FROM (SELECT key, carried FROM written ORDER BY id LIMIT 1) AS first;
