-- All that was committed.
SELECT transaction, status, ids::text[], changes
FROM chaos_ledger
