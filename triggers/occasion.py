"""One operation on one table: what a function is for, and the names that its body is written with. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triggers.facts import Operation, Table
from triggers.tellings import Telling


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What functions of this database name besides their own table."""

    tables: Mapping[str, Table]
    """`db_table`, as a model declares it → the table in this database: those that routes lead over."""
    log: str
    """The change log, qualified and quoted."""
    leaves: Sequence[str]
    """Its leaves in the order of their numbers, as well."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One operation on one table."""

    operation: Operation
    table: Table
    tellings: Sequence[Telling]
    surroundings: Surroundings
    counter: str
    """The sequence that counts what was not told, qualified and quoted."""

    @property
    def may_fail(self) -> bool:
        """Whether it does more than to remember."""
        return self.operation not in {Operation.START, Operation.MOVE}

    @property
    def rows(self) -> str:
        """The transition table with the rows as they are now, or as they were last."""
        return self.operation.new_rows or "old_rows"

    @property
    def told(self) -> list[Telling]:
        """What it tells, in the order of the tellings."""
        return [it for it in self.tellings if self.operation in it.operations]

    @property
    def looks_up(self) -> bool:
        """Whether rows of other tables must be found."""
        return self.operation is not Operation.TRUNCATE and any(it.route for it in self.told)

    @property
    def remedy(self) -> str:
        """Stands in each statement, as a condition that is always true: PostgreSQL shows it as its error's context."""
        return (
            f"Rowcast tells of {self.table} here: while this fails, so does every write to it."
            ' Put right what the error says; or set TRIGGERS["ON_ERROR"] = "warn" and migrate, and writes go on untold.'
        )


def digest(schema: str, name: str) -> str:
    """Stands for a table in names that may not be long."""
    return hashlib.sha256(f"{schema}.{name}".encode()).hexdigest()[:16]
