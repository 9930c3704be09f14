"""Many WebSockets leave room for pages: Apache's, on Debian, would be full with 150."""

from contextlib import ExitStack

from tests.deploy.conftest import MakeProxy
from tests.deploy.proxies import Place
from tests.deploy.visitors import got
from tests.ws.gateway.raw_client import RawClient
from tests.ws.gateway.requests import request

MANY = 200


def test_two_hundred_websockets_leave_room_for_pages(make_proxy: MakeProxy, name: str, place: Place) -> None:
    proxy = make_proxy(name, place)
    with ExitStack() as connected:
        for _ in range(MANY):
            client = connected.enter_context(RawClient(proxy.port))
            client.send(request("/ws/sky"))
            assert client.status() == 101
        assert got(proxy, "/who")[0] == 200
