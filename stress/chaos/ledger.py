"""What was committed: of each row, the status of each of its changes. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from stress.chaos.changes import STATUSES, RowChange

_CODES = {status: code for code, status in enumerate(STATUSES, 1)}


class Ledger:
    """Filled from the ledger's table once nothing writes any more."""

    def __init__(self, rows: int) -> None:
        self._statuses = [bytearray() for _ in range(rows)]
        self._twice: list[RowChange] = []
        self.transactions: set[int] = set()

    def add(self, transaction: int, status: str, rows: Iterable[int], numbers: Iterable[int]) -> None:
        """One statement's changes, in any order."""
        self.transactions.add(transaction)
        code = _CODES[status]
        for row, number in zip(rows, numbers, strict=True):
            statuses = self._statuses[row]
            if number > len(statuses):
                statuses.extend(bytes(number - len(statuses)))
            if statuses[number - 1]:
                self._twice.append(RowChange(row, number, status))
            statuses[number - 1] = code

    @property
    def changes(self) -> int:
        """How many were committed."""
        return sum(map(len, self._statuses))

    @property
    def last(self) -> Sequence[int]:
        """The number of each row's last change; 0: it has had none."""
        return [len(statuses) for statuses in self._statuses]

    def has(self, change: RowChange) -> bool:
        statuses = self._statuses[change.row] if 0 <= change.row < len(self._statuses) else b""
        return 0 < change.number <= len(statuses) and statuses[change.number - 1] == _CODES[change.status]

    def faults(self) -> Iterator[str]:
        """Why it cannot be trusted, if it can't: this would be a defect of the test, or of PostgreSQL."""
        for change in self._twice:
            yield f"the ledger has {change} twice"
        for row, statuses in enumerate(self._statuses):
            if 0 in statuses:
                yield f"the ledger lacks change {statuses.index(0) + 1} of row {row}"
