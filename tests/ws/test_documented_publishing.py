"""The Python of docs/publishing.md does what the page says."""

import re
import sys
from types import ModuleType
from typing import Any

import pytest
import redis
from django.contrib.auth.models import User
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest
from pytest_django import Settings

from project.development.valkey import Valkey
from project.environment import CHECKOUT
from tests.ws.ear import Ear
from ws.audiences import MEMBER_OF
from ws.publisher import RedisPublisher, publish

DOCUMENT = (CHECKOUT / "docs" / "publishing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)

pytestmark = pytest.mark.django_db(transaction=True)


class Bus(ModuleType):
    """As much of pika as the page uses: a queue of one message, which stays until it is acknowledged."""

    def __init__(self) -> None:
        super().__init__("pika")
        self.queue = [b"paid"]
        self.ConnectionParameters = str
        self.BlockingConnection = lambda _: self

    def channel(self) -> "Bus":
        return self

    def basic_consume(self, queue: str, callback: Any) -> None:  # noqa: ANN401 - pika's
        assert queue == "orders"
        self.callback = callback

    def start_consuming(self) -> None:
        method = ModuleType("method")
        method.delivery_tag = 1  # type: ignore[attr-defined] # pika's
        self.callback(self, method, None, self.queue[0])

    def basic_ack(self, delivery_tag: int) -> None:
        del self.queue[delivery_tag - 1]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    made = Bus()
    monkeypatch.setitem(sys.modules, "pika", made)
    return made


def run(opening: str) -> dict[str, Any]:
    """The names that the block which begins like this defines."""
    (block,) = [block for block in BLOCKS if block.startswith(opening)]
    names: dict[str, Any] = {"__name__": "documented"}
    exec(block, names)  # noqa: S102 - the page's own
    return names


def test_no_block_is_left_out() -> None:
    assert len(BLOCKS) == 5


def test_publish_names_its_audience(ear: Ear) -> None:
    run("from ws.publisher import publish\n")
    assert ear.heard() == [
        ("broadcast:shop", '{"order":7,"status":"paid"}'),
        ("user:ann:shop", "Your parcel is on its way."),
        ("group:staff:shop", "Stocktaking at noon."),
        ("group:night shift:shop", "Stocktaking at noon."),
    ]


def test_the_consumer_hands_on_what_comes_and_acknowledges_it(ear: Ear, bus: Bus) -> None:
    run("import pika\n")["Command"]().handle()
    assert ear.heard() == [("broadcast:shop", "paid")]
    assert bus.queue == []


def test_the_consumer_leaves_on_the_bus_what_redis_does_not_take(settings: Settings, bus: Bus) -> None:
    settings.WS4REDIS_CONNECTION = {"host": "127.0.0.1", "port": 1}
    with pytest.raises(redis.RedisError):
        run("import pika\n")["Command"]().handle()
    assert bus.queue == [b"paid"]


def test_the_signal_reaches_everybody(ear: Ear, settings: Settings) -> None:
    settings.TRIGGERS = {"FACILITY": "sky"}
    run("from ws.signals import update_signal\n")
    assert ear.heard() == [("broadcast:sky", "The shop opens."), ("broadcast:shop", '{"open":true}')]


def test_the_view_publishes_and_fetches(ear: Ear) -> None:
    request = HttpRequest()
    request.user, request.session = User(username="ann"), SessionStore()
    request.session[MEMBER_OF] = []
    assert run("from ws.publisher import SELF")["greet"](request) == b"Hello."
    assert ear.heard() == [("group:staff:shop", "Hello."), ("user:ann:shop", "Hello.")]


def test_the_address_of_tickets_is_a_path() -> None:
    (route,) = run("from django.urls import path\n")["urlpatterns"]
    assert route.resolve("tickets/shop/north/").kwargs == {"facility": "shop/north/"}


def test_the_documented_user_may_do_all_that_the_site_does(own_redis: Valkey, settings: Settings) -> None:
    (line,) = re.findall(r"ACL SETUSER site .*", DOCUMENT)
    with redis.Redis.from_url(own_redis.url) as owner:
        owner.execute_command(*line.split())
    where = {"host": "127.0.0.1", "port": own_redis.port, "username": "site", "password": "secret"}
    settings.WS4REDIS_PREFIX = "rodan"
    for number in (1, 0):
        settings.WS4REDIS_CONNECTION = {**where, "db": number}
        publish("sky", "hello", at_once=True)
        assert RedisPublisher().fetch_message(None, "sky") == b"hello"
