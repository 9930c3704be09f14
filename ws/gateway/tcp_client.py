"""A client over TCP: its bytes in; a wish, messages and an end out. No task, no queue, no connection to Redis.

What the server says to many comes finished from the hub. What the client says goes through a reader, which is made when
bytes come, and dropped when nothing of theirs is under way.
"""

import asyncio
from typing import cast

from ws.gateway.admission import Admission
from ws.gateway.client import SAID_AT_MOST, Client, Host
from ws.gateway.frame_reader import FrameReader
from ws.gateway.handshake import Answer, answer, head_end, refusal
from ws.gateway.observations import (
    DeadClientEnded,
    HandshakeRefused,
    HandshakeTimedOut,
    ProtocolViolated,
    ReadLater,
    SlowClientClosed,
)
from ws.gateway.other_end import peer_address, peer_name
from ws.gateway.pace import read_until
from ws.gateway.proxies import Peer
from ws.gateway.query import RefusedError
from ws.wire.codes import TOO_SLOW, Close

PING = b"\x89\x00"
PONG_SECONDS = 10.0
"""How long after the first ping a client may take to say anything."""
CLOSE_SECONDS = 5.0
"""How long a client may take to answer a close frame."""


class TcpClient(Client, asyncio.BaseProtocol):
    """From accept to the end of the connection."""

    __slots__ = (
        "_closing",
        "_forwarded",
        "_heard_at",
        "_is_asking",
        "_read_until",
        "_reader",
        "_request",
        "_timer",
        "_transport",
        "_unheard",
    )

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._transport: asyncio.Transport
        self._request: bytearray | None = bytearray()
        self._is_asking = False
        self._forwarded: str | None = None
        """Its address, where a trusted proxy said so."""
        self._heard_at = host.now
        self._reader: FrameReader | None = None
        self._read_until = 0.0
        """When the next of its frames may be read, by the loop's clock."""
        self._timer: asyncio.TimerHandle | None = None
        self._unheard = 0
        """How many of its messages Redis has not taken yet."""
        self._closing = False

    @property
    def is_open(self) -> bool:
        return self._request is None and not self._closing

    @property
    def is_waiting(self) -> bool:
        return self._request is not None and not self._closing

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are asyncio's by their methods only.
        self._transport = cast("asyncio.Transport", transport)
        try:
            self._host.connected(self)
        except RefusedError as error:
            self._closing = True
            self._host.turn_away(self.peer, self._transport, error)
            return
        self._transport.set_write_buffer_limits(high=self._host.settings.max_unsent_bytes)
        self._timer = self._loop.call_later(self._host.settings.handshake_seconds, self._time_out)

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._host.now
        if self._request is None:
            self._read_frames(data)
        elif not self._closing:
            self._read_request(self._request, data)

    def pause_writing(self) -> None:
        """More is unsent than we allow."""
        if self.is_open:
            self._host.observe(SlowClientClosed(self.peer, self._transport.get_write_buffer_size()))
            self.close(TOO_SLOW)

    def connection_lost(self, _error: Exception | None) -> None:
        self._closing = True
        self._reader = None  # what Redis takes from here on is not answered any more
        self._stop_timer()
        self._host.left(self)
        self._host.gone(self)

    def deliver(self, frames: bytes) -> None:
        if not self._closing:
            self._transport.write(frames)

    def admit(self, answer: Answer, admission: Admission) -> None:
        said_meanwhile = self._request
        if said_meanwhile is None or self._closing:
            return
        self._request = None
        self._stop_timer()
        self._transport.write(answer.data)
        self._transport.resume_reading()
        self._is_in(answer, admission)
        if said_meanwhile:
            self._read_frames(bytes(said_meanwhile))

    def refuse(self, answer: Answer) -> None:
        if self._closing:
            return
        self._host.observe(HandshakeRefused(self.peer, answer.status, answer.reason))
        self._closing = True
        self._transport.write(answer.data)
        self._transport.close()

    def heard(self) -> None:
        """Its Close is answered after the last of its messages."""
        self._unheard -= 1
        if self._reader is None:
            return
        if self._unheard == SAID_AT_MOST - 1 and self._reader.unread:
            self._loop.call_soon(self._read_turn)
        if self._unheard == 0:
            self._answer(self._reader)

    def close(self, close: Close) -> None:
        """Say goodbye with this code; whoever does not answer is cut off."""
        if not self.is_open:
            return
        reader = self._its_reader()
        reader.say_goodbye(close)
        self._answer(reader)
        self._end()

    def require_life(self, now: float) -> None:
        """A proxy takes what is sent to a browser that has vanished; only the browser answers a ping (RFC 6455, 5.5.2).

        One that reads slowly has not seen the ping yet, and one that says much has not been read to its answer.
        """
        ping_seconds, silent_seconds = self._host.settings.ping_seconds, now - self._heard_at
        is_unread = self._reader is not None and self._reader.unread
        if ping_seconds is None or silent_seconds < ping_seconds or not self.is_open:
            return
        if is_unread or self._transport.get_write_buffer_size():
            return
        if silent_seconds < ping_seconds + PONG_SECONDS:
            self._transport.write(PING)
        else:
            self._host.observe(DeadClientEnded(self.peer, silent_seconds))
            self.abort()

    def abort(self) -> None:
        self._transport.abort()

    @property
    def peer(self) -> str:
        return self._forwarded or peer_name(self._transport)

    @property
    def address(self) -> str:
        return self._forwarded or peer_address(self._transport)

    def _read_request(self, request: bytearray, data: bytes) -> None:
        request += data
        if self._is_asking:
            return
        try:
            end = head_end(request)
        except RefusedError as error:
            self.refuse(refusal(error))
            return
        if end is None:
            return
        result = self._recognised(answer(bytes(request[:end]), self._host.rules, self._peer()))
        del request[:end]
        if result.wish is None:
            self.refuse(result)
            return
        self._is_asking = True
        self._host.asked(self, result)
        if self._request is not None and not self._closing:
            self._transport.pause_reading()

    def _peer(self) -> Peer:
        return Peer(self.address, is_secure=self._transport.get_extra_info("sslcontext") is not None)

    def _recognised(self, result: Answer) -> Answer:
        """The same, unless there are too many of its address."""
        asker = result.asker
        if asker is None:
            return result
        if asker.is_forwarded:
            self._forwarded = asker.address
        try:
            self._host.recognised(self, asker)
        except RefusedError as error:
            return refusal(error)
        return result

    def _read_frames(self, data: bytes) -> None:
        """Read a little in each turn of the loop: tiny frames by the thousand would hold everybody else up."""
        reader = self._its_reader()
        is_reading_on = bool(reader.unread)
        reader.unread += data
        if not is_reading_on:
            self._read_turn()

    def _read_turn(self) -> None:
        reader, now = self._its_reader(), self._loop.time()
        if self._transport.is_closing():
            reader.unread = b""
            return
        if self._unheard >= SAID_AT_MOST:
            self._transport.pause_reading()
            return
        if self._read_until > now:
            self._host.observe(ReadLater(self.peer, self._read_until - now))
            self._transport.pause_reading()
            self._loop.call_at(self._read_until, self._read_turn)
            return
        self._read(reader)
        self._read_until = read_until(self._read_until, now, reader.frames, self._host.settings.max_messages_per_second)
        if self._transport.is_closing():
            reader.unread = b""
        elif reader.unread:
            self._transport.pause_reading()
            self._loop.call_soon(self._read_turn)
        else:
            self._transport.resume_reading()
            if reader.is_idle:
                self._reader = None

    def _read(self, reader: FrameReader) -> None:
        """Each message is said to the host, and answered by a heartbeat."""
        messages = reader.read()
        if reader.is_open:
            self._answer(reader)  # a Pong does not wait for what the messages come to
        if self.is_open:
            for message in messages:
                self._unheard += self._host.said(self, message)
            self.beat(self._loop.time(), times=len(messages))
        if not self._unheard and not reader.is_open:
            self._answer(reader)
        if reader.violation is not None and self.is_open:
            self._host.observe(ProtocolViolated(self.peer, reader.violation))
        if not reader.is_open:
            self._end()

    def _its_reader(self) -> FrameReader:
        if self._reader is None:
            self._reader = FrameReader(self._host.settings.max_message_bytes)
        return self._reader

    def _answer(self, reader: FrameReader) -> None:
        answers = reader.to_send()
        if data := b"".join(answers):
            self._transport.write(data)
        if answers and not answers[-1]:
            self._transport.close()

    def _end(self) -> None:
        """Goodbye was said by one side: nothing more is delivered, and the other side has a while to answer."""
        if not self._closing:
            self._closing = True
            self._timer = self._loop.call_later(CLOSE_SECONDS, self._transport.abort)
            self._host.left(self)

    def _time_out(self) -> None:
        self._host.observe(HandshakeTimedOut(self.peer, self._is_asking))
        self._transport.abort()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
