CREATE SEQUENCE rowcast_log_id;
CREATE TABLE rowcast_log (
    id bigint NOT NULL DEFAULT nextval('rowcast_log_id'),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    leaf smallint NOT NULL,
    status text NOT NULL,
    model text NOT NULL,
    key text,
    uuids uuid[],
    keys text[],
    carried json,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
) PARTITION BY LIST (leaf);
COMMENT ON TABLE rowcast_log IS 'Rowcast change log, format 1';
CREATE TABLE rowcast_log_0 PARTITION OF rowcast_log FOR VALUES IN (0);
CREATE TABLE rowcast_log_1 PARTITION OF rowcast_log FOR VALUES IN (1);
CREATE TABLE rowcast_log_2 PARTITION OF rowcast_log FOR VALUES IN (2);
CREATE TABLE rowcast_log_3 PARTITION OF rowcast_log FOR VALUES IN (3);
CREATE INDEX ON rowcast_log (xid);
CREATE TABLE rowcast_state (trimmed bigint NOT NULL);
INSERT INTO rowcast_state VALUES (0);
CREATE UNLOGGED TABLE rowcast_incarnation (incarnation text NOT NULL);
