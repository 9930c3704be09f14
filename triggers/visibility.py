"""What anonymous visitors can follow, to be said where somebody reads it."""

from collections.abc import Iterable, Iterator

from django.db import router

from triggers.audiences import EVERYBODY, Decided
from triggers.settings import NOTIFY, load
from triggers.watches import Watch, resolve


def anonymous_lines(alias: str) -> list[str]:
    """A line for each facility that this database's rows are told on. Raises WatchError."""
    watches = [it for it in resolve(load().watch) if _is_of(it, alias)]
    if not watches:
        return []
    facilities: dict[str, list[str]] = {}
    for facility, model in _visible(watches):
        facilities.setdefault(facility, []).append(model)
    return [
        f"Anonymous visitors can follow: {facility} ({', '.join(models)})" for facility, models in facilities.items()
    ] or ["Anonymous visitors can follow: nothing"]


def _is_of(watch: Watch, alias: str) -> bool:
    options = watch.model._meta
    return bool(router.allow_migrate(alias, options.app_label, model_name=options.model_name))


def _visible(watches: Iterable[Watch]) -> Iterator[tuple[str, str]]:
    settings = load()
    for watch in watches:
        facility = settings.facility if settings.delivery == NOTIFY else watch.facility
        if watch.audience == EVERYBODY:
            yield facility, watch.label
        elif isinstance(watch.audience, Decided):
            yield facility, f"{watch.label} where {watch.audience.path} says so"
