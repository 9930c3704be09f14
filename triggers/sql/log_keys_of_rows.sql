SELECT named.key
                FROM {rows} AS changed, {named}
