"""System checks of what is told to whom: functions that are not there, and what `DELIVERY = "notify"` cannot do."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from triggers.audiences import EVERYBODY, Decided
from triggers.checks import watch_errors
from triggers.formats import RODAN, is_path
from triggers.functions import PathError, imported
from triggers.settings import NOTIFY, configured, load
from triggers.watches import Watch, resolve

REMEDY = 'Set TRIGGERS["DELIVERY"] = "durable", where the listener writes the messages, or take it out.'
PATH_HINT = "Write the path of a function of one change: 'shop.messages.told'."


@register()
def check_messages(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001, ANN401
    """E008 a dotted path that leads to no function, E009 a format or an audience that "notify" cannot serve."""
    if isinstance(configured().get("WATCH"), str) or any(watch_errors()):
        return []
    watches = resolve(load().watch)
    return [*_path_errors(watches), *(_delivery_errors(watches) if load().delivery == NOTIFY else ())]


def _path_errors(watches: Sequence[Watch]) -> Iterator[Error]:
    paths = [load().message]
    for watch in watches:
        paths += [watch.message, *([watch.audience.path] if isinstance(watch.audience, Decided) else [])]
    for path in dict.fromkeys(filter(is_path, paths)):
        try:
            imported(path)
        except PathError as error:
            yield Error(f"TRIGGERS names a function that is not there: {error}.", hint=PATH_HINT, id="triggers.E008")


def _delivery_errors(watches: Sequence[Watch]) -> Iterator[Error]:
    """The trigger itself writes the message then, in the database."""
    if load().message != RODAN:
        yield _undeliverable(f"TRIGGERS['MESSAGE'] is {load().message!r}")
    for watch in watches:
        label = watch.model._meta.label
        if watch.message not in (RODAN, load().message):
            yield _undeliverable(f"TRIGGERS['WATCH'] has the message {watch.message!r} for {label}")
        if watch.audience != EVERYBODY:
            yield _undeliverable(f"TRIGGERS['WATCH'] has an audience for {label}")


def _undeliverable(what: str) -> Error:
    return Error(
        f"{what}, and TRIGGERS['DELIVERY'] is \"notify\", under which PostgreSQL writes Rodan's message for everybody.",
        hint=REMEDY,
        id="triggers.E009",
    )
