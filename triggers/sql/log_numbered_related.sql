-- They are looked up one by one, by index: the plan of a first statement of many rows is kept for those of one.
                SELECT row_number() OVER () AS position, related.key, related.carried
                FROM (
                    {keys}
                ) AS keys,
                {related}
