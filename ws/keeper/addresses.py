"""Where to listen, as it is written on a command line."""

from argparse import ArgumentTypeError
from dataclasses import dataclass

UNIX = "unix:"


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A host of this machine, empty for all of its interfaces, and a port; 0 for a free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{bracketed(self.host)}:{self.port}"


def bracketed(host: str) -> str:
    """As it stands before a port."""
    return f"[{host}]" if ":" in host else host


def address(text: str) -> TcpAddress:
    """`host:port`, `:port` (every interface) or `[::1]:port`. Raises ArgumentTypeError for anything else."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise ArgumentTypeError(f"{text!r} is no address: write HOST:PORT, as in 127.0.0.1:8001")
    return TcpAddress(host.strip("[]"), int(port))
