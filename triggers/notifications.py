"""How a body tells under `DELIVERY = "notify"`: every changed row's message goes to `pg_notify`."""

from collections.abc import Mapping

from psycopg2 import sql

from triggers.departures import departed, moved_message
from triggers.facts import PARTITIONED, Operation
from triggers.messages import formerly_gone, gone, guarded, image, keyless, message, opening
from triggers.occasion import Occasion
from triggers.routes import arrives, starting_keys
from triggers.settings import TriggersSettings
from triggers.statements import statement
from triggers.tellings import Telling
from triggers.watches import Watch


def telling(occasion: Occasion, it: Telling, settings: TriggersSettings) -> sql.Composed:
    """What this operation tells of one watch."""
    begun = opening(it.status(occasion.operation), it.watch)
    common: dict[str, sql.Composable] = {
        "channel": sql.Literal(settings.channel),
        "guarded_message": guarded(begun),
        "keyless_message": keyless(begun),
        "remedy": sql.Literal(occasion.remedy),
        "gone": gone(it.watch, it.counted or ()),
        "formerly_gone": formerly_gone(it.watch, it.counted or ()),
        "image": image("changed", it.counted),
    }
    if occasion.operation is Operation.TRUNCATE:
        return sql.SQL(statement("tell_model")).format(**common)
    if it.route:
        return _related_rows(occasion, it, begun, common)
    return _own_rows(occasion, it.watch, begun, common)


def _own_rows(occasion: Occasion, watch: Watch, begun: str, common: Mapping[str, sql.Composable]) -> sql.Composed:
    operation, table = occasion.operation, occasion.table
    text = message(begun, watch, table)
    if operation is Operation.UPDATE and table.kind == PARTITIONED:
        return _rows_of_partitions(occasion, watch, {"message": text, **common})
    template = "tell_changed_rows" if operation is Operation.UPDATE else "tell_rows"
    return sql.SQL(statement(template)).format(message=text, rows=sql.Identifier(occasion.rows), **common)


def _rows_of_partitions(occasion: Occasion, watch: Watch, common: Mapping[str, sql.Composable]) -> sql.Composed:
    """An UPDATE or MERGE that may have moved rows."""
    deletion = message(opening(Operation.DELETE.status, watch), watch, occasion.table)
    resync = opening(Operation.TRUNCATE.status, watch)
    return sql.SQL(statement("tell_changed_rows_of_partitions")).format(
        by_position=sql.SQL(statement("tell_changed_rows")).format(**common),
        by_key=sql.SQL(statement("tell_changed_rows_by_key")).format(message_of_deletion=deletion, **common),
        departed=departed(occasion, watch),
        moved_message=moved_message(occasion, watch),
        resync=keyless(resync),
        **common,
    )


def _related_rows(occasion: Occasion, it: Telling, begun: str, common: Mapping[str, sql.Composable]) -> sql.Composed:
    model_table = occasion.surroundings.tables[it.route[-1].db_table]
    return sql.SQL(statement("tell_related_rows")).format(
        message=message(begun, it.watch, model_table),
        model_table=sql.Identifier(model_table.schema, model_table.name),
        arrives=arrives(it, occasion.surroundings),
        keys=starting_keys(occasion, it),
        **common,
    )
