"""Through each proxy: WebSockets to the gateway, pages to the site, and who asks is known to both."""

from uuid import uuid4

import pytest
import redis

from tests.deploy.proxies import RunningProxy
from tests.deploy.visitors import (
    ANSWER_SECONDS,
    OWN_ADDRESS,
    browser,
    following,
    got,
    known_to_gateway,
    known_to_site,
    next_text,
    refused,
)

LIES = {
    "X-Forwarded-For": "10.6.6.6",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.test",
    "Forwarded": "for=10.6.6.6;proto=https",
}


def test_messages_pass(proxy: RunningProxy, redis_url: str) -> None:
    facility = uuid4().hex
    with following(proxy, facility) as client, redis.Redis.from_url(redis_url) as publisher:
        publisher.publish(f"rodan:broadcast:{facility}", "for you")
        assert next_text(client) == "for you"


def test_what_a_client_says_passes(proxy: RunningProxy) -> None:
    with browser(proxy, "/ws/sky") as client:
        assert client.ping(b"there?").wait(ANSWER_SECONDS)


def test_pages_come_from_the_site(proxy: RunningProxy) -> None:
    assert known_to_site(proxy)["uri"] == f"ws://localhost:{proxy.port}/ws/"


def test_what_is_no_websocket_is_refused_by_the_gateway(proxy: RunningProxy) -> None:
    status, text = got(proxy, "/ws/sky")
    assert (status, "speaks WebSocket" in text) == (400, True)


def test_a_page_of_another_origin_is_refused(proxy: RunningProxy) -> None:
    for origin in ("http://evil.test", f"http://localhost:{proxy.port + 1}", "http://localhost"):
        assert refused(proxy, "/ws/sky", origin)[0] == 403


def test_the_gateway_knows_who_asks(proxy: RunningProxy) -> None:
    known = known_to_gateway(proxy)
    assert (known["address"], known["scheme"], known["host"]) == (OWN_ADDRESS, "http", f"localhost:{proxy.port}")


@pytest.mark.parametrize(("name", "lie"), LIES.items())
def test_nobody_believes_what_a_client_says_of_itself(proxy: RunningProxy, name: str, lie: str) -> None:
    said = {name.replace("-", "_"): lie}
    known = known_to_gateway(proxy, **said)
    assert (known["address"], known["scheme"], known["host"]) == (OWN_ADDRESS, "http", f"localhost:{proxy.port}")
    assert known_to_site(proxy, **said)["forwarded"].get(name, "").rpartition(",")[2].strip() != lie
