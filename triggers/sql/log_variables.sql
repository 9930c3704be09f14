<<rowcast>>
DECLARE
    told_message text;
    leaf smallint;
    are_uuids boolean;
