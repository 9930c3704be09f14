"""The site's rules are callables, dotted paths or nothing; what is none of these is an error."""

from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpRequest

from ws.access import AccessError, load_access
from ws.settings import load
from ws.subscriber import RedisSubscriber


class BroadcastOnly(RedisSubscriber):
    """As a site may write it."""

    subscription_channels = ("subscribe-broadcast",)
    publish_channels = ()


def allow_nothing(_request: HttpRequest, _words: list[str]) -> list[str]:
    return []


def test_a_site_that_says_nothing_understands_all_words_and_lets_nobody_publish() -> None:
    access = load_access(load())
    assert len(access.words) == 8
    assert (access.process_request, access.allowed_channels, access.allow_publish) == (None, None, False)


@pytest.mark.parametrize("value", [allow_nothing, f"{__name__}.allow_nothing"])
def test_a_rule_is_a_callable_or_its_dotted_path(value: object) -> None:
    """Compatibility S9, S12."""
    access = load_access(replace(load(), allowed_channels=value, process_request=value, allow_publish=value))  # type: ignore[arg-type]
    assert [access.allowed_channels, access.process_request, access.allow_publish] == [allow_nothing] * 3


@pytest.mark.parametrize("path", ["ws4redis.subscriber.RedisSubscriber", "ws.subscriber.RedisSubscriber"])
def test_the_subscriber_of_either_is_ours(path: str) -> None:
    """Compatibility S8."""
    assert len(load_access(replace(load(), subscriber=path)).words) == 8


def test_a_subscriber_says_which_words_are_understood() -> None:
    """Compatibility S8."""
    access = load_access(replace(load(), subscriber=f"{__name__}.BroadcastOnly"))
    assert access.words == {"subscribe-broadcast"}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"allowed_channels": "nowhere.at_all"}, "WS4REDIS_ALLOWED_CHANNELS"),
        ({"allowed_channels": "word"}, "WS4REDIS_ALLOWED_CHANNELS"),
        ({"process_request": f"{__name__}.gone"}, "WS4REDIS_PROCESS_REQUEST"),
        ({"process_request": 7}, "WS4REDIS_PROCESS_REQUEST"),
        ({"allow_publish": "nowhere.at_all"}, "WS['ALLOW_PUBLISH']"),
        ({"subscriber": "nowhere.Subscriber"}, "WS4REDIS_SUBSCRIBER"),
        ({"subscriber": f"{__name__}.allow_nothing"}, "WS4REDIS_SUBSCRIBER"),
    ],
)
def test_a_rule_that_cannot_be_applied_is_an_error_that_names_it(changes: dict[str, Any], name: str) -> None:
    """ws4redis lets everybody do everything then. Compatibility S11."""
    with pytest.raises(AccessError) as raised:
        load_access(replace(load(), **changes))
    assert name in str(raised.value)
