-- A change of nobody's: written, and rung for, as a trigger does it. The insert comes before the look (PROTOCOL.md, D4).
WITH written AS (
    INSERT INTO rowcast_log (leaf, status, model, key)
    SELECT {leaf}, 'canary', {model}, %(key)s
    RETURNING {is_awake} AS is_awake
)
SELECT pg_notify({channel}, json_build_object('canary', %(key)s)::text)
FROM written
WHERE NOT is_awake
