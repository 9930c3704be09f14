({namespace}::bigint << 32) | {log}::regclass::oid::bigint
