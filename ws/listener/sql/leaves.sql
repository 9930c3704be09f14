-- A leaf of the log: how old its newest row is, its size on disk, and whether it holds a row that the base did not see.
-- Asked by index, from the newest on.
SELECT
    (SELECT extract(epoch FROM now() - at)::float FROM {leaf} ORDER BY xid DESC LIMIT 1),
    pg_total_relation_size({name}::regclass),
    EXISTS (SELECT FROM {leaf} WHERE xid = ANY ({running}::xid8[]))
    OR EXISTS (SELECT FROM {leaf} WHERE xid >= {xmax}::xid8)
