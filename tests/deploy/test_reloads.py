"""A proxy that reads its file anew ends no WebSocket."""

from uuid import uuid4

import redis

from tests.deploy.conftest import MakeProxy
from tests.deploy.proxies import KINDS, Place
from tests.deploy.visitors import following, next_text


def test_a_reload_ends_no_websocket(make_proxy: MakeProxy, name: str, place: Place, redis_url: str) -> None:
    proxy, facility = make_proxy(name, place), uuid4().hex
    with following(proxy, facility) as before, redis.Redis.from_url(redis_url) as publisher:
        proxy.process.send(KINDS[name].reload)
        proxy.process.wait_for(KINDS[name].ready, times=2)
        with following(proxy, facility) as after:
            publisher.publish(f"rodan:broadcast:{facility}", "for both")
            assert [next_text(client) for client in (before, after)] == ["for both", "for both"]
