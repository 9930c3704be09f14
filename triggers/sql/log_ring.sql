-- The doorbell: a listener that sleeps holds the lock. Try and give-back are one expression, which no cancel parts.
    IF FOUND
        AND NOT ({is_awake})
        AND current_setting({ring_setting}, true) IS DISTINCT FROM 'off'
    THEN
        PERFORM pg_notify({channel}, {guarded_message})
        FROM (SELECT ({message})::text AS message) AS messages
        WHERE {remedy} IS NOT NULL;
    END IF;
