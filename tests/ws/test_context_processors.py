"""What templates get: the gateway's address as a browser reaches it, and the heartbeat as JSON."""

import json

import pytest
from django.template import RequestContext, Template
from django.test import RequestFactory
from pytest_django import Settings

from ws.context_processors import websocket


@pytest.fixture(autouse=True)
def any_host(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]


def uri(host: str, *, secure: bool = False) -> str:
    """What a page of this host is told."""
    return websocket(RequestFactory(HTTP_HOST=host).get("/", secure=secure))["WEBSOCKET_URI"]


@pytest.mark.parametrize("host", ["example.org", "example.org:8000", "[::1]", "[::1]:8000"])
def test_the_gateway_is_where_the_page_came_from(host: str) -> None:
    """Compatibility S13."""
    assert uri(host) == f"ws://{host}/ws/"


def test_a_secure_page_is_given_a_secure_address() -> None:
    """Compatibility S13."""
    assert uri("example.org", secure=True) == "wss://example.org/ws/"


def test_another_prefix_stands_in_the_address(settings: Settings) -> None:
    """Compatibility S1, S13."""
    settings.WEBSOCKET_URL = "/live/"
    assert uri("example.org") == "ws://example.org/live/"


@pytest.mark.parametrize(("heartbeat", "text"), [("--heartbeat--", '"--heartbeat--"'), ('"', r'"\""'), (None, "null")])
def test_the_heartbeat_is_json(settings: Settings, heartbeat: str | None, text: str) -> None:
    """Compatibility S14."""
    settings.WS4REDIS_HEARTBEAT = heartbeat
    assert websocket(RequestFactory().get("/"))["WS4REDIS_HEARTBEAT"] == text


@pytest.mark.parametrize("heartbeat", ["--heartbeat--", '"', "</script>&amp;", None])
def test_a_script_reads_the_heartbeat_as_it_is(settings: Settings, heartbeat: str | None) -> None:
    """Compatibility S14."""
    settings.WS4REDIS_HEARTBEAT = heartbeat
    context = RequestContext(RequestFactory(HTTP_HOST="example.org").get("/"))
    script = Template("heartbeat_msg: {{ WS4REDIS_HEARTBEAT }}").render(context)
    assert "</script>" not in script
    assert json.loads(script.removeprefix("heartbeat_msg: ")) == heartbeat


def test_the_reference_sites_templates_have_it() -> None:
    """Compatibility S13, P12."""
    context = RequestContext(RequestFactory(HTTP_HOST="example.org").get("/"))
    assert Template("{{ WEBSOCKET_URI }}").render(context) == "ws://example.org/ws/"
