"""How many clients there are, in all and of one address, and whether one more may come. Pure.

A client takes its place when it is accepted, before it has said a word: a crowd that never speaks counts too. Its
address is counted as soon as it is known, which behind a proxy is when its request was read.
"""

from dataclasses import dataclass, field

from ws.gateway.query import RefusedError


@dataclass(slots=True)
class Crowd:
    """Of one process. None: no limit."""

    most: int | None
    most_of_one: int | None
    count: int = 0
    _of_one: dict[str, int] = field(default_factory=dict)

    def enter(self) -> None:
        """Take a place. Raises RefusedError (503) where there is none."""
        if self.most is not None and self.count >= self.most:
            raise RefusedError(
                503, f"This server has {self.most} clients, as WS['MAX_CLIENTS'] allows; come back later."
            )
        self.count += 1

    def enter_as(self, name: str) -> None:
        """Count one who has a place under this name. Raises RefusedError (429) where there are too many already."""
        count = self._of_one.get(name, 0)
        if self.most_of_one is not None and count >= self.most_of_one:
            raise RefusedError(
                429, f"{name} has {count} connections, as WS['MAX_CLIENTS_PER_ADDRESS'] allows; close some of them."
            )
        self._of_one[name] = count + 1

    def leave(self, name: str | None) -> None:
        """Give a place back, and the name that it was counted under, if it was."""
        self.count -= 1
        if name is None:
            return
        self._of_one[name] -= 1
        if not self._of_one[name]:
            del self._of_one[name]

    def of(self, name: str) -> int:
        """How many are counted under this name."""
        return self._of_one.get(name, 0)
