"""Drafts are for schedulers: they see them change, and nobody else is told."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pipeline.page.site import Site, bar, wait_until_connected
from tests.processes import Process

MAKE = """
from django.contrib.auth.models import Group, User
for name in ("tycho", "sophie"):
    User.objects.create_user(name, password="Uraniborg 1580", is_staff=True)
User.objects.get(username="sophie").groups.add(Group.objects.create(name="schedulers"))
"""
INSERT = "INSERT INTO project_draft (target, stop) VALUES (%s, now() + interval '1 hour')"


@pytest.fixture(scope="module", autouse=True)
def users(site: Site) -> None:
    """Tycho is of the staff; Sophie is a scheduler besides."""
    with Process.manage("shell", "--no-imports", "-c", MAKE, environment=site.pipeline.environment) as made:
        assert made.wait() == 0, made.output


@pytest.fixture
def scheduler(browser: Browser, site: Site) -> Iterator[Page]:
    yield from signed_in(browser, site, "sophie")


@pytest.fixture
def other(browser: Browser, site: Site) -> Iterator[Page]:
    yield from signed_in(browser, site, "tycho")


def signed_in(browser: Browser, site: Site, name: str) -> Iterator[Page]:
    """The page as this user sees it, in a browser context of its own."""
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{site.address}admin/login/?next=/")
    opened.get_by_label("Username").fill(name)
    opened.get_by_label("Password").fill("Uraniborg 1580")
    opened.get_by_role("button", name="Log in").click()
    wait_until_connected(opened)
    yield opened
    context.close()


def test_a_scheduler_sees_a_draft_at_once_and_others_are_told_nothing(
    scheduler: Page, other: Page, page: Page, site: Site
) -> None:
    """What is told to everybody after it has arrived, so a message about the draft would have."""
    site.execute(INSERT, "Vega")
    expect(bar(scheduler, "Vega")).to_have_attribute("data-table", "drafts")
    site.observation("Deneb")
    for public in (other, page):
        expect(bar(public, "Deneb")).to_be_visible()
        expect(bar(public, "Vega")).to_have_count(0)
        assert "draft" not in public.content()
        assert public.request.get(f"{site.address}plan/").json().keys().isdisjoint({"drafts"})


def test_a_scheduler_sees_a_draft_go(scheduler: Page, site: Site) -> None:
    site.execute(INSERT, "Altair")
    expect(bar(scheduler, "Altair")).to_be_visible()
    site.execute("DELETE FROM project_draft")
    expect(bar(scheduler, "Altair")).to_have_count(0)


def test_who_is_no_scheduler_any_more_is_told_nothing_more(scheduler: Page, site: Site) -> None:
    """The page stays, on what everybody may know."""
    site.execute("DELETE FROM auth_user_groups")
    expect(scheduler.locator("#connection")).to_have_text("Connected")
    site.server.wait_for("may no longer follow")
    site.execute(INSERT, "Rigel")
    site.observation("Spica")
    expect(bar(scheduler, "Spica")).to_be_visible()
    expect(bar(scheduler, "Rigel")).to_have_count(0)
