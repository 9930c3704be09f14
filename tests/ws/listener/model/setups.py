"""Who takes part: setups in which all must be well, and the wrong ways, each with what must be found."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.ws.listener.model.exploration import Exploration, Setup
from tests.ws.listener.model.leaders import (
    AwakeLock,
    DeafToEarlyRings,
    FenceBeforeLock,
    FenceInTheLocksStatement,
    Leader,
    Nobody,
    SnapshotFence,
    Unpaced,
    WaitsForLock,
    WithoutFence,
    WithoutLastDrain,
    XidFence,
)
from tests.ws.listener.model.small_postgres import COMMIT, Holder, Op, Postgres, Script, Trigger

STATEMENT = Trigger().statement()
SINGLE: Script = (*STATEMENT, *COMMIT)
TWO_STATEMENTS: Script = (*STATEMENT, *STATEMENT, *COMMIT)
ROLLED_BACK: Script = (*STATEMENT, Op.ROLL_BACK)
SECOND_ROLLED_BACK: Script = (*STATEMENT, Op.SAVE, *STATEMENT, Op.ROLL_BACK_TO, *COMMIT)
"""The only ring may go with the savepoint."""
FIRST_ROLLED_BACK: Script = (Op.SAVE, *STATEMENT, Op.ROLL_BACK_TO, *STATEMENT, *COMMIT)
PREPARED: Script = (*STATEMENT, Op.PREPARE, *COMMIT)
LEFT_PREPARED: Script = (*STATEMENT, Op.PREPARE)

RIGHT = {
    "one writer": Setup(Postgres((SINGLE,)), Leader()),
    "two writers": Setup(Postgres((SINGLE, SINGLE)), Leader()),
    "somebody leaked ASLEEP": Setup(Postgres((SINGLE, TWO_STATEMENTS), holder=Holder.SHARED), Leader()),
    "an old leader hangs, with ASLEEP": Setup(Postgres((SINGLE, TWO_STATEMENTS), holder=Holder.EXCLUSIVE), Leader()),
    "three writers": Setup(Postgres((SINGLE, SINGLE, SINGLE)), Leader()),
    "two statements and a rolled back transaction": Setup(Postgres((TWO_STATEMENTS, SINGLE, ROLLED_BACK)), Leader()),
    "savepoints": Setup(Postgres((SECOND_ROLLED_BACK, FIRST_ROLLED_BACK)), Leader()),
    "a savepoint and a prepared transaction": Setup(Postgres((SECOND_ROLLED_BACK, PREPARED)), Leader()),
    "a prepared transaction that stays": Setup(Postgres((LEFT_PREPARED, TWO_STATEMENTS)), Leader()),
    "cancelled at any time": Setup(Postgres((TWO_STATEMENTS, SECOND_ROLLED_BACK), cancels=True), Leader()),
    "traffic, and a leader that starts again": Setup(
        Postgres((SINGLE, TWO_STATEMENTS)), Leader(meets_traffic=True, starts_at_most=2)
    ),
    "a fence of transaction ids": Setup(Postgres((SINGLE, TWO_STATEMENTS), counts_xids=True), XidFence()),
}

LARGE = {
    "a savepoint, two statements, a prepared transaction": Setup(
        Postgres((SECOND_ROLLED_BACK, TWO_STATEMENTS, PREPARED)), Leader()
    ),
    "a prepared transaction that stays, and two writers": Setup(Postgres((LEFT_PREPARED, SINGLE, SINGLE)), Leader()),
    "three writers, cancelled at any time": Setup(Postgres((SINGLE, SINGLE, TWO_STATEMENTS), cancels=True), Leader()),
    "three writers in traffic": Setup(Postgres((SINGLE, SINGLE, SINGLE)), Leader(meets_traffic=True)),
}
"""Minutes of the same."""

SILENT = Postgres((PREPARED, SINGLE), Trigger(is_silent=True))
"""The ring is switched off (D7)."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A way that a rule forbids."""

    rule: str
    setup: Setup
    seen: Callable[[Exploration], list[str] | None] = Exploration.lost


WRONG = {
    "rings while the listener is awake, and one that hangs has the lock": Wrong(
        "D1", Setup(Postgres((SINGLE,), Trigger(rings_if_it_got_it=True), Holder.EXCLUSIVE), AwakeLock())
    ),
    "rings while nobody is home": Wrong(
        "D1", Setup(Postgres((SINGLE,), Trigger(rings_if_it_got_it=True)), Nobody()), Exploration.rang
    ),
    "try and give-back in two statements": Wrong(
        "D2", Setup(Postgres((SINGLE,), Trigger(is_two_statements=True)), Leader()), Exploration.leaked
    ),
    "the listener queues for ASLEEP, which was leaked": Wrong(
        "D3", Setup(Postgres((SINGLE,), holder=Holder.SHARED), WaitsForLock())
    ),
    "no fence": Wrong("D4", Setup(Postgres((SINGLE,)), WithoutFence())),
    "the fence is drawn before the lock is taken": Wrong("D4", Setup(Postgres((SINGLE,)), FenceBeforeLock())),
    "the fence is drawn in the lock's statement": Wrong("D4", Setup(Postgres((SINGLE,)), FenceInTheLocksStatement())),
    "the trigger looks before it inserts": Wrong(
        "D4", Setup(Postgres(((*Trigger(looks_first=True).statement(), *COMMIT),)), Leader())
    ),
    "no last drain": Wrong("D4", Setup(Postgres((SINGLE,)), WithoutLastDrain())),
    "a fence of xmin >= xmax": Wrong("D4", Setup(Postgres((SINGLE,), counts_xids=True), SnapshotFence())),
    "rings that came before the sleep are forgotten": Wrong("D4", Setup(Postgres((SINGLE,)), DeafToEarlyRings())),
    "no wait at the fence": Wrong("D5", Setup(Postgres((SINGLE,)), Unpaced()), Exploration.spun),
}
