"""Where to listen, as it is written on a command line."""

import os
from argparse import ArgumentTypeError
from dataclasses import dataclass

UNIX = "unix:"
PATH_BYTES_AT_MOST = 103
"""What every system has room for in a socket's name (unix(7) says 107, macOS 103)."""


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


@dataclass(frozen=True, slots=True)
class UnixAddress:
    """A socket in the file system."""

    path: str

    def __str__(self) -> str:
        return f"{UNIX}{self.path}"


Address = TcpAddress | UnixAddress


def address(text: str) -> Address:
    """`host:port`, `:port` (every interface), `[::1]:port` or `unix:/path`. Raises ArgumentTypeError for others."""
    if text.startswith(UNIX):
        return _unix_address(text)
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise ArgumentTypeError(f"{text!r} is no address: write HOST:PORT, as in 127.0.0.1:8001, or unix:/PATH")
    return TcpAddress(host.strip("[]"), int(port))


def _unix_address(text: str) -> UnixAddress:
    path = text.removeprefix(UNIX)
    if not path.startswith("/"):
        raise ArgumentTypeError(f"{text!r} is no address: write the whole path, as in unix:/run/rowcast.sock")
    if len(os.fsencode(path)) > PATH_BYTES_AT_MOST:
        raise ArgumentTypeError(f"{text!r} is too long: the system allows {PATH_BYTES_AT_MOST} bytes")
    return UnixAddress(path)
