"""The page without its connection, without the site, and what it makes of that."""

from contextlib import ExitStack
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Route, expect

from tests.pipeline.page.site import Site, bar, opened_page, running_site, wait_until_connected


def test_what_was_missed_while_the_gateway_was_away_is_there_afterwards(browser: Browser, site: Site) -> None:
    with ExitStack() as end:
        with running_site(site.pipeline) as stopped:
            page = end.enter_context(opened_page(browser, stopped.address))
        expect(page.locator("#connection")).to_have_text("Connection lost")
        expect(page.locator("[data-tells=lost]")).to_contain_text("What you see is as it was")
        site.observation("Missed")
        end.enter_context(running_site(site.pipeline, urlsplit(stopped.address).netloc))
        wait_until_connected(page)
        expect(bar(page, "Missed")).to_have_count(1)
        expect(page.locator("[data-tells=missed]")).to_contain_text("the plan was fetched anew")
        expect(page.locator("[data-tells=lost]")).to_be_hidden()


def test_what_was_missed_while_the_browser_was_offline_is_there_afterwards(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address) as page:
        page.context.set_offline(offline=True)
        expect(page.locator("#connection")).to_have_text("Offline")
        site.observation("Missed offline")
        expect(bar(page, "Missed offline")).to_have_count(0)
        page.context.set_offline(offline=False)
        wait_until_connected(page)
        expect(bar(page, "Missed offline")).to_have_count(1)
        expect(page.locator("[data-tells=missed]")).to_contain_text("Away for")


def test_a_page_that_is_out_of_date_is_grey(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address) as page:
        timeline = page.locator("#timeline")
        expect(timeline).to_have_css("filter", "none")
        page.context.set_offline(offline=True)
        expect(timeline).to_have_css("filter", "grayscale(1) opacity(0.85)")


def test_a_plan_that_cannot_be_fetched_is_told_and_fetched_again(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address) as page:
        page.route("**/plan/**", lambda route: route.fulfill(status=500))
        site.observation("Later")
        expect(page.get_by_role("alert")).to_contain_text("the site answered 500")
        expect(page.locator("[data-tells=retry]")).to_be_visible()
        page.unroute("**/plan/**")
        expect(bar(page, "Later")).to_have_count(1)
        expect(page.get_by_role("alert")).to_be_hidden()


def test_without_a_gateway_the_plan_is_shown_all_the_same(browser: Browser, site: Site) -> None:
    site.observation("Steady")
    page = browser.new_page()
    page.route_web_socket("**/ws/**", lambda opened: opened.close(code=1012))
    page.goto(site.address)
    expect(bar(page, "Steady")).to_have_count(1)
    expect(page.locator("#connection")).to_have_text("Connection lost")


def test_without_scripts_the_page_says_so(browser: Browser, site: Site) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(site.address)
    expect(page.locator("noscript p")).to_contain_text("shows nothing without one")
    expect(page.locator(".views")).to_be_hidden()


def test_a_row_deleted_while_it_is_fetched_is_not_brought_back(browser: Browser, site: Site) -> None:
    with opened_page(browser, site.address) as page:
        site.observation("Gone")
        expect(bar(page, "Gone")).to_have_count(1)
        held: list[Route] = []
        page.route("**/plan/**", lambda route: held.append(route), times=1)  # noqa: PLW0108 - playwright marks it
        with page.expect_request("**/plan/**") as asked:
            site.execute("UPDATE project_observation SET status = 'error' WHERE target = 'Gone'")
        answer = page.request.get(asked.value.url)
        assert "Gone" in answer.text()
        site.execute("DELETE FROM project_observation WHERE target = 'Gone'")
        expect(bar(page, "Gone")).to_have_count(0)
        held[0].fulfill(response=answer)
        site.observation("After")
        expect(bar(page, "After")).to_have_count(1)
        assert bar(page, "Gone").count() == 0
