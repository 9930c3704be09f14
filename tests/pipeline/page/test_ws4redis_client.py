"""`ws4redis.js` in a real browser: what pages that were written for the original may rely on."""

from queue import SimpleQueue
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page

from project.environment import CHECKOUT
from tests.pipeline.conftest import HEARTBEAT, MESSAGE_SECONDS
from tests.pipeline.page.peers import close_at_once, close_when_told, keep, listening, repeat
from tests.pipeline.page.site import Site
from ws.wire import codes

SCRIPT = CHECKOUT / "ws/static/ws/ws4redis.js"

PAGE = """<!doctype html>
<script src="/static/js/ws4redis.js"></script>
<script>
  const heard = [];
  const beats = { opened: 0, said: 0, heard: 0 };
  class Counted extends WebSocket {
    constructor(uri) {
      super(uri);
      beats.opened += 1;
      this.addEventListener("message", ({ data }) => { beats.heard += data === "--heartbeat--"; });
    }
    send(text) {
      beats.said += 1;
      super.send(text);
    }
  }
  window.WebSocket = Counted;
  const ws4redis = WS4Redis({
    uri: `ws://${location.host}/ws/rodan?subscribe-broadcast`,
    receive_message: (message) => heard.push(message),
    heartbeat_msg: "--heartbeat--",
  }, "no jQuery");
</script>"""

TELLING = """
let told = [];
const telling = (uri, more) => {
  const mine = [];
  told = mine;
  return {
    uri,
    heartbeat_msg: "--heartbeat--",
    connecting: () => mine.push("connecting"),
    connected: () => mine.push("connected"),
    receive_message: (message) => mine.push(message),
    disconnected: ({ code }) => mine.push(code),
    ...more,
  };
};"""

NO = {1008, 1009, 4401, 4403}
ROWS = [row for row in vars(codes).values() if isinstance(row, codes.Close)]


class Script:
    """A page that has the script and nothing else, and whose clock goes on only when the test says so."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def run(self, code: str) -> Any:  # noqa: ANN401 - whatever it returns
        return self._page.evaluate(code)

    @property
    def told(self) -> list[str | int]:
        """What the newest page's callbacks were told: names, messages, close codes."""
        told: list[str | int] = self.run("told")
        return told

    def wait_until_told(self, *what: str | int) -> None:
        self._page.wait_for_function("(what) => JSON.stringify(told) === JSON.stringify(what)", arg=list(what))

    def wait_until_told_times(self, what: str | int, times: int) -> None:
        self._page.wait_for_function(
            "([what, times]) => told.filter((it) => it === what).length === times", arg=[what, times]
        )

    def pass_ms(self, milliseconds: int) -> None:
        self._page.clock.run_for(milliseconds)


@pytest.fixture
def script(browser: Browser) -> Script:
    page = browser.new_page()
    page.clock.install(time=0)
    page.clock.pause_at(1_000)
    page.add_script_tag(path=SCRIPT)
    page.add_script_tag(content=TELLING)
    return Script(page)


@pytest.fixture
def chat(browser: Browser, site: Site) -> Page:
    """The page, as if it were the site's; its clock goes on by itself, and can be put forward."""
    page = browser.new_context(bypass_csp=True).new_page()
    page.clock.install()
    page.goto(f"{site.address}plan/")
    page.set_content(PAGE)
    page.wait_for_function("ws4redis.is_connected()")
    return page


def test_a_page_as_ws4redis_has_it_gets_the_pipelines_messages(chat: Page, site: Site) -> None:
    """Compatibility J1, J2."""
    key = uuid4()
    site.execute("INSERT INTO project_project (id, name) VALUES (%s, 'Sky survey')", str(key))
    chat.wait_for_function("(key) => heard.some((message) => message.includes(key))", arg=key.hex)


def test_the_real_gateway_answers_its_heartbeats(chat: Page) -> None:
    """Compatibility J2, J3, J9."""
    for number in range(1, 6):
        chat.clock.run_for(5_000)
        chat.wait_for_function("(number) => beats.said >= number && beats.heard > beats.said", arg=number)
    assert chat.evaluate("beats.opened === 1 && !heard.includes('--heartbeat--')")


