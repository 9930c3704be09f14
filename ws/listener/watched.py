"""From what is watched to the routes of its changes: formats, channels, and the site's own functions."""

import json
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import models

from triggers.audiences import Broadcast, Decided, Group, Owner
from triggers.formats import RODAN, TMSS
from triggers.functions import imported
from triggers.settings import TriggersSettings
from triggers.watches import Watch, resolve
from ws.listener.audiences import Audiences, Chosen, Owners, Place
from ws.listener.changes import Note, told_by
from ws.listener.messages import Format, rodan, tmss
from ws.listener.routes import Route, Routes, Split
from ws.listener.users import names_question
from ws.wire.channels import broadcast_channel, group_channel


def routes(
    prefix: str | None, triggers: TriggersSettings, alias: str, note: Note, others: Sequence[Route] = ()
) -> Routes:
    """Of the rows of this database, and `others`. Raises PathError, where a function is not there, and WatchError."""
    made = [*(_route(watch, prefix, note) for watch in resolve(triggers.watch)), *others]
    return Routes(made, broadcast_channel(prefix, triggers.facility), partial(names_question, alias))


def _route(watch: Watch, prefix: str | None, note: Note) -> Route | Split:
    told, place = _format(watch, note), Place(prefix, watch.facility)
    match watch.audience:
        case Broadcast():
            return Route(watch.label, told, broadcast_channel(prefix, watch.facility))
        case Group(name):
            return Route(watch.label, told, group_channel(prefix, name, watch.facility))
        case Owner():
            audiences: Audiences = Owners(watch.label, _quoted(watch.owner_column), place, note)
        case Decided(path):
            audiences = Chosen(watch.label, imported(path), place, shown=_shown(watch), note=note)
    return Split(watch.label, told, audiences)


def _format(watch: Watch, note: Note) -> Format:
    shown = _shown(watch)
    if watch.message == RODAN:
        return rodan(watch.label, shown)
    if watch.message == TMSS:
        return tmss(snake_case(watch.model.__name__), shown, has_number=_has_number(watch.model))
    return told_by(imported(watch.message), watch.label, shown, note)


def _shown(watch: Watch) -> frozenset[str]:
    """What the log has besides, as whose a row is, is for nobody to see."""
    return frozenset(map(_quoted, watch.carry))


def _quoted(name: str) -> str:
    """As PostgreSQL writes it in JSON."""
    return json.dumps(name, ensure_ascii=False)


def snake_case(name: str) -> str:
    """`TaskBlueprint` → `task_blueprint`, `HTTPServer` → `http_server`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _has_number(model: type[models.Model]) -> bool:
    """A key that is a link to a parent's is what that is."""
    field: Any = model._meta.pk
    while field.remote_field:
        field = field.target_field
    return isinstance(field, models.IntegerField)
