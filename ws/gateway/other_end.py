"""Who is at the other end of a connection, as its socket says."""

import asyncio

from ws.gateway.proxies import GONE, LOCAL_SOCKET


def peer_name(transport: asyncio.BaseTransport) -> str:
    """For observations."""
    name = _name(transport)
    if name is None:
        return "a local socket" if _is_local(transport) else "who is gone"
    return f"{name[0]}:{name[1]}"


def peer_address(transport: asyncio.BaseTransport) -> str:
    """LOCAL_SOCKET for a Unix socket, GONE for a TCP connection that was reset."""
    name = _name(transport)
    if name is None:
        return LOCAL_SOCKET if _is_local(transport) else GONE
    return name[0]


def _name(transport: asyncio.BaseTransport) -> tuple[str, int] | None:
    """None for a Unix socket, whose other end may have a path for a name."""
    name = transport.get_extra_info("peername")
    return name[:2] if isinstance(name, tuple) else None


def _is_local(transport: asyncio.BaseTransport) -> bool:
    """It came by a Unix socket. A TCP connection that was reset has no other end either, but one of ours."""
    return not isinstance(transport.get_extra_info("sockname"), tuple)
