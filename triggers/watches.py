"""From the entries of `TRIGGERS["WATCH"]` to watched tables. Asks Django's app registry, never the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from triggers.audiences import EVERYBODY, Audience, Owner
from triggers.facts import Operation
from triggers.formats import RODAN
from triggers.settings import load
from triggers.watch_entries import Entry, WatchError, read

PROJECT_COLUMN = "project_id"
"""A table with this column tells its project in every message (Rodan's format)."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One watched table."""

    model: type[models.Model]
    """The concrete model; proxies share its table and are one watch with it."""
    key_column: str
    has_project: bool
    facility: str = ""
    """On which its messages are published."""
    operations: frozenset[Operation] = frozenset(Operation)
    """What is told of its rows."""
    columns: tuple[str, ...] | None = None
    """The fields that count, its parents' and many-to-many ones too; None: all."""
    carry: tuple[str, ...] = ()
    """The table's columns whose values travel along."""
    message: str = RODAN
    """The format of its messages."""
    audience: Audience = EVERYBODY
    owner_column: str = ""
    """The table's column with the key of the user whom a row belongs to; empty unless the audience is the owner."""

    @property
    def model_name(self) -> str:
        return self.model._meta.model_name or ""

    @property
    def label(self) -> str:
        """As the log writes it: `shop.order`."""
        return self.model._meta.label_lower

    def tells_project(self, columns: Iterable[str]) -> bool:
        """Whether messages name the project of a row that has these columns."""
        return self.has_project and PROJECT_COLUMN in columns

    def carried(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Which values travel along of a row with these columns, beside its project."""
        return self._beside_project(self.carry, columns)

    def logged(self, columns: Iterable[str]) -> tuple[str, ...]:
        """What the log has of such a row, beside its project: what travels along, and whose it is."""
        owner = (self.owner_column,) if self.owner_column else ()
        return self._beside_project(tuple(dict.fromkeys([*self.carry, *owner])), columns)

    def _beside_project(self, names: Iterable[str], columns: Iterable[str]) -> tuple[str, ...]:
        there = set(columns) - ({PROJECT_COLUMN} if self.has_project else set())
        return tuple(name for name in names if name in there)

    def counted(self, model: type[models.Model]) -> tuple[str, ...] | None:
        """This model's own columns that count, key and owner among them; empty where none does; None: all."""
        if self.columns is None:
            return None
        fields = model._meta.local_concrete_fields
        owner = self.owner_column if model is self.model else ""
        chosen = [it for it in fields if it.name in self.columns or (owner and catalog_name(str(it.column)) == owner)]
        keys = [field for field in fields if field.primary_key]
        return tuple(dict.fromkeys(catalog_name(str(field.column)) for field in [*keys, *chosen])) if chosen else ()

    @property
    def db_table(self) -> str:
        """As the model declares it, which may be a quoted `schema"."table`."""
        return self.model._meta.db_table


def resolve(entries: Iterable[object]) -> list[Watch]:
    """The watches that these entries stand for, one per table, in the order of the entries.

    A dict says more than a name: it counts wherever it stands. Raises WatchError for the first entry that names what
    does not exist, or whose model has no fitting key.
    """
    watches: dict[str, Watch] = {}
    described: dict[str, Watch] = {}
    for entry in map(read, entries):
        for watch in _watches(entry):
            watches.setdefault(watch.db_table, watch)
            if entry.is_dict and described.setdefault(watch.db_table, watch) != watch:
                raise WatchError(
                    f"TRIGGERS['WATCH'] has two different dicts for {watch.model._meta.label}.",
                    hint="Write one: a table has one set of triggers, and a change is told once.",
                    code="E006",
                )
    return [described.get(table, watch) for table, watch in watches.items()]


def resolve_name(entry: object) -> list[Watch]:
    """The watches of an app label (every model of it that migrate manages), of one `"app.Model"`, or of a dict."""
    return _watches(read(entry))


def _watches(entry: Entry) -> list[Watch]:
    if "." in entry.name:
        return [_watch(_model(entry.name), entry)]
    return [_watch(model, entry) for model in _app_models(entry.name)]


def _app_models(label: str) -> list[type[models.Model]]:
    try:
        config = apps.get_app_config(label)
    except LookupError as error:
        labels = ", ".join(sorted(app.label for app in apps.get_app_configs()))
        raise WatchError(
            f"TRIGGERS['WATCH'] names the app {label!r}, which is not installed.",
            hint=f"Installed are: {labels}. A single model is written 'app.Model'.",
            code="E001",
        ) from error
    return [model for model in config.get_models() if model._meta.managed and not model._meta.swapped]


def _model(name: str) -> type[models.Model]:
    try:
        return apps.get_model(name)
    except (LookupError, ValueError) as error:
        raise WatchError(
            f"TRIGGERS['WATCH'] names the model {name!r}, which does not exist.",
            hint="Write it as 'app_label.ModelName', and install its app.",
            code="E001",
        ) from error


def catalog_name(name: str) -> str:
    """A column as the catalog names it: Django quotes a name as it is, so a quote in it is written twice."""
    return name.removeprefix('"').removesuffix('"').replace('""', '"')


def _watch(model: type[models.Model], entry: Entry) -> Watch:
    concrete = model._meta.concrete_model or model
    options = concrete._meta
    column: str | None = options.pk.column
    if column is None:
        raise WatchError(
            f"TRIGGERS['WATCH'] names {options.label}, whose primary key is composite.",
            hint="A message carries one key: watch a model whose primary key is one column, best a UUID.",
            code="E002",
        )
    columns = {field.column for field in options.local_concrete_fields}
    facility = entry.facility or load().facility
    _require_plain(facility, entry)
    return Watch(
        model=concrete,
        key_column=catalog_name(column),
        has_project=PROJECT_COLUMN in columns,
        facility=facility,
        operations=entry.operations,
        columns=None if entry.columns is None else tuple(_field(concrete, name).name for name in entry.columns),
        carry=tuple(_own_column(concrete, name) for name in entry.carry),
        message=entry.message or load().message,
        audience=entry.audience,
        owner_column=_owner_column(concrete, entry.audience.field) if isinstance(entry.audience, Owner) else "",
    )


def _require_plain(facility: str, entry: Entry) -> None:
    """As part of a longer name a facility with a colon could be read in two ways."""
    if ":" in facility and entry.audience != EVERYBODY:
        raise WatchError(
            f"TRIGGERS['WATCH'] has an audience for {entry.name} on the facility {facility!r}, which has a colon.",
            hint="Without colons there is one way to read a channel's name; only broadcast takes them.",
            code="E006",
        )


def _field(model: type[models.Model], name: str) -> Any:  # noqa: ANN401 - of any kind
    """A field of the model or of its parents, by its own name or its column's."""
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    for field in fields:
        if name in {field.name, field.column}:
            return field
    known = ", ".join(field.name for field in fields)
    raise WatchError(
        f"TRIGGERS['WATCH'] names {name!r} of {model._meta.label}, which has no such field.",
        hint=f"It has: {known}.",
        code="E007",
    )


def _own_column(model: type[models.Model], name: str) -> str:
    field = _field(model, name)
    if field not in model._meta.local_concrete_fields:
        raise WatchError(
            f"TRIGGERS['WATCH'] lets {name!r} of {model._meta.label} travel along, which is in another table.",
            hint="What travels along is a column of the model's own table.",
            code="E007",
        )
    return catalog_name(field.column)


INTEGERS = ("SmallIntegerField", "IntegerField", "BigIntegerField", "AutoField", "SmallAutoField", "BigAutoField")


def _owner_column(model: type[models.Model], name: str) -> str:
    """A column of the model's own that holds keys of users."""
    column = _own_column(model, name)
    if not _leads_to_user(_field(model, name)):
        raise WatchError(
            f"TRIGGERS['WATCH'] has {name!r} of {model._meta.label} as its owner, which does not lead to the user.",
            hint="It is a foreign key to AUTH_USER_MODEL's primary key, or a column that holds such a key.",
            code="E010",
        )
    return column


def _leads_to_user(field: Any) -> bool:  # noqa: ANN401 - of any kind
    try:
        user = get_user_model()._meta
    except ImproperlyConfigured:
        return False
    if field.is_relation:
        return field.related_model._meta.concrete_model is user.concrete_model and field.target_field.primary_key
    kinds = {field.get_internal_type(), user.pk.get_internal_type()}
    return len(kinds) == 1 or kinds <= set(INTEGERS)
