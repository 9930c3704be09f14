"""The site beside the pipeline, and Chromium to look at it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from project.development.programs import free_port
from tests.pipeline.conftest import Pipeline
from tests.processes import Process

CHROMIUM = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
INSTALL_CHROMIUM = "apt-get install chromium"
# Headless, as root where need be, and without a word to the outside.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

PAGE_SECONDS = 30.0
"""So long anything may take to show: Playwright's own 5 s are soon over where a burst is drawn on a busy machine."""
expect.set_options(timeout=PAGE_SECONDS * 1000)


@dataclass(frozen=True, slots=True)
class Site:
    """Running parts, and the page's address."""

    pipeline: Pipeline
    address: str
    server: Process
    """Django's, and the gateway that the page talks to."""

    def execute(self, statement: str, *parameters: object) -> None:
        self.pipeline.execute(statement, *parameters)

    def observation(self, target: str, field: str = "CS002LBA", status: str = "scheduled", hours: float = 0.5) -> None:
        """An hour's observation that starts so many hours from now, inserted by SQL."""
        self.execute(
            "INSERT INTO project_observation (target, antenna_field, status, start, stop) VALUES"
            " (%s, %s, %s, now() + %s * interval '1 hour', now() + (%s + 1) * interval '1 hour')",
            *(target, field, status, hours, hours),
        )

    @contextmanager
    def without_triggers(self) -> Iterator[None]:
        """What is written meanwhile is told to nobody."""
        self.execute("ALTER TABLE project_observation DISABLE TRIGGER USER")
        yield
        self.execute("ALTER TABLE project_observation ENABLE TRIGGER USER")

    def forget_plan(self) -> None:
        """Empty tables, by DELETE, so that open pages hear of it."""
        self.execute("DELETE FROM project_observation")
        self.execute("DELETE FROM project_reservation")
        self.execute("DELETE FROM project_draft")


@contextmanager
def running_site(pipeline: Pipeline, address: str = "") -> Iterator[Site]:
    """The site beside the pipeline, ready; its port has the WebSockets too."""
    address = address or f"127.0.0.1:{free_port()}"
    with Process.manage("runserver", "--noreload", address, environment=pipeline.environment) as server:
        server.wait_for("Quit the server with")
        yield Site(pipeline, f"http://{address}/", server)


@contextmanager
def opened_page(browser: Browser, address: str, *, width: int = 1280, scheme: str = "light") -> Iterator[Page]:
    """The page, connected and with its plan; whatever it complains of in the console fails the test."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        has_touch=width < 500,
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda entry: complaints.append(entry.text) if entry.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    wait_until_connected(page)
    yield page
    context.close()
    expected = re.compile(r"WebSocket connection to .* failed|Failed to load resource: (net::|.* status of 500)")
    assert [text for text in complaints if not expected.match(text)] == []


def wait_until_connected(page: Page) -> None:
    """Connected, and the plan fetched."""
    expect(page.locator("#connection")).to_have_text("Connected")
    expect(page.locator("body")).to_have_class("fetched")


def bar(page: Page, name: str) -> Locator:
    """The bar that begins with this name when a screen reader says it."""
    return page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}, "))


@dataclass(frozen=True, slots=True)
class Modules:
    """The page's pure modules, each called by itself in a browser."""

    page: Page

    def call(self, module: str, code: str, *arguments: object) -> Any:  # noqa: ANN401 - what JavaScript answers
        """What this JavaScript function answers, given the module and these arguments."""
        call = f"async ([url, values]) => ({code})(await import(url), ...values)"
        return self.page.evaluate(call, [f"/static/project/{module}.js", list(arguments)])
