IF rowcast.leaf = 0 THEN
        {leaf_0}
    ELSIF rowcast.leaf = 1 THEN
        {leaf_1}
    ELSIF rowcast.leaf = 2 THEN
        {leaf_2}
    ELSE
        {leaf_3}
    END IF;
