"""Sockets that listen at a host and port.

Where the system spreads clients over sockets of one address (SO_REUSEPORT; Linux), each worker's place has a socket of
its own there: over one that all share, a burst goes to whoever wakes first. What waits in a place's queue while nobody
stands there is taken by who comes next.
"""

import errno
import socket
import sys
from collections.abc import Iterator, Sequence

from ws.keeper.addresses import TcpAddress
from ws.keeper.listener import WAITING_TO_BE_ACCEPTED, CannotListenError, Listener

IS_SPREAD_BY_THE_SYSTEM = sys.platform == "linux"
"""Elsewhere the socket that came last may get all clients (socket(7), and BSD's)."""

NOT_ON_THIS_MACHINE = {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL}
"""As IPv6 is where it is switched off."""

REMEDY = "End what uses that port, or choose another: --bind 127.0.0.1:8002"


def listen(address: TcpAddress, places: int) -> list[Listener]:
    """On all that the host's name stands for. Raises CannotListenError."""
    made: list[Listener] = []
    try:
        found = socket.getaddrinfo(address.host or None, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        missing: OSError | None = None
        for family, _, _, _, where in sorted(set(found)):
            try:
                made.append(_listen_at(family, _with_port(where, made), places))
            except OSError as error:
                if error.errno not in NOT_ON_THIS_MACHINE:
                    raise
                missing = error
        if not made and missing is not None:
            raise missing
    except OSError as error:
        for listener in made:
            listener.close()
        raise CannotListenError(address, error.strerror or str(error), REMEDY) from error
    return made


def _with_port(where: tuple[object, ...], made: Sequence[Listener]) -> tuple[object, ...]:
    """A name that stands for several addresses has the same free port at all of them."""
    if where[1] != 0 or not made:
        return where
    return (where[0], made[0].where[1], *where[2:])


def _listen_at(family: int, where: tuple[object, ...], places: int) -> Listener:
    sockets = list(_sockets(family, where, places))
    for each in sockets:
        each.listen(WAITING_TO_BE_ACCEPTED)
    return Listener(sockets)


def _sockets(family: int, where: tuple[object, ...], places: int) -> Iterator[socket.socket]:
    """One alone first: two gateways that both share the address would not notice each other."""
    first = _bound(family, where, is_shared=False)
    if places == 1 or not IS_SPREAD_BY_THE_SYSTEM:
        yield first
        return
    where = first.getsockname()
    first.close()
    for _ in range(places):
        yield _bound(family, where, is_shared=True)


def _bound(family: int, where: tuple[object, ...], *, is_shared: bool) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(where)
    except OSError:
        made.close()
        raise
    return made
