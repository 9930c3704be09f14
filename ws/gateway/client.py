"""One connected browser: its TCP connection's bytes in, a wish and an end out. No task, queue or Redis connection.

What the server says to many comes finished from the hub. What the client says goes through `websockets`' parser, which
is made when bytes come.
"""

import asyncio
from typing import Protocol, cast

from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN, SERVER
from websockets.protocol import Protocol as FrameParser

from ws.gateway.handshake import Answer, Rules, answer, head_end, refusal
from ws.gateway.hub import Followers
from ws.gateway.observations import HandshakeRefused, HandshakeTimedOut, ProtocolViolated, SlowClientClosed
from ws.gateway.query import RefusedError, Wish
from ws.observation import Observation
from ws.settings import WsSettings
from ws.wire.channels import Channel
from ws.wire.codes import TOO_SLOW, Close

BYTES_PER_TURN = 4096
"""Some 700 frames of the smallest kind, which take about 5 ms (measured: 7.6 µs each)."""

CLOSE_SECONDS = 5.0
"""How long a client may take to answer a close frame."""

_DATA = {Opcode.TEXT, Opcode.BINARY, Opcode.CONT}


class Host(Protocol):
    """The gateway, as a client sees it."""

    settings: WsSettings
    rules: Rules
    heartbeat_frame: bytes | None

    def observe(self, observation: Observation) -> None: ...
    def connected(self, client: "Client") -> None: ...
    def opened(self, client: "Client", wish: Wish) -> None:
        """Its handshake is done."""
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
        "_loop",
        "_parser",
        "_request",
        "_timer",
        "_transport",
        "_unread",
        "channel",
        "followers",
        "idle_since",
    )

    def __init__(self, host: Host) -> None:
        self._host = host
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._request: bytearray | None = bytearray()
        self._parser: FrameParser | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unread = b""
        self._closing = False
        self.idle_since = 0.0
        """When its last heartbeat went out, or its handshake was done, by the loop's clock."""
        self.channel: Channel | None = None
        self.followers: Followers | None = None
        """Of its channel; they know when it was written to last."""

    @property
    def is_open(self) -> bool:
        return self._request is None and not self._closing

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
            self._host.observe(SlowClientClosed(self.peer(), self._transport.get_write_buffer_size()))
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
        return max(self.idle_since, self.followers.delivered_at) if self.followers else self.idle_since

    def beat(self, now: float, times: int = 1) -> None:
        """Send the heartbeat, where there is one; each text of the client's has one as its answer."""
        if times > 0 and self._host.heartbeat_frame is not None:
            self.idle_since = now
            self.deliver(self._host.heartbeat_frame * times)

    def close(self, close: Close) -> None:
        """Say goodbye with this code; whoever does not answer is cut off."""
        if not self.is_open:
            return
        parser = self._frame_parser()
        parser.send_close(close.code, close.reason)
        self._write(parser)
        self._end()

    def abort(self) -> None:
        """End the connection at once."""
        self._transport.abort()

    def peer(self) -> str:
        """The other end's address, for observations."""
        name = self._transport.get_extra_info("peername")
        return f"{name[0]}:{name[1]}" if name else "a local socket"

    def _read_request(self, request: bytearray, data: bytes) -> None:
        request += data
        try:
            end = head_end(request)
        except RefusedError as error:
            self._refuse(refusal(error))
            return
        if end is None:
            return
        result = answer(bytes(request[:end]), self._host.rules)
        if result.wish is None:
            self._refuse(result)
            return
        self._request = None
        self._stop_timer()
        self._transport.write(result.data)
        self._host.opened(self, result.wish)
        if len(request) > end:
            self._read_frames(bytes(request[end:]))

    def _refuse(self, result: Answer) -> None:
        self._host.observe(HandshakeRefused(self.peer(), result.status, result.reason))
        self._closing = True
        self._transport.write(result.data)
        self._transport.close()

    def _read_frames(self, data: bytes) -> None:
        """Read a little in each turn of the loop: tiny frames by the thousand would hold everybody else up."""
        is_reading_on = bool(self._unread)
        self._unread += data
        if not is_reading_on:
            self._read_turn()

    def _read_turn(self) -> None:
        turn, self._unread = self._unread[:BYTES_PER_TURN], self._unread[BYTES_PER_TURN:]
        self._parse(turn)
        if self._transport.is_closing():
            self._unread = b""
        elif self._unread:
            self._transport.pause_reading()
            self._loop.call_soon(self._read_turn)
        else:
            self._transport.resume_reading()

    def _parse(self, data: bytes) -> None:
        parser = self._frame_parser()
        parser.receive_data(data)
        frames = [frame for frame in parser.events_received() if isinstance(frame, Frame)]
        self._write(parser)
        if parser.parser_exc is not None and not isinstance(parser.parser_exc, EOFError) and self.is_open:
            self._host.observe(ProtocolViolated(self.peer(), str(parser.parser_exc)))
        if parser.state is not OPEN:
            self._end()
        elif self.is_open:
            self.beat(self._loop.time(), times=sum(frame.fin and frame.opcode in _DATA for frame in frames))

    def _frame_parser(self) -> FrameParser:
        if self._parser is None:
            self._parser = FrameParser(SERVER, state=OPEN, max_size=self._host.settings.max_message_bytes)
        return self._parser

    def _write(self, parser: FrameParser) -> None:
        """Write what the parser has to say; its empty bytes mean the end of the connection."""
        for data in parser.data_to_send():
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
        self._host.observe(HandshakeTimedOut(self.peer()))
        self._transport.abort()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
