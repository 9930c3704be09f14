-- Every row whose image an UPDATE changed, in the order in which it was written.
                -- The two transition tables hold a row's images at the same position, so a changed key needs no join by
                -- key. A pair that does not match counts as changed, so that a doubt is a message too many, never one
                -- too few. The join is FULL because the plan made for few rows is kept for many: it is never a loop.
                SELECT position, after.key, after.carried
                FROM (
                    SELECT row_number() OVER () AS position, named.*
                    FROM new_rows AS changed, {named}
                ) AS after
                FULL JOIN (
                    SELECT row_number() OVER () AS position, before.image
                    FROM old_rows AS former, {before}
                ) AS before USING (position)
                WHERE (before.image *= after.image) IS NOT TRUE
