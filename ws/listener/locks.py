"""The two advisory locks and the fence, over a session that does nothing else (PROTOCOL.md, D1 to D4, L1).

Whoever holds LEADER publishes. Whoever holds ASLEEP is rung: by every trigger that finds it held.
"""

from typing import Any

from triggers.log import ASLEEP_NAMESPACE, LEADER_NAMESPACE
from ws.listener.session import Session
from ws.listener.statements import statement


class Locks:
    """Of one log."""

    def __init__(self, session: Session, log_oid: int) -> None:
        self._session = session
        self._log_oid = log_oid
        self._asleep = ASLEEP_NAMESPACE << 32 | log_oid
        self._leader = LEADER_NAMESPACE << 32 | log_oid
        self.is_asleep = False

    def take_leader(self) -> bool:
        """Whether it is ours. Taken once: a second time would need a second release."""
        return self.holds_leader() or self._is_true("SELECT pg_try_advisory_lock(%s)", [self._leader])

    def holds_leader(self) -> bool:
        """Whether it still is ours: a pooler, or DISCARD ALL, may have lost it for us."""
        return self._is_true(statement("holds"), {"key": self._leader})

    def leader(self) -> tuple[int, str] | None:
        """The pid and the name of the session that holds LEADER."""
        return self._holder(self._leader)

    def take_asleep(self) -> bool:
        """Try, never wait: a queued request would make every trigger ring, or wait for ever (D3)."""
        assert not self.is_asleep, "it is taken once, and given back once"
        self.is_asleep = self._is_true("SELECT pg_try_advisory_lock(%s)", [self._asleep])
        return self.is_asleep

    def give_asleep_back(self) -> None:
        """Nobody rings from here on. Giving back what we don't hold does nothing."""
        if self.is_asleep:
            self.is_asleep = False
            self._session.ask("SELECT pg_advisory_unlock(%s)", [self._asleep])

    def asleep_holder(self) -> tuple[int, str] | None:
        """The pid and the name of a session that holds ASLEEP."""
        return self._holder(self._asleep)

    def fence(self) -> frozenset[str]:
        """The virtual ids of the transactions that have written to the log and have not ended, prepared ones too."""
        return frozenset(name for (name,) in self._session.ask(statement("fence"), {"log": self._log_oid}))

    def end_sessions(self, name: str) -> list[int]:
        """End the sessions of another listener; the pids of those that there were."""
        return [pid for (pid,) in self._session.ask(statement("end_sessions"), {"name": name})]

    def _holder(self, key: int) -> tuple[int, str] | None:
        found = self._session.ask(statement("lock_holder"), {"key": key})
        return (found[0][0], found[0][1]) if found else None

    def _is_true(self, question: str, parameters: Any) -> bool:  # noqa: ANN401 - psycopg2's
        return bool(self._session.ask(question, parameters)[0][0])
