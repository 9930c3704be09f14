"""Where the load goes: what `-s` names, as the URLs of the gateway. Pure."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

WEBSOCKET_PATH = "/ws/"
DEFAULT_PORTS = {"ws": 80, "wss": 443}
_SCHEMES = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}
_LOCAL_HOSTS = {"localhost", "::1", "0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to


class AddressError(ValueError):
    """A server's address that is none."""


@dataclass(frozen=True, slots=True)
class Target:
    """A gateway."""

    load_url: str
    """Ends with `/ws/`: no facility and no words, so heartbeats come, and nothing else."""
    host: str
    port: int

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, as far as its name tells."""
        return self.host in _LOCAL_HOSTS or (self.host.startswith("127.") and self.host.replace(".", "").isdecimal())

    def follow_url(self, facility: str) -> str:
        """Where a facility's broadcast messages come."""
        return f"{self.load_url}{quote(facility)}?subscribe-broadcast"


def target(text: str) -> Target:
    """`host`, `host:port` or a URL of ws, wss, http or https, with a path or without. Raises AddressError."""
    url = urlsplit(text if "://" in text else f"ws://{text}")
    scheme = _SCHEMES.get(url.scheme)
    if scheme is None:
        raise AddressError(f"{text!r} is no address of a WebSocket server: write host:port, ws://… or wss://…")
    if url.query or url.fragment or url.username or any(letter.isspace() for letter in text):
        raise AddressError(f"{text!r} says too much: write host:port, ws://… or wss://…, with a path at most")
    try:
        host, port = url.hostname, url.port or DEFAULT_PORTS[scheme]
    except ValueError as error:
        raise AddressError(f"{text!r} has a port that is none: a number from 1 to 65535 is expected") from error
    if not host:
        raise AddressError(f"{text!r} names no host: write host:port, ws://… or wss://…")
    return Target(f"{scheme}://{url.netloc}{_path(text, url.path)}", host, port)


def _path(text: str, path: str) -> str:
    """A path that ends with the gateway's stays; one before it is the site's."""
    site = f"{path.rstrip('/')}/"
    if site.endswith(WEBSOCKET_PATH):
        return site
    if WEBSOCKET_PATH in site:
        raise AddressError(f"{text!r} names a facility: name the server, and the facility with -f")
    return f"{site.rstrip('/')}{WEBSOCKET_PATH}"
