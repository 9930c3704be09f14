"""A change of nobody's, by which a listener sees that changes come through, as SQL."""

from psycopg2 import sql

from triggers.log import ASLEEP_NAMESPACE, CANARY_MODEL, LEAVES, LOG, slot_seconds
from triggers.settings import TriggersSettings
from triggers.statements import statement


def canary_sql(settings: TriggersSettings) -> sql.Composed:
    """A statement that writes one, by its `key`, into the log on the search path, and rings where a trigger would."""
    asleep = sql.SQL(statement("log_asleep")).format(namespace=sql.Literal(ASLEEP_NAMESPACE), log=sql.Literal(LOG))
    return sql.SQL(statement("log_canary")).format(
        leaf=sql.SQL(statement("log_slot").replace("%", "%%")).format(
            seconds=sql.Literal(slot_seconds(settings.retention)), leaves=sql.Literal(LEAVES)
        ),
        model=sql.Literal(CANARY_MODEL),
        is_awake=sql.SQL(statement("log_is_awake")).format(asleep=asleep),
        channel=sql.Literal(settings.channel),
    )
