
BEGIN
    IF to_regclass({counter_name}) IS NULL THEN
        CREATE SEQUENCE {counter};
        EXECUTE 'COMMENT ON SEQUENCE ' || {counter_name} || ' IS ' || quote_literal(date_trunc('second', now())::text);
    END IF;
END
