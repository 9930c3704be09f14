"""For whom a row's changes are, where that is another thing for each change. Pure, but for the site's function."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ws.listener.carried import members
from ws.listener.changes import Change, Lazy, Note, changes, described
from ws.listener.message_observations import AudienceFailed, OwnerMissing
from ws.listener.messages import Shown
from ws.listener.rows import Row
from ws.wire.channels import Channel, broadcast_channel, group_channel, user_channel

AUDIENCES_AT_MOST = 500
"""Of one change, all of which are published in one step."""

Names = Mapping[str, str]
"""The key of a user, as text → the user's name."""


class Audiences(Protocol):
    """Of one model."""

    def owners(self, row: Row) -> Iterable[str]:
        """The keys of the users whose names are needed."""
        ...

    def channels(self, row: Row, names: Names) -> Sequence[Sequence[Channel]]:
        """Of each change of the row."""
        ...

    def may_reach(self, channel: Channel) -> bool:
        """Whether messages of this model may have been published there."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages of one facility go."""

    prefix: str | None
    facility: str

    def user(self, name: str) -> Channel:
        return user_channel(self.prefix, name, self.facility)

    def channel(self, audience: object) -> Channel:
        """Of `"broadcast"`, `("group", name)` or `("user", name)`. Raises ValueError for anything else."""
        match audience:
            case "broadcast":
                return broadcast_channel(self.prefix, self.facility)
            case ("group", str(name)) if name:
                return group_channel(self.prefix, name, self.facility)
            case ("user", str(name)) if name:
                return self.user(name)
        raise ValueError(
            f'it named {audience!r:.200}, which is neither "broadcast" nor ("group", name) nor ("user", name)'
        )

    def has(self, channel: Channel) -> bool:
        """Whether everybody's, some group's or some user's messages of the facility go there."""
        group = group_channel(self.prefix, "", self.facility)
        return channel == self.channel("broadcast") or self._is_like(group, channel) or self.has_user(channel)

    def has_user(self, channel: Channel) -> bool:
        """Whether some user's do."""
        return self._is_like(self.user(""), channel)

    def _is_like(self, nameless: str, channel: Channel) -> bool:
        ending = f":{self.facility}"
        return channel.startswith(nameless.removesuffix(ending)) and channel.endswith(ending)


class Owners:
    """The user whose key stands in a column of the row: nobody where there is none."""

    def __init__(self, model: str, column: str, place: Place, note: Note) -> None:
        self._model = model
        self._column = column
        """As a name in JSON."""
        self._place = place
        self._note = note

    def owners(self, row: Row) -> Iterator[str]:
        return filter(None, map(self._owner, row.carried_objects))

    def channels(self, row: Row, names: Names) -> list[Sequence[Channel]]:
        carried: Sequence[str | None] = row.carried_objects or [None] * len(row.told_keys)
        return [self._channels(columns, names) for columns in carried]

    def may_reach(self, channel: Channel) -> bool:
        return self._place.has_user(channel)

    def _channels(self, columns: str | None, names: Names) -> Sequence[Channel]:
        owner = self._owner(columns)
        if owner is None:
            self._note(OwnerMissing(self._model, "the row is nobody's"))
            return ()
        if owner not in names:
            self._note(OwnerMissing(self._model, f"there is no user with the key {owner}"))
            return ()
        return (self._place.user(names[owner]),)

    def _owner(self, columns: str | None) -> str | None:
        """A number, or a text in quotes."""
        value = None if columns is None else members(columns).get(self._column)
        return None if value in {None, "null"} else value.strip('"')


class Chosen:
    """Those whom a function of the site's names: nobody where it fails."""

    def __init__(
        self, model: str, function: Callable[[Change], object], place: Place, *, shown: Shown, note: Note
    ) -> None:
        self._model = model
        self._function = function
        self._place = place
        self._shown = shown
        self._note = note

    def owners(self, _row: Row) -> tuple[()]:
        return ()

    def channels(self, row: Row, _names: Names) -> list[Sequence[Channel]]:
        return [self._channels(f"{row.status} {key}", lazy) for key, lazy in changes(row, self._shown)]

    def may_reach(self, channel: Channel) -> bool:
        return self._place.has(channel)

    def _channels(self, change: str, lazy: Lazy) -> Sequence[Channel]:
        try:
            return self._named(self._function(lazy()))
        except Exception as error:  # noqa: BLE001 - the site's own code
            self._note(AudienceFailed(self._model, f"{change}: {described(error)}"))
            return ()

    def _named(self, answer: object) -> Sequence[Channel]:
        if isinstance(answer, str) or not isinstance(answer, Iterable):
            raise TypeError(f"it gave {answer!r:.200}, which is no list of audiences")
        found = dict.fromkeys(map(self._place.channel, answer))
        if len(found) > AUDIENCES_AT_MOST:
            raise ValueError(f"it named {len(found)} audiences, and {AUDIENCES_AT_MOST} may be")
        return tuple(found)
