"""How a body tells under `DELIVERY = "durable"`: changes become rows of the change log, then the doorbell is tried.

A statement of one row writes a plain row by one statement of ours; one of many rows writes arrays of keys. What a
migration renames or drops before the hook runs is NULL until then: no write fails for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg2 import sql

from triggers.departures import departed, moved_message
from triggers.facts import PARTITIONED, Operation, Table
from triggers.log import ASLEEP_NAMESPACE, KEYS_AT_MOST, LEAVES, RING_SETTING, slot_seconds
from triggers.messages import blanks, gone, guarded, is_uuid, keyless, message, message_of_log_row, nulls, opening
from triggers.occasion import Occasion
from triggers.routes import arrives, starting_keys
from triggers.settings import TriggersSettings
from triggers.statements import statement
from triggers.tellings import Telling
from triggers.watches import PROJECT_COLUMN, Watch

CARRIED_BYTES_AT_MOST = 16 * 1024
"""Of one row, as JSON: 500 of them are one row of the log."""

TYPES_OF_ONE_LENGTH = {"uuid", "bigint", "integer", "smallint"}
"""An array of others is read from its start for each slice of it."""
KEYS_OF_AN_ARRAY_AT_MOST = 1_000_000
"""Beyond that rows are counted off in groups, in no more memory than work_mem."""

TOLD_MESSAGE = sql.SQL("rowcast.told_message")
"""Of the first of many rows."""

Parts = Mapping[str, sql.Composable]


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the SQL for one watch, whose rows stand in `table`, into a function."""

    occasion: Occasion
    watch: Watch
    table: Table
    counted: Sequence[str] | None
    """Columns of the changed row that count; None: all."""
    settings: TriggersSettings

    def model(self, status: str) -> sql.Composed:
        """A row that says: look at every row again."""
        return sql.SQL(statement("log_model")).format(ring=self._ring(status, sql.NULL), **self._common(status))

    def own_rows(self, status: str) -> sql.Composed:
        parts = self._common(status)
        numbered = sql.SQL(statement("log_rows")).format(**parts)
        ordered = sql.SQL(statement("log_keys_of_rows")).format(**parts)
        return self._one_or_many("log_plain_row", self._slices_or_groups(ordered, numbered, parts), status, parts)

    def changed_rows(self, status: str) -> sql.Composed:
        parts = self._common(status)
        changed = sql.SQL(statement("log_changed_rows")).format(**parts)
        numbered = sql.SQL(statement("log_numbered_changed_rows")).format(changed_rows=changed)
        ordered = sql.SQL(statement("log_keys_of_changed_rows")).format(changed_rows=changed)
        many = self._slices_or_groups(ordered, numbered, parts)
        return self._one_or_many("log_plain_changed_row", many, status, parts)

    def rows_of_partitions(self, status: str) -> sql.Composed:
        """An UPDATE or MERGE that may have moved rows."""
        resync = Operation.TRUNCATE.status
        return sql.SQL(statement("log_changed_rows_of_partitions")).format(
            by_position=self.changed_rows(status),
            deleted=self._by_key("log_rows_deleted_by_key", Operation.DELETE.status),
            by_key=self._by_key("log_rows_changed_by_key", status),
            departed=departed(self.occasion, self.watch),
            moved_message=moved_message(self.occasion, self.watch),
            keyless_resync=keyless(opening(resync, self.watch)),
            resync=self.model(resync),
            gone=gone(self.watch),
        )

    def related_rows(self, status: str, telling: Telling) -> sql.Composed:
        parts = self._common(status)
        keys = starting_keys(self.occasion, telling)
        related = sql.SQL(statement("log_related")).format(
            model_table=sql.Identifier(self.table.schema, self.table.name),
            arrives=arrives(telling, self.occasion.surroundings),
            **parts,
        )
        numbered = sql.SQL(statement("log_numbered_related")).format(keys=keys, related=related)
        arrays, ring = self._arrays(numbered, parts), self._ring(status, TOLD_MESSAGE)
        return sql.SQL(statement("log_related_rows")).format(
            keys=keys, related=related, arrays=arrays, ring=ring, **parts
        )

    def _one_or_many(self, plain: str, many: sql.Composable, status: str, parts: Parts) -> sql.Composed:
        """A statement of one row, which is the common one, costs one statement of ours."""
        leaves = {f"leaf_{number}": self._plain(plain, number, parts) for number in range(LEAVES)}
        first = sql.SQL(statement("log_first_message")).format(
            message=message(opening(status, self.watch), self.watch, self.table), gone=gone(self.watch), **parts
        )
        return sql.SQL(statement("log_one_row")).format(
            plain=sql.SQL(statement("log_plain")).format(**leaves),
            many=many,
            ring=self._ring(status, first),
            **parts,
        )

    def _slices_or_groups(self, ordered: sql.Composable, numbered: sql.Composable, parts: Parts) -> sql.Composed:
        """Many keys: by the quick way where they are of one length and travel alone."""
        groups, key_type = self._own_arrays(numbered, parts), self.table.columns.get(self.watch.key_column, "")
        if key_type not in TYPES_OF_ONE_LENGTH or self._travels:
            return groups
        column, array = ("uuids", "uuid[]") if key_type == "uuid" else ("keys", "text[]")
        slices = sql.SQL(statement("log_slices")).format(
            ordered_keys=ordered, column=sql.Identifier(column), type=sql.SQL(array), **parts
        )
        return sql.SQL(statement("log_slices_or_groups")).format(
            key_column=sql.Literal(self.watch.key_column),
            key_type=sql.Literal(key_type),
            keys_of_an_array_at_most=sql.Literal(KEYS_OF_AN_ARRAY_AT_MOST),
            slices=slices,
            groups=groups,
            **parts,
        )

    def _plain(self, template: str, number: int, parts: Parts) -> sql.Composed:
        former = "log_former_row" if self.counted is None else "log_former_image"
        return sql.SQL(statement(template)).format(
            table=sql.SQL(self.occasion.surroundings.leaves[number]),
            number=sql.Literal(number),
            key=sql.SQL("replace(named.key::text, '-', '')" if is_uuid(self.watch, self.table) else "named.key::text"),
            former_image=sql.SQL(statement(former)).format(**parts),
            image=sql.SQL("changed.*" if self.counted is None else "named.image"),
            is_awake=self._is_awake,
            **parts,
        )

    def _by_key(self, template: str, status: str) -> sql.Composed:
        parts = self._common(status)
        numbered = sql.SQL(statement(template)).format(**parts)
        return sql.SQL("{}\n    {}").format(self._own_arrays(numbered, parts), self._ring(status, TOLD_MESSAGE))

    def _own_arrays(self, numbered: sql.Composable, parts: Parts) -> sql.Composed:
        arrays = self._arrays(numbered, parts)
        if not is_uuid(self.watch, self.table):
            return arrays
        return sql.SQL(statement("log_own_arrays")).format(arrays=arrays, **parts)

    def _arrays(self, numbered: sql.Composable, parts: Parts) -> sql.Composed:
        """Rows of the log for many keys, from a query for `position`, `key` and `carried`."""
        as_keys = sql.SQL(statement("log_keys")).format(numbered=numbered, **parts)
        if not is_uuid(self.watch, self.table):
            return as_keys
        as_uuids = sql.SQL(statement("log_uuids")).format(numbered=numbered, **parts)
        return sql.SQL(statement("log_arrays_of_uuids")).format(as_uuids=as_uuids, as_keys=as_keys)

    def _common(self, status: str) -> dict[str, sql.Composable]:
        names = [PROJECT_COLUMN, *self.watch.carry, self.watch.owner_column, *(self.counted or ())]
        names = [name for name in names if name]
        return {
            "log": sql.SQL(self.occasion.surroundings.log),
            "leaf": sql.SQL(statement("log_slot")).format(
                seconds=sql.Literal(slot_seconds(self.settings.retention)), leaves=sql.Literal(LEAVES)
            ),
            "status": sql.Literal(status),
            "model": sql.Literal(self.watch.label),
            "rows": sql.Identifier(self.occasion.rows),
            "named": self._named("changed", "named", nulls([self.watch.key_column, *names])),
            "before": self._named("former", "before", blanks(self.watch.key_column, names)),
            "carried": sql.SQL("json_agg(carried ORDER BY position)" if self._travels else "NULL::json"),
            "keys_at_most": sql.Literal(KEYS_AT_MOST),
            "remedy": sql.Literal(self.occasion.remedy),
            "message_of_log_row": message_of_log_row(opening(status, self.watch), self.watch, self.table),
        }

    def _named(self, row: str, name: str, fallbacks: sql.Composable) -> sql.Composed:
        """What the log has of a row with this alias."""
        names = sql.SQL(", ").join(sql.Identifier(name) for name in self.counted or ())
        return sql.SQL(statement("log_named")).format(
            fallbacks=fallbacks,
            key=sql.Identifier(self.watch.key_column),
            carried=self._carried,
            image=sql.SQL("ROW({})").format(names if self.counted else sql.SQL("told.*")),
            row=sql.Identifier(row),
            name=sql.Identifier(name),
        )

    @property
    def _travels(self) -> bool:
        return self.watch.tells_project(self.table.columns) or bool(self.watch.logged(self.table.columns))

    @property
    def _carried(self) -> sql.Composable:
        """One row's values as JSON: project and owner, and what else travels along, unless that is too long."""
        columns, short = self.table.columns, []
        if self.watch.tells_project(columns):
            short.append(sql.SQL("{}, {}::text").format(sql.Literal(PROJECT_COLUMN), sql.Identifier(PROJECT_COLUMN)))
        names = self.watch.logged(columns)
        pairs = {name: sql.SQL("{}, {}").format(sql.Literal(name), sql.Identifier(name)) for name in names}
        if self.watch.owner_column in pairs:
            short.append(pairs.pop(self.watch.owner_column))
        if not pairs:
            return _object(short)
        return sql.SQL("CASE WHEN octet_length({long}::text) <= {most} THEN {long} ELSE {short} END").format(
            long=_object([*short, *pairs.values()]),
            short=_object(short),
            most=sql.Literal(CARRIED_BYTES_AT_MOST),
        )

    @property
    def _is_awake(self) -> sql.Composed:
        """Try and give-back are one expression, which no cancel parts (PROTOCOL.md, D2)."""
        log = sql.Literal(self.occasion.surroundings.log)
        asleep = sql.SQL(statement("log_asleep")).format(namespace=sql.Literal(ASLEEP_NAMESPACE), log=log)
        return sql.SQL(statement("log_is_awake")).format(asleep=asleep)

    def _ring(self, status: str, told: sql.Composable) -> sql.Composed:
        """`told`: the message of a changed row, or NULL."""
        return sql.SQL(statement("log_ring")).format(
            is_awake=self._is_awake,
            ring_setting=sql.Literal(RING_SETTING),
            channel=sql.Literal(self.settings.channel),
            guarded_message=guarded(opening(status, self.watch)),
            message=told,
            remedy=sql.Literal(self.occasion.remedy),
        )


def telling(occasion: Occasion, it: Telling, settings: TriggersSettings) -> sql.Composed:
    """What this operation tells of one watch."""
    table = occasion.surroundings.tables[it.route[-1].db_table] if it.route else occasion.table
    counted = None if it.route else it.counted
    writer, status = _Writer(occasion, it.watch, table, counted, settings), it.status(occasion.operation)
    if occasion.operation is Operation.TRUNCATE:
        return writer.model(status)
    if it.route:
        return writer.related_rows(status, it)
    if occasion.operation is not Operation.UPDATE:
        return writer.own_rows(status)
    return writer.rows_of_partitions(status) if table.kind == PARTITIONED else writer.changed_rows(status)


def _object(pairs: Sequence[sql.Composable]) -> sql.Composable:
    """JSON; NULL where nothing travels."""
    return sql.SQL("json_build_object({})").format(sql.SQL(", ").join(pairs)) if pairs else sql.SQL("NULL::json")
