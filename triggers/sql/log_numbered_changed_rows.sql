SELECT row_number() OVER (ORDER BY position) AS position, key, carried
                FROM (
                {changed_rows}
                ) AS told
