LATERAL (
                    SELECT named.key, named.carried
                    FROM {model_table} AS changed, {named}
                    WHERE {arrives}
                    OFFSET 0
                ) AS related
