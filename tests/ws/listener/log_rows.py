"""Rows as the log has them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from ws.listener.message_observations import Misfortune
from ws.listener.messages import rodan
from ws.listener.routes import Route, Routes
from ws.listener.rows import Row
from ws.wire.channels import Channel


def row(**columns: Any) -> Row:  # noqa: ANN401 - as the column is
    """One change of an order, but for what is said otherwise."""
    plain = {"id": 1, "xid": 3, "status": "updated", "model": "shop.order", "key": None, "uuids": None, "keys": None}
    return Row(**{**plain, "carried": None, "at": "2031-05-04 12:00:00.5+00", **columns})


def bulk(uuids: Sequence[str] | None = None, keys: Sequence[str | None] | None = None, **columns: Any) -> Row:  # noqa: ANN401
    """Many changes of one statement."""
    return row(uuids=None if uuids is None else f"{{{','.join(uuids)}}}", keys=keys, **columns)


def uuids(number: int) -> str:
    """As PostgreSQL writes one."""
    return str(UUID(int=number))


def unnoted(_: Misfortune) -> None:
    """What happens to these changes is another test's affair."""


def routes_to(channels: Mapping[str, Channel], default: Channel) -> Routes:
    """For models by their labels, in Rodan's words."""
    return Routes([Route(model, rodan(model), channel) for model, channel in channels.items()], default)
