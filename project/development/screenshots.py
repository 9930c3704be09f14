"""Pictures of the page for the README: `make screenshots`, beside a `make run`."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from project.environment import CHECKOUT

FOLDER = CHECKOUT / "docs" / "screenshots"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def open_details(page: Page) -> None:
    """Of an observation that is under way, if there is one."""
    bars = page.locator(".lane .bar[data-table=observations]")
    observing = page.locator(".lane .bar[data-status=observing]")
    (observing if observing.count() > 0 else bars).first.dispatch_event("click")


def open_table(page: Page) -> None:
    page.get_by_role("tab", name="Table").click()


def nothing(_page: Page) -> None:
    """The page as it opens."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its file's name, the page's size and colours, and what is done before it is taken."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]
    prepare: Callable[[Page], None] = nothing


PICTURES = [
    Picture("timeline-light", 1280, 800, "light"),
    Picture("timeline-dark", 1280, 800, "dark", open_details),
    Picture("table", 1280, 800, "light", open_table),
    Picture("timeline-375", 375, 812, "light"),
    Picture("details-375", 375, 812, "dark", open_details),
]


def main() -> int:
    options = _options()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=FLAGS)
        for picture in PICTURES:
            path = _take(browser, picture, options.url)
            print(f"{path.relative_to(CHECKOUT)}: {path.stat().st_size / 1024:.0f} KiB")
        browser.close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m project.development.screenshots", description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000/", help="the page (default: %(default)s)")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser (default: %(default)s)")
    return parser.parse_args()


def _take(browser: Browser, picture: Picture, url: str) -> Path:
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height}, color_scheme=picture.scheme
    )
    page = context.new_page()
    page.goto(url)
    page.locator("body.fetched[data-state=connected]").wait_for()
    page.locator(".lane .bar").first.wait_for()
    picture.prepare(page)
    path = FOLDER / f"{picture.name}.png"
    page.screenshot(path=path)
    context.close()
    return path


if __name__ == "__main__":
    sys.exit(main())
