
#variable_conflict use_column
-- Every row of an INSERT or a DELETE, in the order in which it was written.
BEGIN
    PERFORM pg_notify({channel}, {guarded_message})
    FROM (
        SELECT {message} AS message
        FROM {rows} AS changed, {gone}
    ) AS messages;
    RETURN NULL;
END
