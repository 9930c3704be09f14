-- Every row of which there was an image, and is none any more.
                SELECT row_number() OVER () AS position, gone_row.key, gone_row.carried
                FROM (
                    SELECT named.*
                    FROM old_rows AS changed, {named}
                ) AS gone_row
                WHERE NOT EXISTS (
                    SELECT
                    FROM new_rows AS changed, {named}
                    WHERE named.key::text = gone_row.key::text
                )
