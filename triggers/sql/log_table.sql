CREATE TABLE IF NOT EXISTS {log} (
    id bigint NOT NULL DEFAULT nextval({sequence_name}),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    leaf smallint NOT NULL,
    status text NOT NULL,
    model text NOT NULL,
    key text,
    uuids uuid[],
    keys text[],
    carried json,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
)
PARTITION BY LIST (leaf)
