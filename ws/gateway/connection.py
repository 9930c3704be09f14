"""A connection that is a descriptor: asyncio's transport to its client, and little more than the kernel's buffers.

What the kernel does not take at once waits here, as it is: a batch is the same object for all who are behind with it.
"""

import asyncio
import os
import socket
from collections import deque
from itertools import islice
from typing import Any, Protocol, cast

from ws.gateway.poller import ENDS, READS, WRITES, Poller

READ_BYTES = 16 * 1024
"""So much at most is read of a client before others have their turn, and is kept of one that says too much."""
PARTS_AT_ONCE = 64


class Carried(Protocol):
    """A client, as its connection sees it: asyncio's protocol, of which these are called."""

    def connection_made(self, transport: asyncio.BaseTransport, /) -> None: ...
    def data_received(self, data: bytes, /) -> None: ...
    def pause_writing(self) -> None: ...
    def connection_lost(self, error: Exception | None, /) -> None: ...


class Connection(asyncio.Transport):
    """From accept to its end, which its client is told once."""

    __slots__ = ("_client", "_descriptor", "_events", "_high", "_is_closing", "_poller", "_unsent", "_unsent_bytes")

    def __init__(self, poller: Poller, descriptor: int, client: Carried) -> None:
        """It is non-blocking, and this one's to close."""
        self._poller = poller
        self._descriptor = descriptor
        self._client = client
        self._events = READS
        self._high = READ_BYTES
        self._is_closing = False
        self._unsent: deque[memoryview] | None = None
        self._unsent_bytes = 0
        poller.add(descriptor, READS, self)
        client.connection_made(self)

    def ready(self, events: int) -> None:
        if events & WRITES:
            self._flush()
        if events & (READS | ENDS) and self._descriptor >= 0:
            if self._events & READS:
                self._read()
            elif events & ENDS:
                self._lose(None)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Nothing where it is about to end."""
        if self._is_closing:
            return
        sent = 0
        if self._unsent is None:
            try:
                sent = os.write(self._descriptor, data)
            except BlockingIOError:
                pass
            except OSError as error:
                self._end_soon(error)
                return
            if sent == len(data):
                return
            self._unsent = deque()
            self._set_events(self._events | WRITES)
        self._unsent.append(memoryview(data)[sent:])
        before = self._unsent_bytes
        self._unsent_bytes += len(data) - sent
        if before <= self._high < self._unsent_bytes:
            self._client.pause_writing()

    def close(self) -> None:
        """When all was sent."""
        if self._is_closing:
            return
        self._is_closing = True
        if self._unsent is None:
            self._end_soon(None)
        else:
            self._set_events(WRITES)

    def abort(self) -> None:
        self._end_soon(None)

    def is_closing(self) -> bool:
        return self._is_closing

    def pause_reading(self) -> None:
        if not self._is_closing:
            self._set_events(self._events & ~READS)

    def resume_reading(self) -> None:
        if not self._is_closing:
            self._set_events(self._events | READS)

    def get_write_buffer_size(self) -> int:
        return self._unsent_bytes

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:  # noqa: ARG002
        """Its client is told when more than `high` is unsent, and not when that has gone."""
        self._high = READ_BYTES if high is None else high

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._client = cast("Carried", protocol)

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - asyncio's
        """`peername` and `sockname`, asked of the kernel, which knows them anyhow."""
        if name not in {"peername", "sockname"} or self._descriptor < 0:
            return default
        found = socket.socket(fileno=self._descriptor)
        try:
            return found.getpeername() if name == "peername" else found.getsockname()
        except OSError:  # reset
            return default
        finally:
            found.detach()

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, READ_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(error)
            return
        if data:
            self._client.data_received(data)
        else:
            # It may have closed one direction only; but nobody closes a WebSocket so, and what it has not read
            # would wait for it as long as its system lives.
            self._lose(None)

    def _flush(self) -> None:
        unsent = self._unsent
        if unsent is None:
            return
        try:
            sent = os.writev(self._descriptor, list(islice(unsent, PARTS_AT_ONCE)))
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(error)
            return
        self._unsent_bytes -= sent
        while unsent and len(unsent[0]) <= sent:
            sent -= len(unsent.popleft())
        if unsent:
            unsent[0] = unsent[0][sent:]
            return
        self._unsent = None
        if self._is_closing:
            self._lose(None)
        else:
            self._set_events(self._events & ~WRITES)

    def _set_events(self, events: int) -> None:
        if events != self._events:
            self._events = events
            self._poller.change(self._descriptor, events)

    def _end_soon(self, error: OSError | None) -> None:
        """Not at once: whoever writes or closes goes on with its own affairs first."""
        self._is_closing = True
        self._poller.loop.call_soon(self._lose, error)

    def _lose(self, error: OSError | None) -> None:
        """Losing it twice does no harm."""
        if self._descriptor < 0:
            return
        self._is_closing = True
        self._poller.remove(self._descriptor)
        os.close(self._descriptor)
        self._descriptor, self._unsent = -1, None
        self._client.connection_lost(error)
