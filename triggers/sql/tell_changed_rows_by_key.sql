-- Keys are compared as messages, which name them; a key that was changed is told under both.
        PERFORM pg_notify({channel}, {guarded_message})
        FROM (
            WITH after AS (
                SELECT row_number() OVER () AS position, {image} AS image, {message} AS message
                FROM new_rows AS changed, {gone}
            ), before AS (
                SELECT {image} AS image, {message} AS message, {message_of_deletion} AS deletion
                FROM old_rows AS changed, {formerly_gone}
            )
            SELECT after.position, after.message
            FROM after
            WHERE NOT EXISTS (SELECT FROM before WHERE before.message = after.message AND before.image *= after.image)
            UNION ALL
            SELECT 0, before.deletion
            FROM before
            WHERE NOT EXISTS (SELECT FROM after WHERE after.message = before.message)
            ORDER BY position
        ) AS messages
        WHERE {remedy} IS NOT NULL;
