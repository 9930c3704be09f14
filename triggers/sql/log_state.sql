CREATE TABLE IF NOT EXISTS {state} (trimmed bigint NOT NULL)
