"""What can be said of a table and of a trigger on it, wanted or found. Pure values, to compare and to print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Operation(StrEnum):
    """What a statement does to rows."""

    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    TRUNCATE = "TRUNCATE"
    START = "START"
    """Of an UPDATE or MERGE on a partitioned table."""
    MOVE = "MOVE"
    """Of one row out of a partition, for good or to another."""

    @property
    def event(self) -> str:
        """When its trigger fires."""
        return {"START": "BEFORE UPDATE", "MOVE": "AFTER DELETE"}.get(self, f"AFTER {self.value}")

    @property
    def level(self) -> str:
        return "ROW" if self is Operation.MOVE else "STATEMENT"

    @property
    def status(self) -> str:
        """The word of the message for it."""
        return {"INSERT": "created", "UPDATE": "updated", "DELETE": "deleted"}.get(self, "resync")

    @property
    def catalog_type(self) -> int:
        """`pg_trigger.tgtype`: 1 for each row, 2 before, and the event's (source: pg_trigger.h)."""
        return {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32, "START": 2 + 16, "MOVE": 1 + 8}[self]

    @property
    def old_rows(self) -> str | None:
        return "old_rows" if self in {Operation.UPDATE, Operation.DELETE} else None

    @property
    def new_rows(self) -> str | None:
        return "new_rows" if self in {Operation.INSERT, Operation.UPDATE} else None


ORDINARY, PARTITIONED, FOREIGN = "r", "p", "f"
"""Kinds of `pg_class.relkind`; the first two can have our triggers."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the catalog names it, which is not always as the model does."""

    oid: int
    schema: str
    name: str
    kind: str
    columns: Mapping[str, str]
    """Column name → type name, as `format_type` writes it."""
    writable_columns: Sequence[str]
    """Without the generated ones."""
    root_schema: str = ""
    root: str = ""
    """The partitioned table whose partition this is, at whatever level; empty if it is none."""

    @property
    def can_have_triggers(self) -> bool:
        return self.kind in {ORDINARY, PARTITIONED}

    @property
    def is_partition(self) -> bool:
        return self.root != ""

    @property
    def home(self) -> str:
        """The schema of its functions: a partition's is its root's, where whoever migrates may create them."""
        return self.root_schema or self.schema

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class InstalledTrigger:
    """A trigger of ours, found in the database, and the function that it calls."""

    table_oid: int
    schema: str
    table: str
    trigger: str
    enabled: str
    """`pg_trigger.tgenabled`: O origin, A always, R replica, D disabled."""
    type: int
    """`pg_trigger.tgtype`: a bit mask of level, time and operation."""
    old_rows: str | None
    new_rows: str | None
    plain: bool
    """No WHEN condition and no arguments."""
    function_schema: str
    function: str
    body: str
    security_definer: bool
    config: list[str] | None
    is_public: bool
    """Whether everybody may call the function."""
    is_visible: bool
    """Whether the connection's search_path finds the table by its name alone, or the function of one elsewhere."""
    has_counter: bool
    """Whether there is a sequence that counts what was not told."""
    untold: int | None
    """How many of its firings told nothing for an error; None: nobody counts, or this role may not read it."""
    counted_since: str | None

    @property
    def is_disabled(self) -> bool:
        return self.enabled == "D"


@dataclass(frozen=True, slots=True)
class EarlierTrigger:
    """Somebody else's, which fires when a row has been written and ours have not fired yet."""

    table_oid: int
    table: str
    trigger: str
    function: str
    source: str
    """Of the function; for C, the name of the symbol."""


@dataclass(frozen=True, slots=True)
class InstalledLog:
    """What was found of the change log."""

    schema: str
    """Where it is, or would be made."""
    parts: frozenset[str]
    """The names of its tables, indexes and sequence that are there."""
    comment: str | None
    """Tells its format."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One wanted trigger and its function: what to compare, and the SQL that makes them."""

    table: Table
    operation: Operation
    trigger: str
    function: str
    body: str
    counter: str
    """The sequence that counts the statements which told nothing; empty where such a statement fails."""
    config: tuple[str, ...]
    """The function's own settings, as `pg_proc.proconfig` holds them."""
    enabled: str
    """`pg_trigger.tgenabled`."""
    function_sql: tuple[str, ...]
    trigger_sql: tuple[str, ...]
