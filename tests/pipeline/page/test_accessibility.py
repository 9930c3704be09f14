"""The page without a mouse, without colours, on a phone, and by axe's rules."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.pipeline.page.site import Site, bar, opened_page, wait_until_connected

STATUSES = ["defined", "scheduled", "observing", "observed", "processing", "finished", "error", "cancelled"]


@pytest.fixture(scope="module", autouse=True)
def plan(site: Site) -> None:
    """A bar of each status, and reservations behind them."""
    fill(site)


def fill(site: Site) -> None:
    site.forget_plan()
    fields = ["CS002LBA", "CS002HBA0", "CS004LBA", "RS106LBA", "RS503HBA", "DE601LBA", "DE601HBA", "CS004HBA1"]
    for place, (field, status) in enumerate(zip(fields, STATUSES, strict=True)):
        site.observation(f"Target {status}", field=field, status=status, hours=place * 0.2 - 0.8)
    for field in ("", "CS002HBA1"):
        site.execute(
            "INSERT INTO project_reservation (purpose, antenna_field, stop)"
            " VALUES ('Maintenance', %s, now() + interval '2 hours')",
            field,
        )


def violations(page: Page) -> list[str]:
    """What axe finds, with WCAG 2.2's target sizes too."""
    found = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}}).response["violations"]
    return [f"{it['id']}: {node['target']} {node['failureSummary']}" for it in found for node in it["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_nothing_in_any_face(browser: Browser, site: Site, scheme: str, width: int) -> None:
    with opened_page(browser, site.address, width=width, scheme=scheme) as page:
        expect(bar(page, "Target observing")).to_be_visible()
        found = {"timeline": violations(page)}
        bar(page, "Target observing").focus()
        expect(page.get_by_role("tooltip")).to_be_visible()
        found["tooltip"] = violations(page)
        page.keyboard.press("Enter")
        expect(page.get_by_role("complementary")).to_be_visible()
        found["details"] = violations(page)
        page.keyboard.press("Escape")
        for tab in ("Table", "Messages"):
            page.get_by_role("tab", name=tab).click()
            found[tab] = violations(page)
        assert not any(found.values()), found


def test_axe_finds_nothing_on_an_empty_plan_nor_when_the_connection_is_lost(browser: Browser, site: Site) -> None:
    site.forget_plan()
    with opened_page(browser, site.address) as page:
        expect(page.locator("#empty")).to_be_visible()
        assert violations(page) == []
        page.context.set_offline(offline=True)
        expect(page.locator("#connection")).to_have_text("Offline")
        assert violations(page) == []
    fill(site)


def test_the_page_is_walked_by_keys_alone(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address) as page:
        expect(bar(page, "Target observing")).to_be_visible()
        focused = page.locator(":focus")
        for name in ("Theme: system", "Timeline", "Follow now", "Zoom out", "Zoom in"):
            page.keyboard.press("Tab")
            expect(focused).to_have_accessible_name(name)
        page.keyboard.press("Tab")
        expect(page.get_by_role("region", name="Timeline")).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(focused).to_have_class(re.compile("bar"))
        page.keyboard.press("Home")
        first = focused.get_attribute("data-id")
        page.keyboard.press("ArrowDown")
        expect(focused).not_to_have_attribute("data-id", str(first))
        page.keyboard.press("Enter")
        expect(page.get_by_role("complementary").get_by_role("heading")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.get_by_role("complementary")).to_be_hidden()
        expect(focused).to_have_class(re.compile("bar"))


def test_one_bar_is_in_the_tab_order_whichever_is_deleted(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address) as page:
        stops = page.locator(".lane .bar[tabindex='0']")
        expect(stops).to_have_count(1)
        name = str(stops.get_attribute("aria-label")).split(",")[0].removeprefix("Reservation: ")
        site.execute("DELETE FROM project_observation WHERE target = %s", name)
        site.execute("DELETE FROM project_reservation WHERE purpose = %s", name)
        expect(page.get_by_role("button", name=name)).to_have_count(0)
        expect(stops).to_have_count(1)
    fill(site)


def test_arrow_keys_go_from_bar_to_bar_along_a_lane_past_what_is_seen(browser: Browser, site: Site) -> None:
    for place in range(3):
        site.observation(f"Star {place}", field="RS106HBA", hours=place * 12)
    with opened_page(browser, site.address) as page:
        bar(page, "Star 0").focus()
        for place in (1, 2):
            page.keyboard.press("ArrowRight")
            expect(bar(page, f"Star {place}")).to_be_focused()
            expect(bar(page, f"Star {place}")).to_be_in_viewport()
        expect(page.get_by_role("button", name="Follow now")).to_have_attribute("aria-pressed", "false")


def test_a_bar_says_what_it_is(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address) as page:
        name = re.compile(r"^Target observing, CS004 LBA, observing, \d\d:\d\d to \d\d:\d\d$")
        expect(page.get_by_role("button", name=name)).to_be_visible()


def test_a_tooltip_comes_with_focus_and_hover_and_goes_with_escape(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address) as page:
        tooltip = page.get_by_role("tooltip")
        bar(page, "Target error").hover(position={"x": 20, "y": 10})
        expect(tooltip).to_contain_text("Target error")
        tooltip.hover()
        expect(tooltip).to_be_visible()
        page.keyboard.press("Escape")
        expect(tooltip).to_be_hidden()
        page.locator(".seen").focus()
        page.keyboard.press("ArrowDown")
        expect(tooltip).to_be_visible()
        expect(page.locator(":focus")).to_have_attribute("aria-describedby", "tooltip")


def test_a_change_of_status_is_announced_in_one_sentence(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address) as page:
        expect(bar(page, "Target defined")).to_be_visible()
        site.execute("UPDATE project_observation SET status = 'error' WHERE target = 'Target defined'")
        announcement = page.locator("#announcement")
        expect(announcement).to_have_text("Target defined: error")
        expect(announcement).to_have_attribute("aria-live", "polite")
    fill(site)


@pytest.mark.parametrize("tab", ["Timeline", "Table", "Messages"])
@pytest.mark.parametrize("width", [375, 640])
def test_a_narrow_page_needs_no_scrolling_sideways(browser: Browser, site: Site, width: int, tab: str) -> None:
    with opened_page(browser, site.address, width=width) as page:
        page.get_by_role("tab", name=tab).click()
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_details_are_a_sheet_on_a_phone_and_reach_its_edges(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address, width=375) as page:
        bar(page, "Target observing").tap(position={"x": 15, "y": 10})
        sheet = page.get_by_role("complementary").bounding_box()
        assert sheet is not None
        assert (sheet["x"], sheet["width"], sheet["y"] + sheet["height"]) == (0, 375, 800)
        assert page.locator(".axis").evaluate("it => it.offsetHeight") > 20
        page.get_by_role("button", name="Close").tap()
        expect(page.get_by_role("complementary")).to_be_hidden()


def test_with_reduced_motion_nothing_flashes_or_breathes(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address) as page:
        page.emulate_media(reduced_motion="reduce")
        site.execute("UPDATE project_observation SET status = 'finished' WHERE target = 'Target defined'")
        expect(bar(page, "Target defined")).to_have_attribute("data-status", "finished")
        assert page.evaluate("document.getAnimations().length") == 0
    fill(site)


def test_with_forced_colours_bars_keep_their_edges_and_cues(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address) as page:
        page.emulate_media(forced_colors="active")
        icon = "getComputedStyle(it.querySelector('.icon'), '::before').content"
        styles = f"it => [getComputedStyle(it).borderTopStyle, {icon}]"
        cues = [str(bar(page, f"Target {status}").evaluate(styles)) for status in STATUSES]
        assert len(set(cues)) == len(STATUSES)


def test_what_is_hidden_is_not_to_be_seen(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address) as page:
        hidden = page.locator("[hidden]")
        assert hidden.count() > 0
        assert [it for it in hidden.all() if it.is_visible()] == []


def test_the_theme_can_be_switched_and_is_kept(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address) as page:
        ground = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(ground)
        page.get_by_role("button", name="Theme: system").click()
        page.get_by_role("button", name="Theme: light").click()
        expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
        assert page.evaluate(ground) != light
        page.reload()
        wait_until_connected(page)
        expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
