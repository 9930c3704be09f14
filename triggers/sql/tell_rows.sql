-- Every row of an INSERT or a DELETE, in the order in which it was written.
    PERFORM pg_notify({channel}, {guarded_message})
    FROM (
        SELECT {message} AS message
        FROM {rows} AS changed, {gone}
    ) AS messages
    WHERE {remedy} IS NOT NULL;
