"""The change log's names and numbers, which triggers write by and the listener reads by. Pure."""

LOG_FORMAT = 1
"""Of the log's columns; its comment tells it, and a listener reads formats up to its own."""
COMMENT_WORDS = "Rowcast change log, format "

LEAVES = 4
"""A fixed ring: each holds what was written in one slot of time, and is emptied before its turn comes again."""
KEYS_AT_MOST = 500
"""In one row of the log, for a statement of many rows."""

LOG = "rowcast_log"
LEAF_NAMES = tuple(f"{LOG}_{leaf}" for leaf in range(LEAVES))
SEQUENCE = "rowcast_log_id"
STATE = "rowcast_state"
INCARNATION = "rowcast_incarnation"
INDEX_NAMES = tuple(f"{leaf}_xid" for leaf in LEAF_NAMES)

PARTS = frozenset({LOG, *LEAF_NAMES, *INDEX_NAMES, SEQUENCE, STATE, INCARNATION})
"""All that the log consists of, in one schema."""

ASLEEP_NAMESPACE = int.from_bytes(b"rowA")
LEADER_NAMESPACE = int.from_bytes(b"rowL")
"""Upper halves of the keys of two advisory locks; the log's oid is the lower one."""

RING_SETTING = "rowcast.ring"
"""A writer's own setting: "off" says that its changes ring for nobody, so that it may PREPARE TRANSACTION."""


CANARY_MODEL = "a canary"
"""Of a row that the listener itself writes, to see that changes come through: no label of a model."""


def slot_seconds(retention: int) -> float:
    """How long rows go to one leaf: while one is written, the one before it keeps what is younger than `retention`."""
    return retention / 2
