<<rowcast>>
DECLARE
    told_message text;
    leaf bigint;
    is_awake boolean;
    are_alike boolean;
    are_uuids boolean;
