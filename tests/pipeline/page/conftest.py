"""Chromium, a site for each module of tests, and the page in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import ProgramRequirement
from tests.pipeline.conftest import Pipeline
from tests.pipeline.page.site import CHROMIUM, FLAGS, INSTALL_CHROMIUM, Modules, Site, opened_page, running_site


@pytest.fixture(scope="module")
def site(pipeline: Pipeline) -> Iterator[Site]:
    """One for all tests of a module that end nothing of it."""
    with running_site(pipeline) as running:
        yield running


@pytest.fixture
def browser(require_program: ProgramRequirement) -> Iterator[Browser]:
    """Chromium, as Debian has it."""
    program = require_program(CHROMIUM, INSTALL_CHROMIUM)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """The page, connected, on a plan that is empty at first."""
    site.forget_plan()
    with opened_page(browser, site.address) as opened:
        yield opened


@pytest.fixture
def modules(browser: Browser, site: Site) -> Modules:
    """The page's modules, without the page."""
    opened = browser.new_page()
    opened.goto(f"{site.address}plan/")
    return Modules(opened)
