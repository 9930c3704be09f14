"""One client over TCP, made to cost little: no library, no task, and no timer while it is connected."""

import asyncio
from typing import Protocol, cast

from stress.restarts.ear import Ear
from stress.restarts.tape import Tape

RESTARTING = 1012
GOODBYE = b"\x88\x82\x00\x00\x00\x00" + RESTARTING.to_bytes(2, "big")
"""A client's frames are masked; with zeros the bytes stay as they are (RFC 6455, section 5.3)."""


def pong(data: bytes) -> bytes:
    """Masked likewise."""
    return b"\x8a%c\x00\x00\x00\x00%s" % (0x80 | len(data), data)


class Host(Protocol):
    """The crowd, as a client sees it."""

    tape: Tape
    request: bytes

    def refused(self, client: "Client", reason: str) -> None:
        """It was not let in."""
        ...

    def opened(self, client: "Client") -> None:
        """It was answered with 101."""
        ...

    def served(self, client: "Client", ear: Ear) -> None:
        """It hears what is new."""
        ...

    def ended(self, client: "Client", ear: Ear) -> None:
        """Its connection, in which it heard this."""
        ...


class Client(asyncio.Protocol):
    """Over all its connections."""

    def __init__(self, host: Host, number: int) -> None:
        self._host = host
        self._transport: asyncio.Transport
        self._head = b""
        self._ear: Ear | None = None
        self._is_served = False
        self._refusal: str | None = None
        self.number = number
        self.last: int | None = None
        """Up to which seq it had heard all when its last connection ended."""
        self.told_at: float | None = None
        """When it was told to reconnect, if it has not been served again since."""

    def has_heard(self, seq: int) -> bool:
        """Everything up to this one."""
        return self._ear is not None and (self._ear.last or 0) >= seq

    def end(self) -> None:
        """Without a word."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._head, self._ear, self._is_served, self._refusal = b"", None, False, None
        self._transport.write(self._host.request)

    def data_received(self, data: bytes) -> None:
        ear = self._ear
        if ear is None:
            ear = self._read_head(data)
            if ear is None:
                return
            data = self._head
        if data:
            ear.hear(data)
            if not self._is_served or ear.pings or ear.close_code is not None or ear.fault is not None:
                self._look(ear)

    def connection_lost(self, error: Exception | None) -> None:
        if self._ear is None:
            self._host.refused(self, self._refusal or f"{error or 'closed'} before 101")
        else:
            self._host.ended(self, self._ear)

    def _read_head(self, data: bytes) -> Ear | None:
        head, end, self._head = (self._head + data).partition(b"\r\n\r\n")
        if not end:
            self._head = head
            return None
        status = head.split(b" ", 2)[1].decode()
        if status != "101":
            self._refusal = f"status {status}"
            self._transport.abort()
            return None
        self._ear = Ear(self._host.tape)
        self._host.opened(self)
        return self._ear

    def _look(self, ear: Ear) -> None:
        while ear.pings:
            self._transport.write(pong(ear.pings.pop()))
        if ear.close_code is not None and self.told_at is None:
            self.told_at = asyncio.get_running_loop().time()
            self._transport.write(GOODBYE)
        elif ear.fault is not None:
            self._transport.abort()
        elif ear.is_served and not self._is_served:
            self._is_served = True
            self._host.served(self, ear)
