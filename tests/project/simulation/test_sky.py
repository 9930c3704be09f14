"""When stars are high enough, checked against where ephem sees them."""

from datetime import datetime, timedelta
from itertools import pairwise
from math import degrees

import ephem
import ephem.stars
import pytest

from project.simulation.rows import Span
from project.simulation.sky import DAY, LOFAR
from tests.project.simulation.conftest import HOUR, NOON, SKY

WEEK = Span(NOON, NOON + 7 * DAY)
MARGIN = timedelta(seconds=30)


def elevation(name: str, moment: datetime) -> float:
    """Degrees, by the shortest way through ephem."""
    observer = ephem.Observer()
    observer.lat, observer.lon, observer.elevation = str(LOFAR.latitude), str(LOFAR.longitude), LOFAR.height
    observer.pressure, observer.date = 0, ephem.Date(moment.replace(tzinfo=None))
    return degrees(ephem.star(name, observer).alt)


def test_every_star_of_the_catalogue_is_there() -> None:
    assert {*SKY.stars} == {*ephem.stars.stars}


def test_a_star_stands_where_the_catalogue_says_in_degrees() -> None:
    # Hipparcos: 18h 36m 56.3s, +38° 47' 01"
    vega = SKY.stars["Vega"]
    assert vega.right_ascension == pytest.approx(279.2347, abs=1e-3)
    assert vega.declination == pytest.approx(38.7837, abs=1e-3)


@pytest.mark.parametrize("name", ["Vega", "Aldebaran", "Regulus"])
def test_a_pass_begins_and_ends_at_the_lowest_elevation_and_is_highest_at_its_transit(name: str) -> None:
    for it in SKY.passes(name, WEEK):
        rise, transit, end = (elevation(name, at) for at in (it.visible.start, it.transit, it.visible.stop))
        assert (rise, end) == pytest.approx((30, 30), abs=0.01)
        assert transit > max(rise, end)
        assert elevation(name, it.visible.start - HOUR) < 30 < elevation(name, it.visible.start + MARGIN)


@pytest.mark.parametrize("name", ["Acrux", "Canopus", "Sirius"])
def test_a_star_that_never_rises_so_high_has_no_pass(name: str) -> None:
    assert elevation(name, NOON) < 30
    assert list(SKY.passes(name, WEEK)) == []


@pytest.mark.parametrize("name", ["Polaris", "Kochab"])
def test_a_star_that_never_sets_is_always_in_a_pass(name: str) -> None:
    assert all(SKY.is_visible(name, Span(it.visible.start, it.visible.stop)) for it in SKY.passes(name, WEEK))
    passes = list(SKY.passes(name, WEEK))
    assert passes[0].visible.start <= WEEK.start
    assert all(later.visible.start - earlier.visible.stop < MARGIN for earlier, later in pairwise(passes))


def test_of_a_target_that_is_in_no_catalogue_nothing_is_known() -> None:
    assert SKY.is_visible("Somewhere", WEEK)
