"""systemd's two customs: sockets that it passes on, and being told how it goes. Nothing of both without systemd.

Sources: sd_listen_fds(3), sd_notify(3). The workers inherit neither.
"""

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress

from ws.keeper.listener import CannotListenError, Listener
from ws.keeper.observations import Ready, Reloaded, ReloadFailed, Reloading, Stopping
from ws.observation import Observation, Observe

FIRST_DESCRIPTOR = 3

STATES = {
    Ready: "READY=1",
    Reloading: "RELOADING=1",
    Reloaded: "READY=1",
    ReloadFailed: "READY=1",
    Stopping: "STOPPING=1",
}

REMEDY = "It was passed on by LISTEN_FDS. The unit of the socket has ListenStream=, and not Accept=yes."


def passed_on() -> list[Listener]:
    """The sockets of our unit; they stay systemd's, and outlive us. Raises CannotListenError."""
    pid, number = os.environ.pop("LISTEN_PID", ""), os.environ.pop("LISTEN_FDS", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    if pid != str(os.getpid()) or not number.isdecimal():
        return []
    return [_listener(descriptor) for descriptor in range(FIRST_DESCRIPTOR, FIRST_DESCRIPTOR + int(number))]


def _listener(descriptor: int) -> Listener:
    os.set_inheritable(descriptor, False)  # noqa: FBT003
    try:
        passed = socket.socket(fileno=descriptor)
        accepts = passed.type == socket.SOCK_STREAM and passed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        raise CannotListenError(f"descriptor {descriptor}", str(error.strerror), REMEDY) from error
    if not accepts:
        raise CannotListenError(f"descriptor {descriptor}", "nobody can connect to it", REMEDY)
    return Listener([passed])


def also_notify(observe: Observe) -> Observe:
    """Systemd is told of what is observed, where it asks to be (Type=notify, or notify-reload)."""
    address = os.environ.pop("NOTIFY_SOCKET", "")
    if not address:
        return observe
    tell = _notifier(address)

    def both(observation: Observation) -> None:
        observe(observation)
        if (state := STATES.get(type(observation))) is not None:
            tell(state)

    return both


def _notifier(address: str) -> Callable[[str], None]:
    """An address that begins with `@` is in the abstract name space."""
    where = "\0" + address[1:] if address.startswith("@") else address

    def tell(state: str) -> None:
        at = f"\nMONOTONIC_USEC={time.monotonic_ns() // 1000}" if state == STATES[Reloading] else ""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as outlet, suppress(OSError):  # as sd_notify(3) advises
            outlet.sendto(f"{state}{at}".encode(), where)

    return tell
