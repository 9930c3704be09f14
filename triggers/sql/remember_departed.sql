IF coalesce(current_setting({departed}, true), '') = '' THEN
        PERFORM set_config({departed}, coalesce({message}, {keyless_message}), true)
        FROM (SELECT OLD.*) AS changed, {gone};
    END IF;
