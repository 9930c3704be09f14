-- A migration may have changed the key's type.
            IF rowcast.are_uuids THEN
                {as_uuids}
            ELSE
                {as_keys}
            END IF;
