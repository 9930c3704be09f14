"""Connections of the kernel's, without asyncio's transports: one epoll for all, which is one descriptor to the loop.

A transport of uvloop's is 1.5 KB, and its write goes through a queue; a connection is a tenth of that, and its write is
the kernel's `send`. For TCP and Unix sockets under Linux; TLS, and other systems, take transports.
"""

import asyncio
import select
from typing import Protocol

EVENTS_PER_TURN = 256
"""After so many the loop gets its turn; the rest is still there in the next."""
READS, WRITES = 0x1, 0x4
"""EPOLLIN and EPOLLOUT (epoll_ctl(2)), which `select` does not have elsewhere."""
ENDS = 0x8 | 0x10
"""EPOLLERR and EPOLLHUP, which come unasked."""

IS_HERE = hasattr(select, "epoll")


class Pollable(Protocol):
    """A connection, as the poller sees it."""

    def ready(self, events: int) -> None:
        """It can be read or written, or has ended."""
        ...

    def abort(self) -> None:
        """It is to end soon."""
        ...


class Poller:
    """Of one loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._epoll = select.epoll()
        self._pollables: list[Pollable | None] = []
        """By descriptor, which the kernel keeps small."""
        loop.add_reader(self._epoll.fileno(), self._look)

    def add(self, descriptor: int, events: int, pollable: Pollable) -> None:
        self._pollables += [None] * (descriptor + 1 - len(self._pollables))
        self._pollables[descriptor] = pollable
        self._epoll.register(descriptor, events)

    def change(self, descriptor: int, events: int) -> None:
        self._epoll.modify(descriptor, events)

    def remove(self, descriptor: int) -> None:
        """Before it is closed."""
        self._pollables[descriptor] = None
        if not self._epoll.closed:
            self._epoll.unregister(descriptor)

    def close(self) -> None:
        """Closing twice does no harm."""
        if not self._epoll.closed:
            self.loop.remove_reader(self._epoll.fileno())
            self._epoll.close()

    def _look(self) -> None:
        for descriptor, events in self._epoll.poll(0, EVENTS_PER_TURN):
            pollable = self._pollables[descriptor]
            if pollable is None:  # another's event of this turn has ended it
                continue
            try:
                pollable.ready(events)
            except Exception as error:  # noqa: BLE001 - one client's; it is told where the loop's are
                self.loop.call_exception_handler({"message": "a connection failed", "exception": error})
                pollable.abort()
