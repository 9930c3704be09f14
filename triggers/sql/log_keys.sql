-- One row of the log for at most 500 keys; one key alone is written as in a statement of one row.
            WITH written AS (
                INSERT INTO {log} (leaf, status, model, key, keys, carried)
                SELECT
                    {leaf}, {status}, {model},
                    CASE WHEN count(*) = 1 THEN min(key::text) END,
                    CASE WHEN count(*) > 1 THEN array_agg(key::text ORDER BY position) END,
                    CASE WHEN count(*) = 1 THEN {carried} -> 0 ELSE {carried} END
                FROM (
                    {numbered}
                ) AS numbered
                WHERE {remedy} IS NOT NULL
                GROUP BY (position - 1) / {keys_at_most}
                ORDER BY (position - 1) / {keys_at_most}
                RETURNING
                    id,
                    coalesce(key, keys[1]) AS key,
                    CASE json_typeof(carried) WHEN 'array' THEN carried -> 0 ELSE carried END AS carried
            )
            SELECT {message_of_log_row} INTO rowcast.told_message
            FROM (SELECT key, carried FROM written ORDER BY id LIMIT 1) AS first;
