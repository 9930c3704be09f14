"""A project that was written for ws4redis does all that it did, with no more changed than the documentation names."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection

from project.environment import CHECKOUT
from tests.pipeline.conftest import next_text
from tests.pipeline.legacy_site import BETWEEN_APPS, CHANGES, PASSWORD, LegacySite, running_legacy_site
from tests.pipeline.page.conftest import browser  # noqa: F401 - a fixture

EVERYTHING = ("broadcast", "user", "group", "session")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, empty_database: str, redis_url: str) -> Iterator[LegacySite]:
    with running_legacy_site(tmp_path_factory.mktemp("moved"), empty_database, redis_url) as running:
        yield running


@pytest.fixture
def clients(site: LegacySite) -> Iterator[dict[str, ClientConnection]]:
    """Everybody, following all that they may."""
    with ExitStack() as connected:
        yield {
            name: connected.enter_context(site.visitor(name).following(*EVERYTHING))
            for name in ("mary", "john", "guest", "")
        }


def told_before_all(clients: dict[str, ClientConnection], site: LegacySite) -> dict[str, list[str]]:
    """What each client was told before something that was said to all just now."""
    site.visitor().post("/say/", text="to all")
    return {name: told_before(client, "to all") for name, client in clients.items()}


def told_before(client: ClientConnection, last: str) -> list[str]:
    texts = []
    while (text := next_text(client)) != last:
        texts.append(text)
    return texts


@pytest.mark.parametrize(("old", "new"), CHANGES.items())
def test_what_is_changed_stands_in_the_documentation(old: str, new: str) -> None:
    """Compatibility P10, P11, P12, P13."""
    text = (CHECKOUT / "docs/moving_from_ws4redis.md").read_text(encoding="utf-8").replace("mysite.", "legacy_chat.")
    assert all(part in text for part in [*old.split(BETWEEN_APPS), *new.split(BETWEEN_APPS)])


def test_its_settings_pass_the_checks(site: LegacySite) -> None:
    """Compatibility P11, P12, P13."""
    site.django("check", "--fail-level", "WARNING")


def test_what_is_broadcast_reaches_everybody(site: LegacySite, clients: dict[str, ClientConnection]) -> None:
    """Compatibility U6, P1, P14."""
    site.visitor().post("/say/", text="hello")
    assert told_before_all(clients, site) == {"mary": ["hello"], "john": ["hello"], "guest": ["hello"], "": ["hello"]}


def test_what_is_for_a_user_reaches_that_user_only(site: LegacySite, clients: dict[str, ClientConnection]) -> None:
    """Compatibility U8, N4, P1."""
    site.visitor("john").post("/whisper/", to="mary", text="psst")
    assert told_before_all(clients, site) == {"mary": ["psst"], "john": [], "guest": [], "": []}


def test_what_is_for_a_group_reaches_its_members_only(site: LegacySite, clients: dict[str, ClientConnection]) -> None:
    """Compatibility U7, N3, P1."""
    site.visitor("guest").post("/announce/", to="chatters", text="tonight")
    assert told_before_all(clients, site) == {"mary": ["tonight"], "john": ["tonight"], "guest": [], "": []}


def test_self_means_the_groups_of_the_user_who_publishes(
    site: LegacySite, clients: dict[str, ClientConnection]
) -> None:
    """Compatibility P7."""
    site.visitor("john").post("/announce/", text="we meet")
    assert told_before_all(clients, site) == {"mary": ["we meet"], "john": ["we meet"], "guest": [], "": []}


def test_self_means_the_user_who_publishes_on_every_device(
    site: LegacySite, clients: dict[str, ClientConnection]
) -> None:
    site.visitor("mary").post("/remind/", text="remember")
    assert told_before_all(clients, site) == {"mary": ["remember"], "john": [], "guest": [], "": []}


def test_self_means_the_session_of_the_request_only(site: LegacySite, clients: dict[str, ClientConnection]) -> None:
    """Compatibility U9, N5, P7."""
    mary = site.visitor("mary")
    with mary.following("session") as here:
        mary.post("/here/", text="noted")
        assert next_text(here) == "noted"
    assert told_before_all(clients, site) == {"mary": [], "john": [], "guest": [], "": []}


def test_the_last_message_is_found_by_those_whom_it_was_for(site: LegacySite) -> None:
    """Compatibility P3, P4."""
    mary, john = site.visitor("mary"), site.visitor("john")
    mary.post("/whisper/", to="john", text="the key is under the mat")
    mary.post("/say/", text="good night")
    found = {
        visitor: [visitor.get(f"/last/{audience}/") for audience in ("any", "broadcast")] for visitor in (mary, john)
    }
    assert found[john] == ["the key is under the mat", "good night"]
    assert found[mary][1] == "good night"


def test_the_last_message_is_sent_first_to_those_who_come_later(site: LegacySite) -> None:
    """Compatibility L5."""
    mary = site.visitor("mary")
    mary.post("/remind/", text="kept")
    with mary.connect("chat?subscribe-user") as client:
        assert client.recv() == "kept"


def test_the_projects_own_rule_refuses_a_client(site: LegacySite) -> None:
    """Compatibility S9, S10."""
    with pytest.raises(InvalidStatus, match="403"), site.visitor().connect("staff?subscribe-broadcast"):
        pass
    with site.visitor("mary").connect("staff?subscribe-broadcast"):
        pass


def sign_in(page: Page, site: LegacySite, name: str) -> None:
    page.goto(f"http://{site.host}/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button").click()
    expect(page.locator("#state")).to_have_text("connected")


def test_its_page_shows_what_is_said_and_whispered(browser: Browser, site: LegacySite) -> None:  # noqa: F811 - the fixture
    """Compatibility J2, J5."""
    page = browser.new_page()
    sign_in(page, site, "mary")
    page.get_by_label("Text").fill("<b>hello</b>")
    page.get_by_role("button").click()
    expect(page.get_by_text("<b>hello</b>")).to_have_count(1)
    site.visitor("john").post("/whisper/", to="mary", text="psst, mary")
    expect(page.get_by_role("listitem").last).to_have_text("psst, mary")
