LATERAL (
        SELECT it.*
        FROM (SELECT {fallbacks}) AS gone, LATERAL (
            SELECT {key} AS key, {carried} AS carried, {image} AS image
            FROM (SELECT {row}.*) AS told
        ) AS it
    ) AS {name}