def test_the_states_are_those_of_the_socket(script: Script) -> None:
    """Compatibility J5, J6, J7, J8."""
    with listening(repeat) as url:
        assert script.run(
            f"""async () => {{
              const states = [];
              await new Promise((done) => {{
                const it = new WS4Redis({{
                  uri: "{url}",
                  connected: () => {{ note(); it.send_message("said"); }},
                  receive_message: (message) => {{ states.push(message); it.close(); note(); }},
                  disconnected: () => {{ note(); done(); }},
                }});
                const note = () => states.push([it.get_state(), it.is_connecting(), it.is_connected(),
                  it.is_closing(), it.is_closed()].indexOf(true), it.get_state());
                note();
              }});
              return states;
            }}"""
        ) == [1, 0, 2, 1, "said", 3, 2, 4, 3]


def test_without_an_address_it_throws(script: Script) -> None:
    """Compatibility J1."""
    code = "() => { try { WS4Redis({}); } catch (error) { return error.message; } }"
    assert script.run(code) == "No Websocket URI in options"


def test_three_unanswered_heartbeats_end_the_connection(script: Script) -> None:
    """Compatibility J4, J9, J10."""
    heard: SimpleQueue[str | bytes | None] = SimpleQueue()
    with listening(keep(heard)) as url:
        script.run(f"WS4Redis(telling('{url}'))")
        script.wait_until_told("connecting", "connected")
        script.pass_ms(20_000)
        script.wait_until_told("connecting", "connected", 1005)
        assert [heard.get(timeout=MESSAGE_SECONDS) for _ in range(4)] == [HEARTBEAT, HEARTBEAT, HEARTBEAT, None]


def test_answered_heartbeats_keep_the_connection(script: Script) -> None:
    """Compatibility J10."""
    with listening(repeat) as url:
        script.run(f"globalThis.it = WS4Redis(telling('{url}'))")
        script.wait_until_told("connecting", "connected")
        for number in range(1, 6):
            script.pass_ms(5_000)
            script.run(f"it.send_message('{number}')")
            script.wait_until_told("connecting", "connected", *map(str, range(1, number + 1)))


def test_without_a_heartbeat_silence_is_no_end(script: Script) -> None:
    """Compatibility J3."""
    with listening(keep(SimpleQueue())) as url:
        script.run(f"globalThis.it = WS4Redis(telling('{url}', {{ heartbeat_msg: null }}))")
        script.wait_until_told("connecting", "connected")
        script.pass_ms(60_000)
        assert script.run("it.is_connected()")


def test_it_waits_longer_each_time_and_never_longer_than_30_s(script: Script) -> None:
    """Compatibility J11."""
    with listening(close_at_once) as url:
        script.run(f"Math.random = () => 1; WS4Redis(telling('{url}?1012'))")
        for attempt, longest_seconds in enumerate([1, 3, 7, 15, 30, 30], 1):
            script.wait_until_told_times(1012, attempt)
            script.pass_ms(longest_seconds * 1000 - 1)
            assert script.told.count("connecting") == attempt
            script.pass_ms(1)
            assert script.told.count("connecting") == attempt + 1


def test_a_connection_that_lasted_is_no_failed_attempt(script: Script) -> None:
    """Compatibility J11."""
    with listening(close_when_told) as url:
        script.run(f"Math.random = () => 1; globalThis.it = WS4Redis(telling('{url}', {{ heartbeat_msg: null }}))")
        for attempt in (1, 2, 3):
            script.wait_until_told_times("connected", attempt)
            script.pass_ms(10_001)
            script.run("it.send_message('1012')")
            script.wait_until_told_times(1012, attempt)
            script.pass_ms(1_000)
            assert script.told.count("connecting") == attempt + 1


def test_it_comes_back_unless_the_code_says_that_it_may_not(script: Script) -> None:
    """Compatibility J4, J12."""
    came_back = {}
    with listening(close_at_once) as url:
        for code in {1000, 1001, 1012, 4408, *NO, *(row.code for row in ROWS)}:
            script.run(f"WS4Redis(telling('{url}?{code}'))")
            script.wait_until_told("connecting", "connected", code)
            script.pass_ms(1_000)
            came_back[code] = script.told.count("connecting") == 2
    assert {code for code in came_back if not came_back[code]} == NO
    assert {row.code for row in ROWS if row.reconnect == "no"} <= NO


def test_once_closed_it_does_not_come_back_even_where_it_was_about_to(script: Script) -> None:
    """Compatibility J7."""
    with listening(close_at_once) as url:
        script.run(f"globalThis.it = WS4Redis(telling('{url}?1012'))")
        script.wait_until_told("connecting", "connected", 1012)
        script.run("it.close()")
        script.pass_ms(60_000)
        assert script.told == ["connecting", "connected", 1012]
