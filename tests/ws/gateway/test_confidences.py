"""What a request tells in confidence."""

from websockets.datastructures import Headers
from websockets.http11 import Request

from ws.gateway.confidences import confidences


def told(path: str = "/ws/sky", **headers: str) -> set[str]:
    return confidences(Request(path, Headers({name.replace("_", "-"): value for name, value in headers.items()})))


def test_the_query_and_its_values_in_both_spellings() -> None:
    assert told("/ws/sky?a&ticket=abc%3Adef") == {"a&ticket=abc%3Adef", "abc%3Adef", "abc:def"}


def test_each_cookie() -> None:
    assert told(Cookie='sessionid=0123456789; csrf="9876543210"') == {
        'sessionid=0123456789; csrf="9876543210"',
        "0123456789",
        "9876543210",
    }


def test_keys_in_headers_with_and_without_their_scheme() -> None:
    assert told(Authorization="Bearer s3cret-key", X_Key="another-key") == {
        "Bearer s3cret-key",
        "s3cret-key",
        "another-key",
    }


def test_neither_what_everybody_sends_nor_short_words() -> None:
    assert told(Host="site.example", Origin="https://site.example", Cookie="a=1", X_Theme="dark") == set()
