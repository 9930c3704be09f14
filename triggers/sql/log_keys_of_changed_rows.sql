SELECT key
                FROM (
                {changed_rows}
                ) AS told
                ORDER BY position
