-- The model's rows whose part in this table changed, each once.
    -- They are looked up one by one, by index: the plan of a first statement of many rows is kept for those of one.
    -- Until the hook has run, a migration may have taken away what is looked up: look at all of them, it says then.
    BEGIN
        PERFORM pg_notify({channel}, {guarded_message})
        FROM (
            SELECT unnest(ARRAY(
                SELECT {message}
                FROM {model_table} AS changed, {gone}
                WHERE {arrives}
            )) AS message
            FROM (
                {keys}
            ) AS keys
        ) AS messages
        WHERE {remedy} IS NOT NULL;
    EXCEPTION
        WHEN undefined_table OR undefined_column OR undefined_function OR invalid_schema_name THEN
            PERFORM pg_notify({channel}, {keyless_message}), {remedy};
    END;
