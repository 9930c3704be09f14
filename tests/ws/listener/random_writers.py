"""Random transactions that write to a change log, and a ledger outside it of what was committed, in which order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from tests.ws.listener.change_log import ChangeLog, ask

KEYS = 4
LEAVES = 4
Act = Callable[[int, int], None]
"""Something that may happen, of a writer's and another number."""
ISOLATIONS = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")


@dataclass
class Transaction:
    """What it has changed, each change as key and number; and how much of that each savepoint may take back."""

    changes: list[tuple[int, int]] = field(default_factory=list)
    savepoints: list[int] = field(default_factory=list)

    @property
    def keys(self) -> set[int]:
        return {key for key, _ in self.changes}


@dataclass
class Writer:
    connection: Connection
    transaction: Transaction | None = None


class RandomWriters:
    """A change of a key needs its lock, as an UPDATE needs its row's: changes of one key have an order of commits."""

    def __init__(self, log: ChangeLog, connections: Sequence[Connection]) -> None:
        self.committed: list[tuple[int, int]] = []
        """Each change as key and number, in the order of the commits."""
        self._log = log
        self._writers = [Writer(connection) for connection in connections]
        self._prepared: dict[str, Transaction] = {}
        self._numbers = count(1)
        self._can_prepare = log.ask("SHOW max_prepared_transactions")[0][0] != "0"

    @property
    def acts(self) -> Mapping[str, Act]:
        return {
            "write one": self.write_one,
            "write many": self.write_many,
            "set savepoint": self.set_savepoint,
            "roll back to savepoint": self.roll_back_to_savepoint,
            "commit": self.commit,
            "roll back": self.roll_back,
            "prepare": self.prepare,
            "end prepared": self.end_prepared,
            "use up a transaction id": self.use_up_a_transaction_id,
        }

    def write_one(self, writer: int, number: int) -> None:
        free = self._free_keys(self._begun(writer, number))
        if free:
            self._write(writer, [free[number % len(free)]])

    def write_many(self, writer: int, number: int) -> None:
        free = self._free_keys(self._begun(writer, number))
        if len(free) > 1:
            self._write(writer, free)

    def set_savepoint(self, writer: int, number: int) -> None:
        transaction = self._begun(writer, number)
        self._ask(writer, f"SAVEPOINT s{len(transaction.savepoints)}")
        transaction.savepoints.append(len(transaction.changes))

    def roll_back_to_savepoint(self, writer: int, number: int) -> None:
        """Which takes the locks of keys back, too."""
        transaction = self._writers[writer].transaction
        if transaction is not None and transaction.savepoints:
            at = number % len(transaction.savepoints)
            self._ask(writer, f"ROLLBACK TO SAVEPOINT s{at}")
            del transaction.changes[transaction.savepoints[at] :], transaction.savepoints[at + 1 :]

    def commit(self, writer: int, _: int = 0) -> None:
        if transaction := self._ended(writer):
            self._ask(writer, "COMMIT")
            self.committed += transaction.changes

    def roll_back(self, writer: int, _: int = 0) -> None:
        if self._ended(writer):
            self._ask(writer, "ROLLBACK")

    def prepare(self, writer: int, _: int) -> None:
        if self._can_prepare and (transaction := self._ended(writer)):
            name = f"{self._log.schema} {next(self._numbers)}"
            self._ask(writer, f"PREPARE TRANSACTION '{name}'")
            self._prepared[name] = transaction

    def end_prepared(self, _: int, number: int) -> None:
        if self._prepared:
            self._end_prepared(sorted(self._prepared)[number % len(self._prepared)], is_committed=number % 3 > 0)

    def use_up_a_transaction_id(self, _: int = 0, __: int = 0) -> None:
        self._log.ask("BEGIN; SELECT pg_current_xact_id(); ROLLBACK")

    def end(self) -> None:
        """Nothing is open any more."""
        for writer in range(len(self._writers)):
            self.commit(writer)
        for name in sorted(self._prepared):
            self._end_prepared(name, is_committed=True)

    def _begun(self, writer: int, number: int) -> Transaction:
        it = self._writers[writer]
        if it.transaction is None:
            self._ask(writer, f"BEGIN ISOLATION LEVEL {ISOLATIONS[number % 3]}")
            it.transaction = Transaction()
        return it.transaction

    def _ended(self, writer: int) -> Transaction | None:
        it = self._writers[writer]
        transaction, it.transaction = it.transaction, None
        return transaction

    def _end_prepared(self, name: str, *, is_committed: bool) -> None:
        transaction = self._prepared.pop(name)
        self._log.ask(f"{'COMMIT' if is_committed else 'ROLLBACK'} PREPARED '{name}'")
        if is_committed:
            self.committed += transaction.changes

    def _free_keys(self, transaction: Transaction) -> list[int]:
        others = [writer.transaction for writer in self._writers if writer.transaction is not transaction]
        held = {key for other in [*others, *self._prepared.values()] if other is not None for key in other.keys}
        return [key for key in range(KEYS) if key not in held]

    def _write(self, writer: int, keys: list[int]) -> None:
        """One row of the log, in a leaf by chance."""
        changes = [(key, next(self._numbers)) for key in keys]
        carried = [f'{{"n": {number}}}' for _, number in changes]
        columns: dict[str, object] = {"keys": [str(key) for key in keys], "carried": f"[{', '.join(carried)}]"}
        if len(keys) == 1:
            columns = {"carried": carried[0]}
        transaction = self._writers[writer].transaction
        assert transaction is not None
        transaction.changes += changes
        key = str(keys[0]) if len(keys) == 1 else None
        self._log.tell(key, of=self._writers[writer].connection, leaf=changes[0][1] % LEAVES, **columns)

    def _ask(self, writer: int, statement: str) -> None:
        ask(self._writers[writer].connection, statement)
