"""The table and the raw messages beside the timeline."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.pipeline.page.site import Site


@pytest.fixture
def table(page: Page, site: Site) -> Page:
    """The page's table, with three rows."""
    for target, field, status, hours in (
        ("Vega", "CS002LBA", "scheduled", 1),
        ("Altair", "DE601HBA", "error", 2),
        ("Deneb", "CS004LBA", "scheduled", 3),
    ):
        site.observation(target, field=field, status=status, hours=hours)
    page.get_by_role("tab", name="Table").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    return page


def names(table: Page) -> list[str]:
    return table.locator("tbody tr td:first-child").all_text_contents()


def test_rows_stand_by_their_start_and_turn_with_a_click(table: Page) -> None:
    assert names(table) == ["Vega", "Altair", "Deneb"]
    start = table.get_by_role("columnheader", name="Start")
    expect(start).to_have_attribute("aria-sort", "ascending")
    start.get_by_role("button").click()
    expect(start).to_have_attribute("aria-sort", "descending")
    expect(table.locator("tbody tr").first).to_contain_text("Deneb")


def test_any_column_sorts(table: Page) -> None:
    table.get_by_role("columnheader", name="Target").get_by_role("button").click()
    expect(table.locator("tbody tr").first).to_contain_text("Altair")
    assert names(table) == ["Altair", "Deneb", "Vega"]


def test_text_and_status_filter(table: Page, site: Site) -> None:
    table.get_by_label("Find").fill("cs004")
    expect(table.locator(".shown")).to_have_text("1 of 3 rows")
    assert names(table) == ["Deneb"]
    table.get_by_label("Find").fill("")
    table.get_by_label("Status").select_option("error")
    expect(table.locator("tbody tr")).to_have_count(1)
    site.execute("UPDATE project_observation SET status = 'error' WHERE target = 'Vega'")
    expect(table.locator("tbody tr")).to_have_count(2)


def test_a_row_changes_moves_and_goes_as_the_database_does(table: Page, site: Site) -> None:
    site.execute("UPDATE project_observation SET start = start + interval '5 hours' WHERE target = 'Vega'")
    expect(table.locator("tbody tr").last).to_contain_text("Vega")
    site.execute("DELETE FROM project_observation WHERE target = 'Vega'")
    expect(table.locator("tbody tr")).to_have_count(2)


def test_a_row_that_moves_keeps_the_focus(table: Page, site: Site) -> None:
    table.get_by_role("button", name="Vega").focus()
    site.execute("UPDATE project_observation SET start = start + interval '5 hours' WHERE target = 'Vega'")
    expect(table.locator("tbody tr").last).to_contain_text("Vega")
    expect(table.get_by_role("button", name="Vega")).to_be_focused()


def test_details_follow_their_row_and_say_when_it_is_gone(table: Page, site: Site) -> None:
    table.get_by_role("button", name="Vega").click()
    details = table.get_by_role("complementary", name="Vega")
    expect(details).to_contain_text("CS002 LBA")
    site.execute("UPDATE project_observation SET recorded_bytes = 1234567890 WHERE target = 'Vega'")
    expect(details).to_contain_text("1.2 GB")
    site.execute("DELETE FROM project_observation WHERE target = 'Vega'")
    expect(details.get_by_text("This row was deleted")).to_be_visible()
    expect(details.get_by_role("link")).to_be_hidden()


def test_enter_in_the_search_field_stays_on_the_page(table: Page) -> None:
    table.get_by_role("searchbox").fill("nothing is called so")
    table.get_by_role("searchbox").press("Enter")
    expect(table.get_by_role("searchbox")).to_have_value("nothing is called so")
    expect(table.get_by_role("tab", name="Table")).to_have_attribute("aria-selected", "true")


def test_details_lead_to_the_row_in_the_admin(table: Page) -> None:
    table.get_by_role("button", name="Vega").click()
    key = table.locator("tbody tr").first.get_attribute("data-id")
    link = table.get_by_role("link", name="Edit in the admin")
    expect(link).to_have_attribute("href", f"/admin/project/observation/{key}/change/")


def test_the_last_hundred_messages_are_shown_as_they_came(page: Page, site: Site) -> None:
    page.get_by_role("tab", name="Messages").click()
    site.execute("INSERT INTO project_observation (target) SELECT 'Bulk' FROM generate_series(1, 150)")
    site.observation("Last")
    expect(page.locator("[data-tells=count]")).to_have_text(re.compile("15[12] messages"))
    expect(page.get_by_role("listitem").filter(visible=True)).to_have_count(100)


def test_paused_messages_stand_still_and_go_on_with_what_came(page: Page, site: Site) -> None:
    page.get_by_role("tab", name="Messages").click()
    site.observation("Vega")
    listed = page.get_by_role("listitem").filter(visible=True)
    expect(listed.filter(has_text="created")).to_have_count(1)
    page.get_by_role("button", name="Pause").click()
    site.execute("UPDATE project_observation SET status = 'error'")
    site.execute("INSERT INTO project_reservation (purpose) VALUES ('Later')")
    expect(page.locator("[data-count=reservation]")).to_have_text("1")
    expect(listed.filter(has_text="updated")).to_have_count(0)
    page.get_by_role("button", name="Go on").click()
    expect(listed.filter(has_text="updated")).to_have_count(1)
