import pytest

from stress.load.address import AddressError, target


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("localhost:8000", "ws://localhost:8000/ws/"),
        ("localhost", "ws://localhost/ws/"),
        ("[::1]:8000", "ws://[::1]:8000/ws/"),
        ("ws://example.org", "ws://example.org/ws/"),
        ("wss://example.org/", "wss://example.org/ws/"),
        ("https://example.org/plan/", "wss://example.org/plan/ws/"),
        ("http://example.org:8000/ws", "ws://example.org:8000/ws/"),
        ("ws://example.org/plan/ws/", "ws://example.org/plan/ws/"),
    ],
)
def test_the_load_goes_to_the_servers_websocket_path(text: str, url: str) -> None:
    """Compatibility R17."""
    assert target(text).load_url == url


@pytest.mark.parametrize(
    "text",
    ["", "ftp://host", "host:port", "host:70000", "ws://", "host/ws/rodan", "host?a", "host#a", "me@host", "two words"],
)
def test_what_is_no_server_is_refused_by_name(text: str) -> None:
    with pytest.raises(AddressError, match=r"is expected|write host:port|name the server"):
        target(text)


def test_a_facility_is_followed_beside_the_load() -> None:
    assert target("wss://host/plan").follow_url("a b") == "wss://host/plan/ws/a%20b?subscribe-broadcast"


@pytest.mark.parametrize(("text", "is_local"), [("localhost:1", True), ("127.0.0.1", True), ("127.example.org", False)])
def test_a_name_tells_whether_the_server_is_on_this_machine(text: str, *, is_local: bool) -> None:
    assert target(text).is_local is is_local
