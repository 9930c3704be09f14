CREATE TABLE item (id integer PRIMARY KEY, n integer NOT NULL DEFAULT 0);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asleep CONSTANT bigint := 1919907649::bigint << 32 | TG_ARGV[0]::regclass::oid::bigint;
    changed integer := (SELECT count(*) FROM new_rows);
BEGIN
    IF changed = 0 THEN
        RETURN NULL;
    END IF;
    INSERT INTO rowcast_log (leaf, status, model, key, keys)
    SELECT
        0,
        CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'updated' END,
        'shop.item',
        CASE WHEN changed = 1 THEN min(id)::text END,
        CASE WHEN changed > 1 THEN array_agg(id::text ORDER BY place) END
    FROM (SELECT id, row_number() OVER () AS place FROM new_rows) AS placed
    GROUP BY (place - 1) / 500
    ORDER BY min(place);
    IF coalesce(current_setting('rowcast.ring', true), '') <> 'off' AND NOT (
        CASE WHEN pg_try_advisory_lock_shared(asleep) THEN pg_advisory_unlock_shared(asleep) ELSE false END
    ) THEN
        PERFORM pg_notify('items', 'ring');
    END IF;
    RETURN NULL;
END $$;
