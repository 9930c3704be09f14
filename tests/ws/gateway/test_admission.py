"""From who asks and what is allowed to channels: WS4REDIS.md, sections 2, 3 and 4."""

import pytest

from ws.gateway.admission import NOBODY, Admission, Visitor, admission
from ws.gateway.query import Wish

ANN = Visitor("ann", ("schedulers", "guests"), "k3y")
SUBSCRIBE = ("subscribe-session", "subscribe-group", "subscribe-user", "subscribe-broadcast")
PUBLISH = tuple(word.replace("subscribe", "publish") for word in SUBSCRIBE)
ALL = (
    "rodan:broadcast:sky",
    "rodan:group:schedulers:sky",
    "rodan:group:guests:sky",
    "rodan:user:ann:sky",
    "rodan:session:k3y:sky",
)


def admitted(*words: str, visitor: Visitor = ANN, facility: str = "sky") -> Admission:
    return admission(Wish(facility, words), words, visitor, "rodan")


def test_each_word_stands_for_an_audience_to_follow_or_to_publish_to() -> None:
    """Compatibility U6, U7, U8, U9, U10, U11, U12, U13."""
    assert admitted(*SUBSCRIBE).follows == ALL
    assert admitted(*PUBLISH).publishes == ALL
    assert admitted(*SUBSCRIBE).publishes == admitted(*PUBLISH).follows == ()


@pytest.mark.parametrize("word", SUBSCRIBE[:3])
def test_who_is_not_known_has_no_channel_of_a_user_a_group_or_a_session(word: str) -> None:
    """Compatibility N10."""
    assert admitted(word, visitor=NOBODY) == Admission()


def test_without_words_nothing_is_followed() -> None:
    """Compatibility U15."""
    assert admitted() == Admission()


def test_echo_is_a_wish_like_others() -> None:
    """Compatibility U14."""
    assert admitted("echo").wants_echo
    assert not admitted("subscribe-broadcast").wants_echo


def test_a_word_that_is_not_allowed_is_not_wanted() -> None:
    """Compatibility S9."""
    assert admission(Wish("sky", SUBSCRIBE), ["subscribe-broadcast"], ANN, None).follows == ("broadcast:sky",)


def test_a_facility_with_a_colon_is_broadcast_only_whatever_a_callable_allows() -> None:
    """PITFALLS A: `user:ann:x:y` could be the facility `y` of the user `ann:x`. Compatibility U3."""
    assert admitted(*SUBSCRIBE, facility="x:y").follows == ("rodan:broadcast:x:y",)


def test_a_group_that_is_named_twice_is_followed_once() -> None:
    assert admitted("subscribe-group", visitor=Visitor(groups=("a", "a"))).follows == ("rodan:group:a:sky",)
