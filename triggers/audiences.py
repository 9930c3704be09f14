"""Who is told of a watched row's changes, as `"audience"` of an entry says it. Pure."""

from dataclasses import dataclass

from triggers.formats import is_path

BROADCAST = "broadcast"
AUDIENCES_HINT = (
    'It is "broadcast"; {"group": "schedulers"}; {"owner": "user"}, a column of the model that leads to the user; or a'
    " dotted path to a function of one change."
)


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Everybody who can reach the gateway."""


@dataclass(frozen=True, slots=True)
class Group:
    """The members of one group."""

    name: str


@dataclass(frozen=True, slots=True)
class Owner:
    """The user whom the row belongs to."""

    field: str
    """A field of the model's, or its column."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Those whom a function of the site's names, for each change."""

    path: str


Audience = Broadcast | Group | Owner | Decided
EVERYBODY = Broadcast()


def read(value: object) -> Audience | None:
    """None where this says no audience."""
    match value:
        case "broadcast":
            return EVERYBODY
        case {"group": str(name), **others} if name and not others:
            return Group(name)
        case {"owner": str(name), **others} if name and not others:
            return Owner(name)
        case str(path) if is_path(path):
            return Decided(path)
        case _:
            return None
