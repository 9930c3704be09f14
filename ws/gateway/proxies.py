"""Who really asks, where a proxy stands between: from the peer and its request's headers. Pure.

What a trusted peer says of the client counts, and nobody else's word. A proxy appends to X-Forwarded-For, so it is read
from its right end, past the trusted ones, up to the first who is not. RFC 7239's `Forwarded` is not read: nginx, Apache
and HAProxy do not send it unasked, and a proxy that does not know it passes on what the client wrote there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from websockets.datastructures import Headers

from ws.gateway.query import RefusedError

UNIX = "unix"
REMEMBERED = 1024
"""Addresses; most come again and again, and reading one takes as long as the rest."""
LOCAL_SOCKET = ""
"""The address of whoever comes by a Unix socket."""
GONE = "::"
"""Of whoever came by TCP and has reset the connection: nobody can say any more who that was, and nobody is trusted."""
FORWARDED_FOR, FORWARDED_PROTO, FORWARDED_HOST = "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"

_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_NGINX_UNIX = "unix:"
"""What nginx writes for a client that came by a Unix socket."""
_WITH_PORT = re.compile(r"(?:\[(?P<six>[^\]]*)\]|(?P<four>[0-9.]+))(?::[0-9]{1,5})?")
_HOST = re.compile(r"(?:[a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+\])(?::[0-9]{1,5})?", re.IGNORECASE)
"""As Django has it: `django.http.request.host_validation_re`."""

Address = IPv4Address | IPv6Address


class Through(Enum):
    """How a request came."""

    STRANGER = auto()
    """By the client itself, whose headers say of it what it likes."""
    UNNAMED = auto()
    """From this machine, where a proxy may be that nobody named."""
    TRUSTED = auto()


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of the connection."""

    address: str = LOCAL_SOCKET
    is_secure: bool = False
    """It speaks TLS with us."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as far as somebody says whom we believe."""

    address: str = LOCAL_SOCKET
    scheme: str | None = None
    """`http` or `https`, as the browser knows it; None: nobody said."""
    host: str | None = None
    """And port, likewise; None: as the header Host has it."""
    through: Through = Through.UNNAMED
    is_forwarded: bool = False
    """The address is what a trusted proxy said."""
    is_unheard: bool = False
    """A proxy said who it is, and we did not believe it."""


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """Whose word counts."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    has_unix: bool = False

    def __contains__(self, address: str) -> bool:
        if address == LOCAL_SOCKET:
            return self.has_unix
        if not self.networks:
            return False
        parsed = _parsed(address)
        return any(parsed in network for network in self.networks)


TRUSTS_NOBODY = TrustedProxies()
LOCAL_PEER = Peer()


def trusted_proxies(entries: Sequence[str]) -> TrustedProxies:
    """From addresses, networks and "unix". Raises ValueError for what is none of them."""
    networks = tuple(ip_network(entry) for entry in entries if entry != UNIX)
    return TrustedProxies(networks, UNIX in entries)


def who_asks(peer: Peer, headers: Headers, trusted: TrustedProxies) -> Asker:
    """Raises RefusedError (400) where a trusted proxy says something that cannot be understood, or two things."""
    scheme = "https" if peer.is_secure else None
    if peer.address not in trusted:
        if not is_local(peer.address):
            return Asker(peer.address, scheme, through=Through.STRANGER)
        return Asker(peer.address, scheme, is_unheard=FORWARDED_FOR in headers)
    address = _client(headers, trusted)
    return Asker(
        peer.address if address is None else address,
        _forwarded_scheme(headers) or scheme,
        _forwarded_host(headers),
        through=Through.TRUSTED,
        is_forwarded=address is not None,
    )


def is_local(address: str) -> bool:
    """Of this machine."""
    return address == LOCAL_SOCKET or _parsed(address).is_loopback


def counted_as(address: str, trusted: TrustedProxies) -> str | None:
    """Under which name a client is counted; None for this machine and proxies, behind whom anybody may be.

    Of IPv6 the first 64 bits, within which one machine may choose its address (RFC 4291, section 2.5.1).
    """
    try:
        parsed = _parsed(address)
    except ValueError:  # a local socket, or what an ASGI server calls an address
        return None
    if parsed.is_loopback or address in trusted:
        return None
    return str(parsed) if parsed.version == 4 else str(ip_network((parsed, 64), strict=False))


@lru_cache(maxsize=REMEMBERED)
def _parsed(address: str) -> Address:
    """IPv4 within IPv6 is IPv4; a zone (`%eth0`) says only by which interface."""
    parsed = ip_address(address.partition("%")[0])
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _client(headers: Headers, trusted: TrustedProxies) -> str | None:
    """The first from the right that is not trusted, else the leftmost; None where none is named."""
    found = None
    for entry in _from_the_right(headers):
        found = _forwarded_address(entry)
        if found not in trusted:
            break
    return found


def _from_the_right(headers: Headers) -> Iterator[str]:
    """Several lines are one list, and empty entries are none (RFC 9110, sections 5.3 and 5.6.1.2)."""
    for line in reversed(headers.get_all(FORWARDED_FOR)):
        yield from (entry for part in reversed(line.split(",")) if (entry := part.strip(" \t")))


def _forwarded_address(entry: str) -> str:
    """Some proxies write the client's port too."""
    if entry == _NGINX_UNIX:
        return LOCAL_SOCKET
    found = _WITH_PORT.fullmatch(entry)
    text = entry if found is None else found["six"] or found["four"] or ""
    try:
        return str(_parsed(_without_zone(text)))
    except ValueError as error:
        raise RefusedError(
            400, f"The proxy says {FORWARDED_FOR}: …{ascii(entry)[:80]}, which is no address."
        ) from error


def _without_zone(text: str) -> str:
    if "%" in text:
        raise ValueError(text)
    return text


def _forwarded_scheme(headers: Headers) -> str | None:
    said = _only(headers, FORWARDED_PROTO)
    if said is None:
        return None
    scheme = _SCHEMES.get(said)
    if scheme is None:
        raise RefusedError(
            400, f"The proxy says {FORWARDED_PROTO}: {ascii(said)[:80]}, which is neither http nor https."
        )
    return scheme


def _forwarded_host(headers: Headers) -> str | None:
    said = _only(headers, FORWARDED_HOST)
    if said is not None and _HOST.fullmatch(said) is None:
        raise RefusedError(400, f"The proxy says {FORWARDED_HOST}: {ascii(said)[:80]}, which is no host.")
    return said


def _only(headers: Headers, name: str) -> str | None:
    """What all who said it agree in: where a client said it first, a proxy may have appended its own word."""
    lines = headers.get_all(name)
    said = {entry for line in lines for part in line.split(",") if (entry := part.strip(" \t").lower())}
    if len(said) > 1:
        raise RefusedError(400, f"{name} says two things; the proxy is to replace what a client sends.")
    return next(iter(said), None)
