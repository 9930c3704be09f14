-- Images are compared (*=), which columns without an equality survive.
        INSERT INTO {table} (leaf, status, model, key, carried)
        SELECT {number}, {status}, {model}, {key}, named.carried
        FROM new_rows AS changed, {named}
        WHERE NOT EXISTS (SELECT FROM new_rows OFFSET 1)
        AND ({former_image} *= {image}) IS NOT TRUE
        AND {remedy} IS NOT NULL
        RETURNING {is_awake} INTO rowcast.is_awake;
