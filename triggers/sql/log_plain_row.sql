INSERT INTO {table} (leaf, status, model, key, carried)
        SELECT {number}, {status}, {model}, {key}, named.carried
        FROM {rows} AS changed, {named}
        WHERE NOT EXISTS (SELECT FROM {rows} OFFSET 1)
        AND {remedy} IS NOT NULL
        RETURNING {is_awake} INTO rowcast.is_awake;
