-- Keys of one length are cut out of one array at once, of which a million takes some 50 MB.
            WITH written AS (
                INSERT INTO {log} (leaf, status, model, {column})
                SELECT {leaf}, {status}, {model}, every.keys[start : start + {keys_at_most} - 1]::{type}
                FROM (SELECT ARRAY(
                {ordered_keys}
                ) AS keys OFFSET 0) AS every, generate_series(1, cardinality(every.keys), {keys_at_most}) AS start
                WHERE {remedy} IS NOT NULL
                ORDER BY start
                RETURNING id, coalesce(keys[1], replace(uuids[1]::text, '-', '')) AS key, NULL::json AS carried
            )
            SELECT {message_of_log_row} INTO rowcast.told_message
            FROM (SELECT key, carried FROM written ORDER BY id LIMIT 1) AS first;
