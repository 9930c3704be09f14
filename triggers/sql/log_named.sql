LATERAL (
        SELECT it.*
        FROM (SELECT {nulls}) AS gone, LATERAL (
            SELECT {key} AS key, {carried} AS carried, ROW(told.*) AS image
            FROM (SELECT {row}.*) AS told
        ) AS it
    ) AS {name}
