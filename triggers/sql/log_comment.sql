COMMENT ON TABLE {log} IS {comment}
