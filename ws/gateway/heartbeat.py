"""When a client is due for a heartbeat: after 4 s without traffic, as ws4redis has it. Pure: time is an argument.

A wheel of slots: each client is looked at about once in those 4 s, however many messages it gets, and nothing is
stored for it per message.
"""

from typing import Protocol

IDLE_SECONDS = 4.0
SLOT_SECONDS = 0.1
_SLOTS = int(IDLE_SECONDS / SLOT_SECONDS) + 2


class Idler(Protocol):
    """A client, as the wheel sees it."""

    def traffic_at(self) -> float:
        """When it was last sent a message or a heartbeat, in seconds of the loop's clock."""
        ...

    def beat(self, now: float) -> None:
        """Send it a heartbeat."""
        ...

    def require_life(self, now: float) -> None:
        """Ask whether it is still there, if it has said nothing for long."""
        ...


class HeartbeatWheel:
    """All clients, each in the slot in which it may have been idle for long enough."""

    def __init__(self, now: float) -> None:
        self._slots: list[dict[Idler, None]] = [{} for _ in range(_SLOTS)]
        """Each of the keys of a dict: a set of as many takes two or three times as much memory."""
        self._turn = int(now / SLOT_SECONDS)

    def add(self, client: Idler, now: float) -> None:
        """Look at this client when it may next be due."""
        self._put(client, max(client.traffic_at() + IDLE_SECONDS, now))

    def _put(self, client: Idler, due: float) -> None:
        turn = min(max(-int(-due // SLOT_SECONDS), self._turn + 1), self._turn + _SLOTS - 1)
        self._slots[turn % _SLOTS][client] = None

    def remove(self, client: Idler) -> None:
        """Forget this client. Removing it twice does no harm."""
        for slot in self._slots:
            slot.pop(client, None)

    def tick(self, now: float) -> None:
        """Beat those who have been idle for long enough; put the others where they will be."""
        last = int(now / SLOT_SECONDS)
        for turn in range(max(self._turn + 1, last - _SLOTS + 1), last + 1):
            self._turn = turn
            slot = turn % _SLOTS
            due, self._slots[slot] = self._slots[slot], {}
            for client in due:
                is_idle = now - client.traffic_at() >= IDLE_SECONDS
                # Before anything is written to it: one whose buffer is full leaves then, and is not to come back.
                self._put(client, now + IDLE_SECONDS if is_idle else client.traffic_at() + IDLE_SECONDS)
                if is_idle:
                    client.beat(now)
                client.require_life(now)
        self._turn = max(self._turn, last)
