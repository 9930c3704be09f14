PERFORM pg_notify({channel}, {keyless_message}), {remedy};
