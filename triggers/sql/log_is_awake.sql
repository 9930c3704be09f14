CASE WHEN pg_try_advisory_lock_shared({asleep}) THEN pg_advisory_unlock_shared({asleep}) ELSE false END
