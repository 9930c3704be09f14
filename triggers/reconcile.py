"""What is wanted against what is installed. Pure: both come in as values, and a list of differences goes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from triggers.facts import Definition, InstalledLog, InstalledTrigger
from triggers.log import COMMENT_WORDS, LOG, LOG_FORMAT, PARTS


class State(StrEnum):
    """How a trigger stands."""

    INSTALLED = "installed"
    MISSING = "missing"
    OUTDATED = "outdated"
    DISABLED = "disabled"
    """Somebody switched it off (ALTER TABLE … DISABLE TRIGGER); it is left so."""
    UNWATCHED = "unwatched"
    """Ours, on a table that `TRIGGERS["WATCH"]` no longer names."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One trigger that is wanted, installed or both."""

    state: State
    wanted: Definition | None
    installed: InstalledTrigger | None

    @property
    def table(self) -> str:
        return str(self.wanted.table) if self.wanted else f"{self._found.schema}.{self._found.table}"

    @property
    def table_oid(self) -> int:
        return self.wanted.table.oid if self.wanted else self._found.table_oid

    @property
    def trigger(self) -> str:
        return self.wanted.trigger if self.wanted else self._found.trigger

    @property
    def _found(self) -> InstalledTrigger:
        assert self.installed is not None, "a trigger is wanted, installed or both"
        return self.installed

    def __str__(self) -> str:
        return f"{self.trigger} on {self.table}"

    @property
    def needs_work(self) -> bool:
        """Whether reconciling changes it. A disabled one is shown and warned of, never enabled unasked."""
        return self.state in {State.MISSING, State.OUTDATED, State.UNWATCHED}


@dataclass(frozen=True, slots=True)
class LogStanding:
    """The change log, as it is wanted and as it is."""

    state: State
    schema: str

    def __str__(self) -> str:
        return f"{self.schema}.{LOG}"


def log_standing(installed: InstalledLog, *, is_wanted: bool) -> LogStanding | None:
    """How the log stands; None where there is none, and none is wanted. OUTDATED: it is of another version's format."""
    if not is_wanted:
        return LogStanding(State.UNWATCHED, installed.schema) if installed.parts else None
    if installed.parts != PARTS or installed.comment is None:
        return LogStanding(State.MISSING, installed.schema)
    fits = installed.comment == f"{COMMENT_WORDS}{LOG_FORMAT}"
    return LogStanding(State.INSTALLED if fits else State.OUTDATED, installed.schema)


def standings(wanted: Iterable[Definition], installed: Iterable[InstalledTrigger]) -> list[Standing]:
    """Every trigger's standing: the wanted ones in their order, then those that nobody wants any more."""
    unclaimed = {(trigger.table_oid, trigger.trigger): trigger for trigger in installed}
    result = []
    for definition in wanted:
        found = unclaimed.pop((definition.table.oid, definition.trigger), None)
        result.append(Standing(_state(definition, found), definition, found))
    return [*result, *(Standing(State.UNWATCHED, None, found) for found in unclaimed.values())]


def trigger_matches(wanted: Definition, installed: InstalledTrigger) -> bool:
    """Whether the trigger itself is as it should be, so that its function is all that may need work."""
    operation = wanted.operation
    return (
        installed.type == operation.catalog_type
        and installed.old_rows == operation.old_rows
        and installed.new_rows == operation.new_rows
        and installed.plain
        and installed.enabled == wanted.enabled
        and (installed.function_schema, installed.function) == (wanted.table.home, wanted.function)
    )


def _function_matches(wanted: Definition, installed: InstalledTrigger) -> bool:
    return (
        installed.body == wanted.body
        and installed.security_definer
        and not installed.is_public
        and tuple(installed.config or ()) == wanted.config
        and (not wanted.counter or installed.has_counter)
    )


def _state(wanted: Definition, installed: InstalledTrigger | None) -> State:
    if installed is None:
        return State.MISSING
    if installed.is_disabled:
        return State.DISABLED
    if trigger_matches(wanted, installed) and _function_matches(wanted, installed):
        return State.INSTALLED
    return State.OUTDATED
