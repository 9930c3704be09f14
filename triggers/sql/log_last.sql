-- The number of the newest row that this transaction sees.
SELECT coalesce(max(id), 0) FROM {log}
