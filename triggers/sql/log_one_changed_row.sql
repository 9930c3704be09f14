-- A statement of one row, if it changed the row's image. Images are compared (*=), which columns without an equality
    -- survive.
    INSERT INTO {log} (leaf, status, model, key, carried)
    SELECT {leaf}, {status}, {model}, {key}, named.carried
    FROM new_rows AS changed, {named}, old_rows AS former, {before}
    WHERE NOT EXISTS (SELECT FROM new_rows OFFSET 1)
    AND (before.image *= named.image) IS NOT TRUE
    AND {remedy} IS NOT NULL
    RETURNING key, carried INTO rowcast.told_key, rowcast.told_carried;
    IF NOT FOUND THEN
        IF EXISTS (SELECT FROM new_rows OFFSET 1) THEN
            {many}
        END IF;
    END IF;
    {ring}
