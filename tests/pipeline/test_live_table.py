"""The page in a real Chromium against the real pipeline."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import redis
from playwright.sync_api import Browser, Page, expect, sync_playwright

from project.development.programs import free_port
from tests.conftest import ProgramRequirement
from tests.pipeline.conftest import Pipeline
from tests.processes import Process

CHROMIUM = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
INSTALL_CHROMIUM = "apt-get install chromium"
# Headless, as root where need be, and without a word to the outside.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

EVIL = "<img src=x onerror=\"document.title='evil'\">"


@pytest.fixture(scope="module")
def site(pipeline: Pipeline) -> Iterator[tuple[Pipeline, str]]:
    """The pipeline, and the page's address, whose port has the WebSockets too. For tests that end nothing of it."""
    address = f"127.0.0.1:{free_port()}"
    with running_server(pipeline.environment, address):
        yield pipeline, f"http://{address}/"


@contextmanager
def running_server(environment: dict[str, str], address: str) -> Iterator[Process]:
    """`runserver`, ready."""
    with Process.manage("runserver", "--noreload", address, environment=environment) as server:
        server.wait_for("Quit the server with")
        yield server


@pytest.fixture
def browser(require_program: ProgramRequirement) -> Iterator[Browser]:
    """Chromium, as Debian has it."""
    program = require_program(CHROMIUM, INSTALL_CHROMIUM)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, site: tuple[Pipeline, str]) -> Iterator[Page]:
    """The page, connected; whatever it complains of in the console fails the test."""
    _, address = site
    opened = browser.new_page()
    complaints: list[str] = []
    opened.on("console", lambda entry: complaints.append(entry.text) if entry.type in {"error", "warning"} else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(address)
    expect(opened.get_by_role("status")).to_have_text("Connected")
    yield opened
    opened.close()
    expected = re.compile(r"WebSocket connection to .* failed")
    assert [text for text in complaints if not expected.match(text)] == []


def insert_observation(pipeline: Pipeline, target: str) -> None:
    pipeline.execute("INSERT INTO project_observation (target) VALUES (%s)", target)


def test_rows_that_sql_inserts_changes_and_deletes_follow_on_the_page(page: Page, site: tuple[Pipeline, str]) -> None:
    pipeline, _ = site
    insert_observation(pipeline, "Cygnus A")
    row = page.get_by_role("row").filter(has_text="Cygnus A")
    expect(row).to_contain_text("defined")
    pipeline.execute("UPDATE project_observation SET status = 'observing' WHERE target = 'Cygnus A'")
    expect(row).to_contain_text("observing")
    pipeline.execute("DELETE FROM project_observation WHERE target = 'Cygnus A'")
    expect(row).to_have_count(0)


def test_a_queryset_update_follows_and_a_rolled_back_change_never_does(page: Page, site: tuple[Pipeline, str]) -> None:
    pipeline, _ = site
    insert_observation(pipeline, "Steady")
    row = page.get_by_role("row").filter(has_text="Steady")
    expect(row).to_contain_text("defined")
    with closing(pipeline.database()) as database, database.cursor() as cursor:
        database.autocommit = False
        cursor.execute("UPDATE project_observation SET status = 'error' WHERE target = 'Steady'")
        database.rollback()
    key = row.get_attribute("data-id")
    code = f"from project.models import Observation; Observation.objects.filter(id='{key}').update(status='observed')"
    with Process.manage("shell", "--no-imports", "-c", code, environment=pipeline.environment) as shell:
        assert shell.wait() == 0, shell.output
    expect(row).to_contain_text("observed")
    told = page.get_by_role("listitem").filter(has_text=str(key).replace("-", "")).all_text_contents()
    assert [text.split('"')[3] for text in told] == ["updated", "created"]


def test_rows_of_before_the_page_was_opened_are_there(browser: Browser, site: tuple[Pipeline, str]) -> None:
    pipeline, address = site
    insert_observation(pipeline, "Earlier")
    opened = browser.new_page()
    opened.goto(address)
    expect(opened.get_by_role("row").filter(has_text="Earlier")).to_have_count(1)


def test_four_hundred_changes_of_one_statement_show(page: Page, site: tuple[Pipeline, str]) -> None:
    pipeline, _ = site
    pipeline.execute(
        "INSERT INTO project_observation (target, start) SELECT 'Bulk', '2100-01-01' FROM generate_series(1, 400)"
    )
    expect(page.get_by_role("row").filter(has_text="Bulk")).to_have_count(400)
    pipeline.execute("UPDATE project_observation SET status = 'finished' WHERE target = 'Bulk'")
    expect(page.get_by_role("row").filter(has_text="finished")).to_have_count(400)
    pipeline.execute("DELETE FROM project_observation WHERE target = 'Bulk'")
    expect(page.get_by_role("row").filter(has_text="Bulk")).to_have_count(0)


def test_what_is_no_message_of_ours_is_shown_and_does_no_harm(page: Page, site: tuple[Pipeline, str]) -> None:
    pipeline, _ = site
    with redis.Redis.from_url(pipeline.environment["REDIS_URL"]) as publisher:
        for odd in ("hello", "null", "[1]", '{"model": "observation"}'):
            publisher.publish("rodan:broadcast:rodan", odd)
    expect(page.get_by_role("listitem").filter(has_text="hello")).to_be_visible()
    insert_observation(pipeline, "After the odd ones")
    expect(page.get_by_role("row").filter(has_text="After the odd ones")).to_have_count(1)


def test_texts_of_rows_are_shown_as_text(page: Page, site: tuple[Pipeline, str]) -> None:
    pipeline, _ = site
    insert_observation(pipeline, EVIL)
    expect(page.get_by_role("cell", name=EVIL)).to_be_visible()
    expect(page).to_have_title("Observations, live")
    assert page.locator("img").count() == 0


def test_a_lost_connection_is_shown_and_what_was_missed_is_there_afterwards(
    browser: Browser, site: tuple[Pipeline, str]
) -> None:
    pipeline, _ = site
    address = f"127.0.0.1:{free_port()}"
    page = browser.new_page()
    with running_server(pipeline.environment, address):
        page.goto(f"http://{address}/")
        expect(page.get_by_role("status")).to_have_text("Connected")
    expect(page.get_by_role("status")).to_contain_text("Connection lost")
    insert_observation(pipeline, "Missed")
    with running_server(pipeline.environment, address):
        expect(page.get_by_role("status")).to_have_text("Connected", timeout=30_000)
        expect(page.get_by_role("row").filter(has_text="Missed")).to_have_count(1)


def test_the_page_runs_no_inline_script(page: Page, site: tuple[Pipeline, str]) -> None:
    _, address = site
    response = page.request.get(address)
    policy = response.headers["content-security-policy"]
    assert "connect-src 'self';" in policy
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert re.search(r"<script(?![^>]*\bsrc=)", response.text()) is None
