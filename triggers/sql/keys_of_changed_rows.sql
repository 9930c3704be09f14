SELECT DISTINCT unnest(ARRAY[before.key, after.key]) AS key
                FROM (
                    SELECT row_number() OVER () AS position, {image} AS image, changed.{start} AS key
                    FROM new_rows AS changed
                ) AS after
                FULL JOIN (
                    SELECT row_number() OVER () AS position, {image} AS image, changed.{start} AS key
                    FROM old_rows AS changed
                ) AS before USING (position)
                WHERE (before.image *= after.image) IS NOT TRUE
