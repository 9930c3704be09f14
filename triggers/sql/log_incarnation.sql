CREATE UNLOGGED TABLE IF NOT EXISTS {incarnation} (incarnation text NOT NULL)
