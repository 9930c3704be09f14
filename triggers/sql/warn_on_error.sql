EXCEPTION
    WHEN transaction_rollback THEN
        RAISE; -- a deadlock or a serialization failure is the application's to try again
    WHEN OTHERS THEN
        IF current_setting({trial}, true) = 'on' THEN
            RAISE; -- migrate tries this function out
        END IF;
        RAISE WARNING USING
            MESSAGE = format(
                'Rowcast told nothing of one %s on table %s: %s (SQLSTATE %s)', TG_OP, {table}, SQLERRM, SQLSTATE
            ),
            HINT = {hint};
        BEGIN
            PERFORM nextval({counter});
        EXCEPTION
            WHEN OTHERS THEN
                RAISE WARNING 'Rowcast could not count it: %', SQLERRM;
        END;
        RETURN NULL;
