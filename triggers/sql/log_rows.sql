-- Every row of an INSERT or a DELETE, in the order in which it was written.
                SELECT row_number() OVER () AS position, named.key, named.carried
                FROM {rows} AS changed, {named}
