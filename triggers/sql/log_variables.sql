<<rowcast>>
DECLARE
    told_message text;
    leaf smallint;
    are_alike boolean;
    are_uuids boolean;
