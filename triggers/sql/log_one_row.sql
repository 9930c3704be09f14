-- A statement of one row writes by one statement, straight into the leaf whose turn it is, and looks for the sleeper by
    -- the same one: an expression of ours costs more than what it does, once in each transaction.
    rowcast.leaf := {leaf};
    {plain}
    IF rowcast.is_awake IS NOT TRUE THEN
        rowcast.told_message := NULL;
        IF NOT FOUND THEN
            IF EXISTS (SELECT FROM {rows} OFFSET 1) THEN
                {many}
            END IF;
        END IF;
        {ring}
    END IF;
