-- A migration may have changed the key's type, or taken it away.
            rowcast.are_alike := EXISTS (
                SELECT
                FROM pg_attribute
                WHERE attrelid = TG_RELID
                AND attname = {key_column}
                AND atttypid = {key_type}::regtype
                AND attnotnull
                AND NOT attisdropped
            ) AND NOT EXISTS (SELECT FROM {rows} OFFSET {keys_of_an_array_at_most});
            IF rowcast.are_alike THEN
                {slices}
            ELSE
                {groups}
            END IF;
