"""Clients by the thousand in one process: plain sockets and one epoll, and counts of what they got.

The server's cost is measured, so this is made to cost little, and pure Python stands beside no more than one system
call for each chunk that comes. Every byte is compared with what it should be.
"""

import os
import select
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from stress.gateway.arrivals import Arrivals, Latency, latency
from stress.gateway.laggards import Laggards
from stress.gateway.messages import HEARTBEAT, TEXT, Stream, masked
from stress.gateway.reception import Reception
from stress.gateway.refusal import RefusedError

READ_BYTES = 64 * 1024
"""More would be mapped anew for each read, which takes ten times as long."""
EVENTS = 512
TURN_SECONDS = 0.02
HEARTBEAT_SECONDS = 5.0
BEAT = masked(TEXT, HEARTBEAT)
GIVE_UP_SECONDS = 60.0
QUIET_SECONDS = 5.0
"""What has not come by then, after something else came, does not come; unless the server is busy with it."""
BUSY_SHARE = 0.05
BIND_WITHOUT_PORT = 24
"""IP_BIND_ADDRESS_NO_PORT of ip(7): the port is chosen when it is known where to."""
Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Received:
    """Of all clients together."""

    deliveries: int
    missing: int
    strays: int
    """What came twice, out of order, or was never published."""
    late: int
    """What was expected before, and came only now."""
    gone: int
    """Clients whose connection has ended."""
    unanswered: int
    """Heartbeats that the clients sent."""
    seconds: float
    """From the first delivery to the last."""
    own_seconds: float
    """Of processor time, that the clients' process needed for it."""

    @property
    def frames(self) -> int:
        """All that the server had work with."""
        return self.deliveries + self.late

    @property
    def wrong(self) -> str:
        """What is, or nothing."""
        wrong = {
            "missing": self.missing,
            "not as published": self.strays,
            "late from before": self.late,
            "clients gone": self.gone,
            "heartbeats unanswered": self.unanswered,
        }
        return ", ".join(f"{count:,} {what}" for what, count in wrong.items() if count)


