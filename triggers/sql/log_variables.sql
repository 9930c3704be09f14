<<rowcast>>
DECLARE
    told_key text;
    told_carried json;
    are_uuids boolean;
