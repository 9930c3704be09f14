"""One connected browser: its TCP connection's bytes in; a wish, messages and an end out. No task, queue or connection
to Redis.

What the server says to many comes finished from the hub. What the client says goes through a reader, which is made when
bytes come.
"""

import asyncio
from typing import Protocol, cast

from ws.gateway.admission import NO_STANDING, Admission
from ws.gateway.frame_reader import FrameReader
from ws.gateway.handshake import Answer, Rules, answer, head_end, refusal
from ws.gateway.hub import Followers
from ws.gateway.observations import HandshakeRefused, HandshakeTimedOut, ProtocolViolated, SlowClientClosed
from ws.gateway.query import RefusedError
from ws.observation import Observation
from ws.settings import WsSettings
from ws.wire.channels import Channel
from ws.wire.codes import TOO_SLOW, Close

CLOSE_SECONDS = 5.0
"""How long a client may take to answer a close frame."""

SAID_AT_MOST = 64
"""Messages of one client's on their way to Redis; while there are as many, no more are read."""

NO_ADMISSION = Admission()


class Host(Protocol):
    """The gateway, as a client sees it."""

    settings: WsSettings
    rules: Rules
    heartbeat_frame: bytes | None

    def observe(self, observation: Observation) -> None: ...
    def connected(self, client: "Client") -> None: ...
    def asked(self, client: "Client", answer: Answer) -> None:
        """Its request is right: find out what it may, then `admit` or `refuse` it."""
        ...

    def opened(self, client: "Client") -> None:
        """Its handshake is done."""
        ...

    def said(self, client: "Client", message: bytes) -> bool:
        """A whole message. Whether it is being published; later `heard` says that this is over."""
        ...

    def left(self, client: "Client") -> None:
        """It is about to end, and gets no more messages."""
        ...

    def gone(self, client: "Client") -> None:
        """Its connection has ended."""
        ...


class Client(asyncio.Protocol):
    """From accept to the end of the connection."""

    __slots__ = (
        "_closing",
        "_host",
        "_is_asking",
        "_loop",
        "_reader",
        "_request",
        "_timer",
        "_transport",
        "_unheard",
        "admission",
        "answer",
        "follows",
        "idle_since",
        "joining",
        "said",
    )

    def __init__(self, host: Host) -> None:
        self._host = host
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._request: bytearray | None = bytearray()
        self._is_asking = False
        self._reader: FrameReader | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unheard = 0
        """How many of its messages Redis has not taken yet."""
        self._closing = False
        self.idle_since = 0.0
        """When its last heartbeat went out, or its handshake was done, by the loop's clock."""
        self.admission = NO_ADMISSION
        self.answer: Answer | None = None
        """By which it was let in, where somebody had to be asked, and will be again."""
        self.follows: dict[Channel, Followers] = {}
        """They know when it was written to last."""
        self.joining = 0
        self.said: bytes | None = None

    @property
    def is_open(self) -> bool:
        return self._request is None and not self._closing

    @property
    def is_waiting(self) -> bool:
        """For its admission."""
        return self._request is not None and not self._closing

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are asyncio's by their methods only.
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=self._host.settings.max_unsent_bytes)
        self._timer = self._loop.call_later(self._host.settings.handshake_seconds, self._time_out)
        self._host.connected(self)

    def data_received(self, data: bytes) -> None:
        if self._request is None:
            self._read_frames(data)
        elif not self._closing:
            self._read_request(self._request, data)

    def pause_writing(self) -> None:
        """Called by the transport when more is unsent than we allow."""
        if self.is_open:
            self._host.observe(SlowClientClosed(self.peer, self._transport.get_write_buffer_size()))
            self.close(TOO_SLOW)

    def connection_lost(self, _error: Exception | None) -> None:
        self._closing = True
        self._stop_timer()
        self._host.left(self)
        self._host.gone(self)

    def deliver(self, frames: bytes) -> None:
        """Write finished frames, unless the connection is about to end."""
        if not self._closing:
            self._transport.write(frames)

    def traffic_at(self) -> float:
        """When it was last sent a message or a heartbeat, by the loop's clock."""
        return max([self.idle_since, *(followers.delivered_at for followers in self.follows.values())])

    def beat(self, now: float, times: int = 1) -> None:
        """Send the heartbeat, where there is one; each text of the client's has one as its answer."""
        if times > 0 and self._host.heartbeat_frame is not None:
            self.idle_since = now
            self.deliver(self._host.heartbeat_frame * times)

    def admit(self, answer: Answer, admission: Admission) -> None:
        """Let it in; nothing, where it has gone meanwhile."""
        said_meanwhile = self._request
        if said_meanwhile is None or self._closing:
            return
        self._request, self.admission = None, admission
        self.answer = answer if admission.standing != NO_STANDING else None
        self._stop_timer()
        self._transport.write(answer.data)
        self._transport.resume_reading()
        self._host.opened(self)
        if said_meanwhile:
            self._read_frames(bytes(said_meanwhile))

    def refuse(self, result: Answer) -> None:
        """Answer why not, and end the connection; nothing, where it has ended meanwhile."""
        if self._closing:
            return
        self._host.observe(HandshakeRefused(self.peer, result.status, result.reason))
        self._closing = True
        self._transport.write(result.data)
        self._transport.close()

    def heard(self) -> None:
        """One of its messages was published, or can't be. Its Close is answered after the last of them."""
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

    def abort(self) -> None:
        """End the connection at once."""
        self._transport.abort()

    @property
    def peer(self) -> str:
        """The other end, for observations."""
        name = self._transport.get_extra_info("peername")
        return f"{name[0]}:{name[1]}" if name else "a local socket"

    @property
    def address(self) -> str:
        """The other end's host; empty for a local socket."""
        name = self._transport.get_extra_info("peername")
        return name[0] if name else ""

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
        result = answer(bytes(request[:end]), self._host.rules)
        del request[:end]
        if result.wish is None:
            self.refuse(result)
            return
        self._is_asking = True
        self._host.asked(self, result)
        if self._request is not None and not self._closing:
            self._transport.pause_reading()

    def _read_frames(self, data: bytes) -> None:
        """Read a little in each turn of the loop: tiny frames by the thousand would hold everybody else up."""
        reader = self._its_reader()
        is_reading_on = bool(reader.unread)
        reader.unread += data
        if not is_reading_on:
            self._read_turn()

    def _read_turn(self) -> None:
        reader = self._its_reader()
        if self._unheard >= SAID_AT_MOST:
            self._transport.pause_reading()
            return
        self._read(reader)
        if self._transport.is_closing():
            reader.unread = b""
        elif reader.unread:
            self._transport.pause_reading()
            self._loop.call_soon(self._read_turn)
        else:
            self._transport.resume_reading()

    def _read(self, reader: FrameReader) -> None:
        """Each message is said to the host, and answered by a heartbeat."""
        messages = reader.read()
        if self.is_open:
            for message in messages:
                self._unheard += self._host.said(self, message)
            self.beat(self._loop.time(), times=len(messages))
        if not self._unheard or reader.is_open:
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
        for data in reader.to_send():
            if data:
                self._transport.write(data)
            else:
                self._transport.close()

    def _end(self) -> None:
        """Goodbye was said by one side: nothing more is delivered, and the other side has a while to answer."""
        if not self._closing:
            self._closing = True
            self._timer = self._loop.call_later(CLOSE_SECONDS, self._transport.abort)
            self._host.left(self)

    def _time_out(self) -> None:
        self._host.observe(HandshakeTimedOut(self.peer))
        self._transport.abort()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
