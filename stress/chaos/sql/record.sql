-- Records what a statement before it has changed.
INSERT INTO chaos_ledger
VALUES (%(transaction)s, %(status)s, %(ids)s::uuid[], %(changes)s::bigint[])
