rowcast.are_uuids := pg_typeof((SELECT named.key FROM {rows} AS changed, {named} LIMIT 0)) = 'uuid'::regtype;
            {arrays}
