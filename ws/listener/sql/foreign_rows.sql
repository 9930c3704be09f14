-- Removes rows of transactions that this cluster has not had yet: a dump of another one brought them (PROTOCOL.md, C8).
-- One statement: its transaction id is drawn after its snapshot, and so above that of every row of ours that it sees.
WITH removed AS (
    DELETE FROM {log}
    WHERE xid >= pg_current_xact_id()
    RETURNING id
)
SELECT count(*) FROM removed
