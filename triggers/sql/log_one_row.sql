-- A statement of one row writes by one statement, straight into the leaf whose turn it is.
    rowcast.told_message := NULL;
    rowcast.leaf := {leaf};
    {plain}
    IF NOT FOUND THEN
        IF EXISTS (SELECT FROM {rows} OFFSET 1) THEN
            {many}
        END IF;
    END IF;
    {ring}
