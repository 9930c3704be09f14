"""When the stars of ephem's catalogue stand high enough over the telescope. Pure: ephem computes, and does no I/O."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import degrees

import ephem
import ephem.stars

from project.simulation.rows import Span

DAY = timedelta(days=1)
HALF_SIDEREAL_DAY = timedelta(days=0.9972695663 / 2)
DAYS_KEPT = 8_192
"""Of all stars together; a fortnight of all that ever rise is a tenth of it."""


@dataclass(frozen=True, slots=True)
class Site:
    """Degrees north and east, metres above the sea, and how low a target may stand, in degrees."""

    latitude: float
    longitude: float
    height: float
    lowest: float


LOFAR = Site(latitude=52.915, longitude=6.870, height=49.0, lowest=30.0)
"""The core, near Exloo."""


@dataclass(frozen=True, slots=True)
class Star:
    """Degrees, J2000."""

    name: str
    right_ascension: float
    declination: float


@dataclass(frozen=True, slots=True)
class Pass:
    """A star's way above the lowest elevation, around a transit. One that never sets has the day around it."""

    visible: Span
    transit: datetime


class Sky:
    """Every star with a name in the catalogue, seen from a site."""

    def __init__(self, site: Site) -> None:
        self._observer = ephem.Observer()
        self._observer.lat, self._observer.lon = str(site.latitude), str(site.longitude)
        self._observer.elevation = site.height
        self._observer.horizon = str(site.lowest)
        self._observer.pressure = 0  # so high up the air bends nothing that matters
        self._bodies = {name: ephem.star(name) for name in sorted(ephem.stars.stars)}
        self._passes: dict[tuple[str, date], tuple[Pass, ...]] = {}
        self.stars = {name: Star(name, degrees(body._ra), degrees(body._dec)) for name, body in self._bodies.items()}

    def passes(self, name: str, span: Span) -> Iterator[Pass]:
        """Those that the span touches, in order; none of a star that never rises so high."""
        day, last = (span.start - DAY).date(), (span.stop + DAY).date()
        while day <= last:
            yield from (it for it in self._of_day(name, day) if it.visible.overlaps(span))
            day += DAY

    def is_visible(self, name: str, span: Span) -> bool:
        """Whether one pass holds the span. Of a target that is not in the catalogue nothing is known: it is."""
        return name not in self.stars or any(it.visible.holds(span) for it in self.passes(name, span))

    def _of_day(self, name: str, day: date) -> tuple[Pass, ...]:
        if (name, day) not in self._passes:
            if len(self._passes) >= DAYS_KEPT:
                self._passes.clear()
            self._passes[name, day] = tuple(self._compute(name, day))
        return self._passes[name, day]

    def _compute(self, name: str, day: date) -> Iterator[Pass]:
        """Those whose transit is on this day: one, or two where a sidereal day begins and ends in it."""
        body, observer = self._bodies[name], self._observer
        transit = _to_ephem(datetime.combine(day, time(), UTC))
        while True:
            observer.date = transit
            transit = observer.next_transit(body)
            if _from_ephem(transit).date() != day:
                return
            observer.date = transit
            try:
                rise = _from_ephem(observer.previous_rising(body, use_center=True))
                yield Pass(Span(rise, _from_ephem(observer.next_setting(body, use_center=True))), _from_ephem(transit))
            except ephem.NeverUpError:
                return
            except ephem.AlwaysUpError:
                at = _from_ephem(transit)
                yield Pass(Span(at - HALF_SIDEREAL_DAY, at + HALF_SIDEREAL_DAY), at)
            transit += ephem.hour


def _to_ephem(moment: datetime) -> ephem.Date:
    return ephem.Date(moment.replace(tzinfo=None))


def _from_ephem(date: ephem.Date) -> datetime:
    moment: datetime = ephem.Date(date).datetime()
    return moment.replace(tzinfo=UTC)
