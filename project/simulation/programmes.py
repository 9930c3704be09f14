"""What the observatory is asked for: projects, how their scheduling units are built, and why antennas are reserved."""

from dataclasses import dataclass
from enum import Enum

PROJECTS = {
    "Transit watch": "Follows bright stars through the highest point of their way, by day and by night.",
    "Flares of nearby stars": "Waits for bursts that last minutes and come once in a hundred hours.",
    "Low-band ladder": "Steps through the spectrum, star by star, to find where the weak ones fade.",
    "Polarisation references": "Keeps a list of targets whose polarisation the others may rely on.",
    "Ionosphere monitor": "Measures how the air above the core bends what comes through it.",
    "Night school": "First observations by students; any target will do.",
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A scheduling unit's observations, each as its shortest and longest minutes."""

    before: tuple[tuple[int, int], ...]
    main: tuple[int, int]
    after: tuple[tuple[int, int], ...]
    has_calibrator: bool
    """Before and after the main target: one and the same. Otherwise each observation has a target of its own."""


PATTERNS = (
    Pattern(((30, 30),), (120, 360), ((30, 30),), has_calibrator=True),
    Pattern(((30, 30),), (120, 360), ((30, 30),), has_calibrator=True),
    Pattern(((30, 120),), (45, 120), ((30, 120),), has_calibrator=False),
    Pattern((), (60, 360), (), has_calibrator=False),
)


class Reach(Enum):
    """Which antenna fields are reserved together."""

    TELESCOPE = "all of them"
    FIELD = "one"
    STATION = "both bands of an international station"


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why, where, for how many hours, and how often in a day, on average."""

    purpose: str
    reach: Reach
    hours: tuple[int, int]
    each_day: float


OCCASIONS = (
    Occasion("Maintenance of the telescope", Reach.TELESCOPE, (2, 4), 0.5),
    Occasion("Maintenance", Reach.FIELD, (3, 8), 1.8),
    Occasion("Beam calibration", Reach.FIELD, (1, 2), 1.6),
    Occasion("International week: the station observes alone", Reach.STATION, (24, 60), 0.4),
)
