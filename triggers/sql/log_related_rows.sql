-- The model's rows whose part in this table changed, each once.
    -- Until the hook has run, a migration may have taken away what is looked up: then look at all of them, it says.
    -- The attempt writes nothing, so that its subtransaction costs no transaction id.
    rowcast.told_message := NULL;
    BEGIN
        rowcast.are_uuids := pg_typeof((
            SELECT related.key
            FROM (
                {keys}
            ) AS keys, {related}
            LIMIT 0
        )) = 'uuid'::regtype;
    EXCEPTION
        WHEN undefined_table OR undefined_column OR undefined_function OR invalid_schema_name THEN
            rowcast.are_uuids := NULL;
    END;
    IF rowcast.are_uuids IS NULL THEN
        INSERT INTO {log} (leaf, status, model)
        SELECT {leaf}, {status}, {model}
        WHERE {remedy} IS NOT NULL;
    ELSE
        {arrays}
    END IF;
    {ring}
