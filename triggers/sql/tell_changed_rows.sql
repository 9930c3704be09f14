-- Every row whose image an UPDATE changed, in the order in which it was written.
    -- The two transition tables hold a row's images at the same position, so a changed key needs no
    -- join by key. Images are compared (*=), which columns without an equality survive; a pair that
    -- does not match is told as changed, so that a doubt is a message too many, never one too few.
    PERFORM pg_notify({channel}, {guarded_message})
    FROM (
        SELECT after.message
        FROM (
            SELECT row_number() OVER () AS position, {image} AS image, {message} AS message
            FROM new_rows AS changed, {gone}
        ) AS after
        LEFT JOIN (
            SELECT row_number() OVER () AS position, {image} AS image
            FROM old_rows AS changed, {formerly_gone}
        ) AS before USING (position)
        WHERE (before.image *= after.image) IS NOT TRUE
        ORDER BY position
    ) AS messages
    WHERE {remedy} IS NOT NULL;
