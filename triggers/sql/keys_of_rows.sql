SELECT DISTINCT changed.{start} AS key
                FROM {rows} AS changed
