"""The plan's rows, and what is done to them. Pure: the fields are named as the models' columns are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

UNTOLD_LENGTH = timedelta(hours=1)
"""How long an observation lasts that nobody gave an end."""
UNTOLD_RESERVATION = timedelta(hours=12)


class Status(StrEnum):
    """The models' statuses. A row may hold another text, typed by somebody; such a row is left alone."""

    DEFINED = "defined"
    SCHEDULED = "scheduled"
    OBSERVING = "observing"
    OBSERVED = "observed"
    PROCESSING = "processing"
    FINISHED = "finished"
    ERROR = "error"
    CANCELLED = "cancelled"


WAITING = frozenset[str]({Status.DEFINED, Status.SCHEDULED})
ENDED = frozenset[str]({Status.FINISHED, Status.ERROR, Status.CANCELLED})


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` on, up to `stop` and without it."""

    start: datetime
    stop: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.stop and other.start < self.stop

    def holds(self, other: "Span") -> bool:
        return self.start <= other.start and other.stop <= self.stop


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project."""

    id: UUID
    name: str
    description: str
    status: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A scheduling unit."""

    id: UUID
    project_id: UUID
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """An observation."""

    id: UUID
    scheduling_unit_id: UUID | None
    target: str
    right_ascension: float | None
    declination: float | None
    antenna_field: str
    start: datetime
    stop: datetime | None
    status: str
    recorded_bytes: int = 0

    @property
    def end(self) -> datetime:
        return self.stop or self.start + UNTOLD_LENGTH

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class ReservationRow:
    """A reservation; no antenna field means all of them."""

    id: UUID
    purpose: str
    antenna_field: str
    start: datetime
    stop: datetime | None
    status: str

    @property
    def end(self) -> datetime:
        return self.stop or self.start + UNTOLD_RESERVATION

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    def stands_on(self, antenna_field: str) -> bool:
        return self.status != Status.CANCELLED and self.antenna_field in ("", antenna_field)


Row = ProjectRow | UnitRow | ObservationRow | ReservationRow


@dataclass(frozen=True, slots=True)
class Edit:
    """A row before and after: None before it is made, None after it is removed."""

    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        row = self.after or self.before
        assert row is not None, "an edit of nothing"
        return row


@dataclass(frozen=True, slots=True)
class Step:
    """Edits that belong together: rows are made after, and removed before, those that they stand on."""

    at: datetime
    edits: tuple[Edit, ...]
