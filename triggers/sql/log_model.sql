-- Once for each transaction: a TRUNCATE fires for every partition, and for every table that it reaches.
    INSERT INTO {log} (leaf, status, model)
    SELECT {leaf}, {status}, {model}
    WHERE NOT EXISTS (
        SELECT
        FROM {log}
        WHERE xid = pg_current_xact_id()
        AND status = {status}
        AND model = {model}
    )
    AND {remedy} IS NOT NULL;
    {ring}
