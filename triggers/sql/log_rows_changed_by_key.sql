-- A key that was changed is told under both.
                SELECT row_number() OVER (ORDER BY position) AS position, after.key, after.carried
                FROM (
                    SELECT row_number() OVER () AS position, named.*
                    FROM new_rows AS changed, {named}
                ) AS after
                WHERE NOT EXISTS (
                    SELECT
                    FROM old_rows AS former, {before}
                    WHERE before.key::text = after.key::text
                    AND before.image *= after.image
                )
