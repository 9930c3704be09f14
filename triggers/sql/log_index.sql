CREATE INDEX IF NOT EXISTS {index}
ON {leaf} (xid)
