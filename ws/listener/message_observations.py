"""What is worth noticing about messages and whom they are for. The same happens to many changes: it is added up."""

import logging
from dataclasses import dataclass
from typing import ClassVar

from ws.observation import Observation


@dataclass(frozen=True, slots=True)
class Misfortune(Observation):
    """What happened to so many changes of one model."""

    level: ClassVar[int] = logging.WARNING
    model: str
    error: str
    """Of the last one."""
    changes: int = 1


@dataclass(frozen=True, slots=True)
class FormatFailed(Misfortune):
    """A function of the site's gave no message: Rodan's shortest is told instead."""

    level: ClassVar[int] = logging.ERROR

    def __str__(self) -> str:
        return (
            f"{self.changes} changes of {self.model} are told in Rodan's words, without what they carry: {self.error}"
        )


@dataclass(frozen=True, slots=True)
class AudienceFailed(Misfortune):
    """A function of the site's named no audience: nobody is told."""

    level: ClassVar[int] = logging.ERROR

    def __str__(self) -> str:
        return f"{self.changes} changes of {self.model} are told to nobody: {self.error}"


@dataclass(frozen=True, slots=True)
class OwnerMissing(Misfortune):
    """A row of nobody's, or of a user who is gone: nobody is told."""

    level: ClassVar[int] = logging.INFO

    def __str__(self) -> str:
        return f"{self.changes} changes of {self.model} are told to nobody: {self.error}"
