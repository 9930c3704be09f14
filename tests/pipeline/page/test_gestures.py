"""Pan and zoom: by pointer, wheel, keys and buttons; what is panned to is fetched."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pipeline.page.site import Site, bar, opened_page


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """The page with one bar, from three minutes ago to three minutes from now."""
    site.forget_plan()
    site.observation("Vega")
    site.execute("UPDATE project_observation SET start = now() - interval '3 min', stop = now() + interval '3 min'")
    with opened_page(browser, site.address) as opened:
        expect(bar(opened, "Vega")).to_be_visible()
        yield opened


def drawn(page: Page, name: str) -> tuple[float, float]:
    """Where a bar begins and how wide it is, two frames from now: what was asked for before is drawn by then."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    box = bar(page, name).bounding_box()
    assert box is not None
    return box["x"], box["width"]


def middle_of_timeline(page: Page) -> tuple[float, float]:
    box = page.locator(".seen").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] - 60


def drag(page: Page, px: float) -> None:
    x, y = middle_of_timeline(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + px / 2, y, steps=3)
    page.mouse.move(x + px, y, steps=3)
    page.mouse.up()


def test_a_drag_moves_bars_as_far_as_the_pointer_and_ends_following(page: Page) -> None:
    before, _ = drawn(page, "Vega")
    drag(page, 200)
    expect(page.get_by_role("button", name="Follow now")).to_have_attribute("aria-pressed", "false")
    assert drawn(page, "Vega")[0] - before == pytest.approx(200, abs=3)


def test_a_drag_that_ends_on_a_bar_opens_nothing(page: Page) -> None:
    box = bar(page, "Vega").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 10, steps=4)
    page.mouse.up()
    expect(page.get_by_role("button", name="Follow now")).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("complementary")).to_be_hidden()
    bar(page, "Vega").click()
    expect(page.get_by_role("complementary")).to_be_visible()


def test_follow_now_returns(page: Page) -> None:
    line = page.locator(".now-line")
    drag(page, -1000)
    expect(line).to_be_hidden()
    page.get_by_role("button", name="Follow now").click()
    expect(line).to_be_visible()
    expect(page.get_by_role("button", name="Follow now")).to_have_attribute("aria-pressed", "true")


def test_ctrl_and_wheel_zoom_about_the_pointer(page: Page) -> None:
    left, width = drawn(page, "Vega")
    page.mouse.move(left, 200)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -140)
    page.keyboard.up("Control")
    assert drawn(page, "Vega") == pytest.approx((left, width * 2), abs=3)


def test_a_wheel_sideways_pans(page: Page) -> None:
    left, width = drawn(page, "Vega")
    page.mouse.move(*middle_of_timeline(page))
    page.mouse.wheel(150, 0)
    expect(page.get_by_role("button", name="Follow now")).to_have_attribute("aria-pressed", "false")
    assert drawn(page, "Vega") == pytest.approx((left - 150, width), abs=2)


@pytest.mark.parametrize(("button", "key", "minutes"), [("Zoom in", "+", 10), ("Zoom out", "-", 7 * 24 * 60)])
def test_zoom_by_key_and_by_button_stops_at_the_limits(page: Page, button: str, key: str, minutes: int) -> None:
    page.locator(".seen").focus()
    for _ in range(12):
        page.keyboard.press(key)
        page.get_by_role("button", name=button).dispatch_event("click")
    _, width = drawn(page, "Vega")
    assert width == pytest.approx(page.locator(".seen").evaluate("it => it.clientWidth") * 6 / minutes, abs=4)


def test_two_fingers_zoom(browser: Browser, site: Site, page: Page) -> None:
    with opened_page(browser, site.address, width=375) as phone:
        expect(page.locator(".bar")).to_have_count(1)
        expect(bar(phone, "Vega")).to_be_visible()
        _, width = drawn(phone, "Vega")
        pinch(phone, apart=(60, 120))
        assert drawn(phone, "Vega")[1] == pytest.approx(width * 2, abs=3)


def pinch(page: Page, apart: tuple[float, float]) -> None:
    """Two fingers, this far apart at first and at last."""
    devtools = page.context.new_cdp_session(page)
    x, y = middle_of_timeline(page)
    for kind, distance in (("touchStart", apart[0]), ("touchMove", sum(apart) / 2), ("touchMove", apart[1])):
        points = [{"x": x - distance / 2, "y": y, "id": 1}, {"x": x + distance / 2, "y": y, "id": 2}]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_panning_far_fetches_that_span_and_returning_fetches_now(page: Page, site: Site) -> None:
    site.observation("Far", hours=24 * 30)
    page.locator(".seen").focus()
    for _ in range(66):
        page.keyboard.press("PageDown")
    expect(bar(page, "Far")).to_be_in_viewport()
    expect(bar(page, "Vega")).to_have_count(0)
    page.keyboard.press("n")
    expect(bar(page, "Vega")).to_be_in_viewport()
    expect(bar(page, "Far")).to_have_count(0)


def test_what_changes_far_outside_the_fetched_span_is_not_kept(page: Page, site: Site) -> None:
    site.observation("Far", hours=24 * 300)
    site.observation("Deneb")
    expect(bar(page, "Deneb")).to_be_visible()
    page.get_by_role("tab", name="Table").click()
    expect(page.locator(".shown")).to_have_text("2 of 2 rows")


def test_details_of_a_row_that_is_panned_out_of_reach_stay(page: Page) -> None:
    bar(page, "Vega").click()
    page.locator(".seen").focus()
    with page.expect_response(re.compile(r"/plan/\?from=")) as fetched:
        for _ in range(12):
            page.keyboard.press("PageDown")
    fetched.value.finished()
    expect(bar(page, "Vega")).to_have_count(0)
    expect(page.get_by_role("complementary", name="Vega")).to_be_visible()
    expect(page.get_by_text("This row was deleted")).to_be_hidden()
