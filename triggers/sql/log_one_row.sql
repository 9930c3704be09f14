-- A statement of one row.
    INSERT INTO {log} (leaf, status, model, key, carried)
    SELECT {leaf}, {status}, {model}, {key}, named.carried
    FROM {rows} AS changed, {named}
    WHERE NOT EXISTS (SELECT FROM {rows} OFFSET 1)
    AND {remedy} IS NOT NULL
    RETURNING key, carried INTO rowcast.told_key, rowcast.told_carried;
    IF NOT FOUND THEN
        IF EXISTS (SELECT FROM {rows} OFFSET 1) THEN
            {many}
        END IF;
    END IF;
    {ring}
