-- Puts on disk all that was committed before, also with synchronous_commit off.
SELECT pg_logical_emit_message(true, 'rowcast', '')::text
