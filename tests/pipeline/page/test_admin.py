"""Somebody changes the plan in the Django admin; every open page follows."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pipeline.page.site import Site, bar, opened_page
from tests.processes import Process

GREY = {"light": "rgb(241, 242, 243)", "dark": "rgb(26, 30, 35)"}


@pytest.fixture(scope="module")
def superuser(site: Site) -> tuple[str, str]:
    """Name and password."""
    environment = {**site.pipeline.environment, "DJANGO_SUPERUSER_PASSWORD": "Tycho Brahe 1577"}
    arguments = ("createsuperuser", "--noinput", "--username", "tycho", "--email", "tycho@example.org")
    with Process.manage(*arguments, environment=environment) as made:
        assert made.wait() == 0, made.output
    return "tycho", environment["DJANGO_SUPERUSER_PASSWORD"]


@pytest.fixture
def admin(browser: Browser, site: Site, superuser: tuple[str, str]) -> Iterator[Page]:
    """The admin's list of observations, in a browser context of its own."""
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{site.address}admin/project/observation/")
    opened.get_by_label("Username").fill(superuser[0])
    opened.get_by_label("Password").fill(superuser[1])
    opened.get_by_role("button", name="Log in").click()
    yield opened
    context.close()


def test_what_the_admin_cancels_turns_grey_in_two_browsers(
    browser: Browser, page: Page, site: Site, admin: Page
) -> None:
    site.observation("Vega", status="scheduled")
    with opened_page(browser, site.address, scheme="dark") as second:
        expect(bar(second, "Vega")).to_have_attribute("data-status", "scheduled")
        admin.reload()
        admin.get_by_role("row").filter(has_text="Vega").get_by_role("checkbox").check()
        admin.get_by_label("Action:").select_option("cancel")
        admin.get_by_role("button", name=re.compile("Go|Run")).click()
        expect(bar(page, "Vega")).to_have_css("background-color", GREY["light"])
        expect(bar(second, "Vega")).to_have_css("background-color", GREY["dark"])


def test_a_status_edited_in_the_admins_list_shows(page: Page, site: Site, admin: Page) -> None:
    site.observation("Deneb", status="scheduled")
    expect(bar(page, "Deneb")).to_have_attribute("data-status", "scheduled")
    admin.reload()
    admin.get_by_role("row").filter(has_text="Deneb").locator("select").select_option("cancelled")
    admin.get_by_role("button", name="Save").click()
    expect(bar(page, "Deneb")).to_have_css("background-color", GREY["light"])
