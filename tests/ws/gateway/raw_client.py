"""A WebSocket client that can misbehave: it sends any bytes, and reads frames one by one."""

import select
import socket
import struct
import time
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Self

from websockets.frames import Close as CloseData
from websockets.frames import Frame, Opcode
from websockets.protocol import CLIENT, OPEN, Protocol

ANSWER_SECONDS = 15.0
HEARTBEAT = "--heartbeat--"


class RawClient:
    """One TCP connection."""

    def __init__(self, port: int, *, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(ANSWER_SECONDS)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._parser = Protocol(CLIENT, state=OPEN, max_size=None)
        self._frames: deque[Frame] = deque()
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def send_frame(self, opcode: Opcode, data: bytes = b"", *, fin: bool = True, mask: bool = True) -> None:
        """One frame, masked as a client's must be."""
        self.send(frame_bytes(opcode, data, fin=fin, mask=mask))

    def reset(self) -> None:
        """End the connection as a program does that is killed with data unread: by RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def has_answer(self) -> bool:
        """Whether anything has come that was not read yet."""
        return bool(self._rest) or bool(select.select([self.socket], [], [], 0)[0])

    def status(self) -> int:
        """The answer's status; what follows its head is for `frame`."""
        head = b""
        while b"\r\n\r\n" not in head:
            data = self.socket.recv(65_536)
            assert data, f"closed after {head!r}"
            head += data
        head, _, self._rest = head.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1])

    def frame(self) -> Frame:
        """The next frame. Raises EOFError where the connection ends first."""
        while not self._frames:
            data = self._rest or self.socket.recv(65_536)
            self._rest = b""
            if not data:
                raise EOFError
            self._parser.receive_data(data)
            self._frames += [event for event in self._parser.events_received() if isinstance(event, Frame)]
        return self._frames.popleft()

    def text(self) -> str:
        """The next frame, which is a text."""
        frame = self.frame()
        assert frame.opcode is Opcode.TEXT, frame
        return bytes(frame.data).decode()

    def close_frame(self) -> CloseData:
        """The close frame that comes next, past messages."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while (frame := self.frame()).opcode is not Opcode.CLOSE:
            assert time.monotonic() < deadline, f"no close frame, but {frame}"
        return CloseData.parse(frame.data)

    def rest(self) -> bytes:
        """All that comes until the server ends the connection."""
        data, self._rest = self._rest, b""
        try:
            while more := self.socket.recv(65_536):
                data += more
        except ConnectionResetError:
            return data
        return data

    def is_ended(self) -> bool:
        """True when the server ends the connection; messages before that are passed over."""
        try:
            while self.socket.recv(65_536):
                pass
        except ConnectionResetError:
            return True
        return True


def frame_bytes(opcode: Opcode, data: bytes = b"", *, fin: bool = True, mask: bool = True) -> bytes:
    return Frame(opcode, data, fin=fin).serialize(mask=mask)


def is_closed(port: int) -> bool:
    """Whether nobody listens there any more. Who comes at the moment of closing is reset."""
    with suppress(ConnectionResetError):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return True
    return False
