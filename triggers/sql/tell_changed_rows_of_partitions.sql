-- A row that an UPDATE moves to another partition keeps its position in both transition tables, unless a
    -- BEFORE INSERT trigger there refuses it: it is gone then, and every later position is off by one.
    IF (SELECT count(*) FROM old_rows) = (SELECT count(*) FROM new_rows) THEN
        {by_position}
    ELSE
        {by_key}
    END IF;
