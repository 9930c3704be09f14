"""The page's pure modules, each by itself in a browser."""

from itertools import pairwise

import pytest

from tests.pipeline.page.site import Modules

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NOON = 1_800_014_400_000
"""2027-01-15 12:00 UTC, a Friday."""


@pytest.mark.parametrize("span", [10 * MINUTE, HOUR, 12 * HOUR, DAY, 7 * DAY])
def test_ticks_stand_apart_and_evenly_at_every_zoom(modules: Modules, span: int) -> None:
    code = "({ ticks }, from, span) => ticks(from, from + span, span / 1100).map(({ at }) => at)"
    times = modules.call("axis", code, NOON, span)
    gaps = {after - before for before, after in pairwise(times)}
    assert len(gaps) == 1
    assert gaps.pop() * 1100 / span >= 72


def test_a_tick_at_midnight_tells_the_day(modules: Modules) -> None:
    code = "({ ticks }, from, span) => ticks(from, from + span, span / 1100).map(({ label }) => label)"
    assert modules.call("axis", code, NOON + 11 * HOUR, 2 * HOUR)[5:8] == ["23:50", "Sat 16 Jan", "00:10"]


def test_ticks_weeks_apart_stand_on_mondays(modules: Modules) -> None:
    code = "({ ticks }, from, span) => ticks(from, from + span, span / 300).map(({ label }) => label.slice(0, 3))"
    assert set(modules.call("axis", code, NOON, 28 * DAY)) == {"Mon"}


def test_a_clock_goes_on_at_the_plans_speed(modules: Modules) -> None:
    code = "({ PlanClock }) => { const it = new PlanClock(); it.told(1000, 300, 10, 20); return it.at(115) }"
    assert modules.call("clock", code) == 1000 + 100 * 300


def test_an_answer_that_agrees_moves_no_clock_and_one_that_does_not_moves_it_least(modules: Modules) -> None:
    code = """({ PlanClock }) => {
      const it = new PlanClock();
      const at = (told) => { it.told(told, 10, 90, 110); return it.at(100); };
      it.told(0, 10, 0, 0);
      return [at(950), at(1050), at(2000), at(500)];
    }"""
    assert modules.call("clock", code) == [1000, 1000, 1900, 600]


def test_a_view_follows_now_until_it_is_panned(modules: Modules) -> None:
    code = """({ View }) => {
      const view = new View(100 * 60_000);
      view.at(1e12);
      const before = view.from;
      view.at(1e12 + 5000);
      const followed = view.from - before;
      view.pan(1000);
      view.at(1e12 + 9000);
      const stayed = view.from - before;
      view.followNow();
      return [followed, stayed, view.from - before];
    }"""
    assert modules.call("view", code) == [5000, 6000, 9000]


@pytest.mark.parametrize(("factor", "limit"), [(1e6, "SHORTEST"), (1e-6, "LONGEST")])
def test_a_view_zooms_within_limits(modules: Modules, factor: float, limit: str) -> None:
    code = "({ View, ...limits }, factor, limit) => { const it = new View(6e6); it.at(1e12); it.zoom(factor, 0.5);"
    assert modules.call("view", f"{code} return it.span === limits[limit] }}", factor, limit)


def test_a_view_is_panned_no_farther_than_a_year(modules: Modules) -> None:
    code = "({ View, FARTHEST }) => { const it = new View(6e6); it.at(1e12); it.pan(1e15);"
    assert modules.call("view", f"{code} return it.from + it.span / 2 - 1e12 === FARTHEST }}")


def test_rows_at_the_same_time_share_their_lanes_height(modules: Modules) -> None:
    rows = [("a", 0, 10), ("b", 5, 15), ("c", 10, 20), ("d", 30, 40)]
    code = "({ tracks }, rows) => [...tracks(rows).values()].map(({ track, of }) => [track, of])"
    named = [{"id": key, "from": since, "until": until} for key, since, until in rows]
    assert modules.call("tracks", code, named) == [[0, 2], [1, 2], [0, 2], [0, 1]]


def test_a_thousand_rows_at_once_have_four_tracks(modules: Modules) -> None:
    code = "({ tracks }) => Math.max(...tracks(Array.from({ length: 1000 }, (_, id) => ({ id, from: 0, until: 9 })))"
    assert modules.call("tracks", f"{code}.values().map(({{ of }}) => of))") == 4


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("length(90 * 60000)", "1 h 30 min"),
        ("length(26 * 3600000)", "1 d 2 h"),
        ("passed(62000)", "1 min 2 s"),
        ("volume(1234567890)", "1.2 GB"),
        ("volume(999999)", "1000 kB"),
        ("volume(0)", "–"),
        ("rightAscension(279.2347)", "18h 36m 56s"),
        ("declination(-0.5)", "−00° 30′ 00″"),
        ("field('CS002HBA0')", "CS002 HBA0"),
        ("field('odd')", "odd"),
        ("moment(1800014400000)", "15 Jan 12:00"),
    ],
)
def test_words(modules: Modules, call: str, text: str) -> None:
    assert modules.call("words", f"(words) => words.{call}") == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"status": "updated", "model": "observation", "uuid": "0123456789abcdef0123456789abcdef"}', "row"),
        ('{"status": "deleted", "model": "reservation", "uuid": "0123456789abcdef0123456789abcdef"}', "deleted"),
        ('{"status": "updated", "model": "observation", "uuid": null}', "all"),
        ('{"status": "resync"}', "all"),
        ('{"status": "resync", "model": "project", "uuid": null, "epoch": "0123456789abcdef", "seq": 1}', "all"),
        ('{"status": "updated", "model": "reservation", "uuid": "0123456789abcdef0123456789abcdef", "seq": 17}', "row"),
        ('{"status": "updated", "model": "clock", "uuid": "1"}', "clock"),
        ('{"status": "updated", "model": "project", "uuid": "0123456789abcdef0123456789abcdef"}', "names"),
        ('{"status": "created", "model": "project", "uuid": "0123456789abcdef0123456789abcdef"}', "nothing"),
        ('{"model": "toString"}', "nothing"),
        ("no message", "nothing"),
        ("null", "nothing"),
    ],
)
def test_what_a_message_says_changed(modules: Modules, text: str, kind: str) -> None:
    assert modules.call("change", "({ changeOf }, text) => changeOf(text).kind", text) == kind


def test_keys_lead_along_a_lane_and_to_the_nearest_of_the_next_that_has_rows(modules: Modules) -> None:
    code = """({ next }) => {
      const row = (id, startMs) => ({ id, startMs });
      const rows = new Map([["top", [row("a", 0), row("b", 50)]], ["none", []], ["low", [row("c", 10), row("d", 60)]]]);
      const from = (key, id, lane) => next(key, rows.get(lane).find((it) => it.id === id), lane, rows)?.id ?? null;
      return [from("ArrowRight", "a", "top"), from("ArrowLeft", "a", "top"), from("ArrowDown", "b", "top"),
        from("ArrowUp", "c", "low"), from("End", "c", "low")];
    }"""
    assert modules.call("steps", code) == ["b", None, "d", "a", "d"]


def test_the_table_sorts_names_with_numbers_as_people_do(modules: Modules) -> None:
    code = """({ ORDERS }) => ["3C 295", "3C 48", "Abell 1"].map((name, startMs) => ({ id: name, name, startMs }))
      .sort(ORDERS.name).map(({ name }) => name)"""
    assert modules.call("table_order", code) == ["3C 48", "3C 295", "Abell 1"]
