"""From the names in `TRIGGERS["WATCH"]` to watched tables. Asks Django's app registry, never the database."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from triggers.settings import load

PROJECT_COLUMN = "project_id"
"""A table with this column tells its project in every message (Rodan's format)."""


class WatchError(ValueError):
    """A name in `TRIGGERS["WATCH"]` that cannot be watched."""

    def __init__(self, message: str, *, hint: str, code: str) -> None:
        super().__init__(message)
        self.hint = hint
        self.code = code


@dataclass(frozen=True, slots=True)
class Watch:
    """One watched table."""

    model: type[models.Model]
    """The concrete model; proxies share its table and are one watch with it."""
    key_column: str
    has_project: bool
    facility: str = ""
    """On which its messages are published."""

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

    @property
    def db_table(self) -> str:
        """As the model declares it, which may be a quoted `schema"."table`."""
        return self.model._meta.db_table


def resolve(names: Iterable[object]) -> list[Watch]:
    """The watches that these names stand for, one per table, in the order of the names.

    Raises WatchError for the first name that does not exist or whose model has no fitting key.
    """
    watches = {watch.db_table: watch for name in names for watch in resolve_name(name)}
    return list(watches.values())


def resolve_name(name: object) -> list[Watch]:
    """The watches of an app label (every model of it that migrate manages) or of one `"app.Model"`."""
    if not isinstance(name, str):
        raise WatchError(
            f"TRIGGERS['WATCH'] holds {name!r}, which is no name.",
            hint="Write an app label ('shop') or a model ('shop.Order').",
            code="E001",
        )
    if "." in name:
        return [_watch(_model(name))]
    return [_watch(model) for model in _app_models(name)]


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


def _watch(model: type[models.Model]) -> Watch:
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
    return Watch(
        model=concrete, key_column=catalog_name(column), has_project=PROJECT_COLUMN in columns, facility=load().facility
    )
