"""The change log's names, which triggers write by and the listener reads by."""

LOG_FORMAT = 1
"""Of the log's columns; its comment tells it, and a listener reads formats up to its own."""

ASLEEP_NAMESPACE = int.from_bytes(b"rowA")
LEADER_NAMESPACE = int.from_bytes(b"rowL")
"""Upper halves of the keys of two advisory locks; the log's oid is the lower one."""
