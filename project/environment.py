"""The database and the Redis that the environment names, in the forms that Django and redis-py take.

Where the environment is silent, the servers that `make run` started in this checkout serve, so that
`manage.py shell` in a second terminal meets them; where there are none, the usual ones on this machine.
"""

import json
import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from redis.connection import SSLConnection, UnixDomainSocketConnection, parse_url

CHECKOUT = Path(__file__).resolve().parent.parent
DEVELOPMENT_FOLDER = Path(os.environ.get("DEVELOPMENT_FOLDER") or CHECKOUT / ".rowcast")
"""The data of the servers that `make run` starts; git ignores it."""
SERVERS_FILE = DEVELOPMENT_FOLDER / "servers.json"
"""`DATABASE_URL` and `REDIS_URL` of the running development servers; there while they run."""

DATABASE_VARIABLES = ("DATABASE_URL",)
REDIS_VARIABLES = ("REDIS_URL", "REDIS_HOST", "REDIS_PORT", "DB")


def is_configured(variables: tuple[str, ...]) -> bool:
    """Whether the environment names a server by any of these variables."""
    return any(os.environ.get(variable) for variable in variables)


def database() -> dict[str, Any]:
    """The entry of `DATABASES`. Raises ImproperlyConfigured for a `DATABASE_URL` that is none."""
    url = os.environ.get("DATABASE_URL") or _development_url("DATABASE_URL") or "postgres://localhost:5432/rowcast"
    try:
        return dict(dj_database_url.parse(url, conn_max_age=60))
    except ValueError as error:
        raise ImproperlyConfigured("DATABASE_URL is no postgres://user:password@host:5432/name.") from error


def redis_connection() -> dict[str, Any]:
    """`WS4REDIS_CONNECTION`: `REDIS_URL` as a whole, or `REDIS_HOST`, `REDIS_PORT` and `DB` one by one.

    Raises ImproperlyConfigured for a number that is none.
    """
    if url := os.environ.get("REDIS_URL"):
        return redis_arguments(url)
    if not is_configured(REDIS_VARIABLES) and (url := _development_url("REDIS_URL")):
        return redis_arguments(url)
    return {
        "host": os.environ.get("REDIS_HOST") or "localhost",
        "port": _number("REDIS_PORT", 6379),
        "db": _number("DB", 0),
        "password": os.environ.get("REDIS_PASSWORD") or None,
    }


def redis_arguments(url: str) -> dict[str, Any]:
    """A Redis URL as ws4redis's keyword arguments: a TLS URL sets `ssl`, a socket's sets `unix_socket_path`."""
    arguments: dict[str, Any] = {"db": 0, "password": None, **parse_url(url)}  # type: ignore[no-untyped-call]
    kind = arguments.pop("connection_class", None)
    if kind is SSLConnection:
        arguments["ssl"] = True
    if kind is UnixDomainSocketConnection:
        arguments["unix_socket_path"] = arguments.pop("path")
    return arguments


def _number(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal():
        raise ImproperlyConfigured(f"The environment variable {variable} is {text!r}, which is no number.")
    return int(text)


def _development_url(variable: str) -> str | None:
    try:
        urls: dict[str, str] = json.loads(SERVERS_FILE.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return urls.get(variable)