class Crowd:
    """Of one server's clients."""

    def __init__(self, processor_seconds: Callable[[], float] = lambda: 0.0) -> None:
        """The processor time that the server has had so far."""
        self._processor_seconds = processor_seconds
        self._epoll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._receptions: dict[int, Reception] = {}
        self._arrivals = Arrivals()
        self._wanted = 0
        self._deliveries = 0
        self._gone = 0
        self._speakers = list[int]()
        self._laggards = Laggards()

    def open(self, address: Address, requests: Sequence[bytes], at_once: int) -> None:
        """A client for each request, the handshakes of so many at a time. Raises RefusedError."""
        waiting = set[int]()
        for request in requests:
            if len(waiting) >= at_once:
                self._wait_for_answers(waiting, at_once // 2)
            waiting.add(self._connect(address, request))
        self._wait_for_answers(waiting, 0)

    def say(self, *, wants_answer: bool = True) -> None:
        """Each sends a heartbeat, and waits for the next one, which answers it. Raises RefusedError."""
        beats = {fd: reception.beats for fd, reception in self._receptions.items()}
        for fd in beats:
            _require(fd in self._sockets, "A client was cut off.")
            os.write(fd, BEAT)
            if wants_answer:
                self._turn(0)
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while wants_answer and any(self._receptions[fd].beats == count for fd, count in beats.items()):
            self._turn(0.1)
            _require(time.monotonic() < deadline and not self._gone, "A client's heartbeat is not answered.")

    def idle(self, seconds: float) -> None:
        """Only take what comes."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._turn(left)

    def expect(self, stream: Stream) -> None:
        """From here on; nothing else is on its way."""
        self._deliveries, self._arrivals = 0, Arrivals()
        self._wanted = stream.count * len(self._receptions)
        self._speakers = list(self._receptions)
        for reception in self._receptions.values():
            reception.expect(stream)

    def receive(self, seconds: float, *, with_heartbeats: bool = False) -> Received:
        """All of what is expected; or until nothing more comes, after so many seconds.

        With heartbeats, each client sends one every 5 s, as ws4redis's own client does, and all must be answered.
        """
        started = quiet_since = now = time.monotonic()
        own = time.process_time()
        beats, said, used = self._beats(), 0, self._processor_seconds()
        while now - started < seconds or now - quiet_since < QUIET_SECONDS or (used := self._busy_since(used)):
            if self._deliveries >= self._wanted and self._beats() - beats >= said:
                break
            if with_heartbeats and self._deliveries < self._wanted:
                said += self._say_due(said, now - started)
            if self._turn(TURN_SECONDS) or now - quiet_since >= QUIET_SECONDS:
                quiet_since = now
            now = time.monotonic()
        return Received(
            deliveries=self._deliveries,
            missing=self._wanted - self._deliveries,
            strays=sum(reception.strays for reception in self._receptions.values()),
            late=sum(reception.late for reception in self._receptions.values()),
            gone=self._gone,
            unanswered=max(0, said - self._beats() + beats),
            seconds=self._arrivals.seconds,
            own_seconds=time.process_time() - own,
        )

    def latency(self, published: Sequence[float]) -> Latency:
        """Of what was received, where the stream's messages were published at these times (monotonic clock)."""
        return latency(self._arrivals.latencies(published))

    def handshakes(self, address: Address, requests: Iterable[bytes], sources: Sequence[str], at_once: int) -> int:
        """Each client goes once it is let in; how many there were. Raises RefusedError."""
        coming: Iterator[bytes] = iter(requests)
        waiting = set[int]()
        for number, request in enumerate(coming):
            if len(waiting) >= at_once:
                self._dismiss(waiting, at_once // 2)
            waiting.add(self._connect(address, request, sources[number % len(sources)]))
        self._dismiss(waiting, 0)
        return number + 1

    def lag(self, address: Address, requests: Sequence[bytes]) -> None:
        """Others beside them, who read slowly, and are not counted."""
        self._laggards.open(address, requests)

    def stop_lagging(self) -> int:
        """The slow ones go; how many of them the server had cut off."""
        self._laggards.close()
        return self._laggards.cut_off

    def close(self) -> None:
        """All go without a word."""
        self._laggards.close()
        for fd in list(self._sockets):
            self._forget(fd)
        self._gone = 0

    def _busy_since(self, used: float) -> float:
        """The server's processor time now; 0 where it has done next to nothing for a while."""
        now = self._processor_seconds()
        return now if now - used > BUSY_SHARE * QUIET_SECONDS else 0.0

    def _beats(self) -> int:
        return sum(reception.beats for reception in self._receptions.values())

    def _say_due(self, said: int, seconds: float) -> int:
        """The heartbeats that are due after so many seconds, of which so many were sent."""
        fds = self._speakers
        due = int(seconds / HEARTBEAT_SECONDS * len(fds)) - said
        for number in range(said, said + due):
            with suppress(OSError):  # it has gone, which is counted
                os.write(fds[number % len(fds)], BEAT)
        return due

    def _connect(self, address: Address, request: bytes, source: str | None = None) -> int:
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        connection.settimeout(GIVE_UP_SECONDS)
        if source is not None:
            connection.setsockopt(socket.IPPROTO_IP, BIND_WITHOUT_PORT, 1)
            connection.bind((source, 0))
        connection.connect(address)
        connection.sendall(request)
        connection.settimeout(0)
        fd = connection.fileno()
        self._sockets[fd] = connection
        self._receptions[fd] = Reception()
        self._epoll.register(fd, select.EPOLLIN)
        return fd

    def _wait_for_answers(self, waiting: set[int], left: int) -> None:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while len(waiting) > left:
            self._turn(1.0)
            for fd in list(waiting):
                reception = self._receptions.get(fd)
                _require(reception is not None and not reception.refusal, _told(reception))
                if reception is not None and reception.is_open:
                    waiting.remove(fd)
            _require(time.monotonic() < deadline, f"{len(waiting)} handshakes are not answered.")

    def _dismiss(self, waiting: set[int], left: int) -> None:
        """Those that are let in."""
        before = set(waiting)
        self._wait_for_answers(waiting, left)
        for fd in before - waiting:
            self._forget(fd)

    def _turn(self, seconds: float) -> int:
        """Take what has come; how many messages that made."""
        new = 0
        self._laggards.read(time.monotonic())
        for fd, _ in self._epoll.poll(seconds, EVENTS):
            try:
                chunk = os.read(fd, READ_BYTES)
            except ConnectionError:
                chunk = b""
            if not chunk:
                self._forget(fd)
                self._gone += 1
                continue
            reception = self._receptions[fd]
            if found := reception.take(chunk):
                self._arrivals.add(reception.place, found, time.monotonic())
                new += found
            if reception.to_say:
                with suppress(ConnectionError):
                    os.write(fd, reception.to_say)
                reception.to_say = b""
        self._deliveries += new
        return new

    def _forget(self, fd: int) -> None:
        self._epoll.unregister(fd)
        self._sockets.pop(fd).close()
        del self._receptions[fd]


def _told(reception: Reception | None) -> str:
    if reception is None:
        return "A client was cut off before it was let in."
    return f"A client is refused: {reception.refusal.decode(errors='replace')}"


def _require(is_so: bool, otherwise: str) -> None:  # noqa: FBT001 - what must be so
    if not is_so:
        raise RefusedError(otherwise)
