-- A row that an UPDATE moves to another partition keeps its position in both transition tables, unless a
    -- BEFORE INSERT trigger there refuses it: it is gone then, and every later position is off by one.
    IF (SELECT count(*) FROM old_rows) = (SELECT count(*) FROM new_rows) THEN
        {by_position}
    ELSE
        {deleted}
        {by_key}
    END IF;
    -- A row that a MERGE moves stands in neither of them, but the partition that it left has remembered one.
    IF coalesce(current_setting({departed}, true), '') <> '' THEN
        IF NOT EXISTS (
            SELECT
            FROM (
                SELECT coalesce({moved_message}, {keyless_resync}) AS message
                FROM old_rows AS changed, {gone}
            ) AS told
            WHERE told.message = current_setting({departed}, true)
        ) THEN
            {resync}
        END IF;
    END IF;
