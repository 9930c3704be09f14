"""Which way the changes of each model go: in which words, and to whom. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from triggers.log import CANARY_MODEL
from ws.listener.audiences import Audiences
from ws.listener.messages import Format, rodan
from ws.listener.rows import Row
from ws.wire.channels import Channel

Question = tuple[str, Sequence[Any]]
AskNames = Callable[[Collection[str]], Question | None]


def _nobody(_: Collection[str]) -> None:
    """No model has owners."""


@dataclass(frozen=True, slots=True)
class Route:
    """Of a model whose messages all go to one channel."""

    model: str
    """Its label."""
    format: Format
    channel: Channel

    def may_reach(self, channel: Channel) -> bool:
        """Whether its messages may have been published there."""
        return channel == self.channel


@dataclass(frozen=True, slots=True)
class Split:
    """Of a model whose changes each have channels of their own."""

    model: str
    format: Format
    audiences: Audiences

    def may_reach(self, channel: Channel) -> bool:
        return self.audiences.may_reach(channel)


class Routes:
    """Every watched model's. One that is watched no more has rows in the log: whose they are for is not known any more,
    so all that is told of them is, on the default channel, to look at every row again.
    """

    def __init__(self, routes: Iterable[Route | Split], default: Channel, ask_names: AskNames = _nobody) -> None:
        """`ask_names`: how to find out what users with these keys are called."""
        self._ask_names = ask_names
        self._routes = {route.model: route for route in routes}
        # Of a time when there were canaries, or of a listener that still has them: they are for nobody here.
        silent = Format(lambda _: (), lambda _: b"")
        self._strangers: dict[str, Route] = {CANARY_MODEL: Route(CANARY_MODEL, silent, default)}
        self.default = default
        self.has_splits = any(isinstance(route, Split) for route in self._routes.values())
        """Whether there are channels that only a change names."""

    def of(self, model: str) -> Route | Split:
        """The route of a model by its label."""
        return self._routes.get(model) or self._stranger(model)

    @property
    def channels(self) -> Sequence[Channel]:
        """Those that are known before there is a change."""
        named = (route.channel for route in self._routes.values() if isinstance(route, Route))
        return tuple(dict.fromkeys([self.default, *named]))

    def may_name(self, channel: Channel) -> bool:
        """Whether some change may name it."""
        return any(isinstance(route, Split) and route.may_reach(channel) for route in self._routes.values())

    def announcements(self, channel: Channel, epoch: str) -> list[bytes]:
        """What an epoch of this name begins with on this channel: one message for each model that it may carry."""
        return [route.format.announce(epoch) for route in self._routes.values() if route.may_reach(channel)]

    def question(self, rows: Iterable[Row]) -> Question | None:
        """SQL and parameters: what those are called whose rows these are; None where no name is needed."""
        if not self.has_splits:
            return None
        return self._ask_names(set(self._owners(rows)))

    def _owners(self, rows: Iterable[Row]) -> Iterator[str]:
        for row in rows:
            route = self.of(row.model)
            if isinstance(route, Split):
                yield from route.audiences.owners(row)

    def _stranger(self, model: str) -> Route:
        if model not in self._strangers:
            self._strangers[model] = Route(model, _keyless(rodan(model)), self.default)
        return self._strangers[model]


def _keyless(told: Format) -> Format:
    """One message for a whole row of the log."""

    def compose(row: Row) -> Sequence[bytes]:
        every = row._replace(status="resync", key=None, uuids=None, keys=None, carried=None)
        return told.compose(every)

    return replace(told, compose=compose)
