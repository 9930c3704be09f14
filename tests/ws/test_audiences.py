"""Who is meant by ws4redis's words, and by nothing else (WS4REDIS.md, sections 3 and 5)."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from ws.audiences import AUDIENCE_NAMES, MEMBER_OF, SELF, audience_of, own_channels

ANN = User(username="ann@example.org")


def request(user: object = None, **session: Any) -> HttpRequest:  # noqa: ANN401 - any value
    """As the middleware leaves it; `key` is the session's."""
    made = HttpRequest()
    made.session = SessionStore(session.pop("key", None))
    made.session.update(session)
    made.user = user or AnonymousUser()  # type: ignore[assignment] # any kind of user
    return made


def anns(**session: Any) -> HttpRequest:  # noqa: ANN401 - any value
    return request(ANN, **session)


def channels(facility: Any = "sky", request: Any = None, **words: Any) -> list[str]:  # noqa: ANN401 - also what is wrong
    return [*audience_of(**words).channels("p", facility, request)]


def test_names_and_objects_name_the_same() -> None:
    assert channels(users=["ann", ANN]) == ["p:user:ann:sky", "p:user:ann@example.org:sky"]
    assert channels(groups=("staff", Group(name="night shift"))) == ["p:group:staff:sky", "p:group:night shift:sky"]
    assert channels(sessions=["k3y-of-ann"]) == ["p:session:k3y-of-ann:sky"]
    assert channels(broadcast=True) == ["p:broadcast:sky"]


def test_all_words_at_once_name_each_channel_once() -> None:
    meant = channels(broadcast=True, users=["ann", "ann"], groups={"staff"}, sessions=["k3y-of-ann"])
    assert meant == ["p:broadcast:sky", "p:group:staff:sky", "p:user:ann:sky", "p:session:k3y-of-ann:sky"]


def test_no_word_names_nobody() -> None:
    assert channels() == channels(broadcast=False, users=[], groups=(), sessions=False) == []


def test_self_is_the_requests_own_user_groups_and_session() -> None:
    """Compatibility N6, N7, P7."""
    own = anns(key="k3y-of-ann", **{MEMBER_OF: ["staff", "night"]})
    meant = channels(request=own, users=[SELF, "bob"], groups=[SELF], sessions=[SELF])
    assert meant == [
        "p:group:staff:sky",
        "p:group:night:sky",
        "p:user:ann@example.org:sky",
        "p:user:bob:sky",
        "p:session:k3y-of-ann:sky",
    ]


@pytest.mark.parametrize("user", [AnonymousUser(), SimpleLazyObject(AnonymousUser)])
def test_an_anonymous_users_self_has_no_channel(user: object) -> None:
    """Compatibility N10, P7."""
    own = request(user, **{MEMBER_OF: ["left by another login"]})
    assert channels(request=own, users=[SELF], groups=[SELF], sessions=[SELF]) == []


def test_a_request_without_session_and_user_has_no_channel() -> None:
    assert channels(request=HttpRequest(), users=[SELF], groups=[SELF], sessions=[SELF]) == []


@pytest.mark.parametrize("nobody", [None, ""])
def test_empty_names_have_no_channel(nobody: str | None) -> None:
    assert channels(users=[nobody], groups=[nobody], sessions=[nobody]) == []
    assert channels(users=[AnonymousUser()]) == []


@pytest.mark.django_db
def test_groups_that_the_session_does_not_name_come_from_the_database() -> None:
    """Compatibility N7."""
    user = User.objects.create(username="cleo")
    user.groups.add(Group.objects.create(name="staff"))
    assert channels(request=request(user), groups=[SELF]) == ["p:group:staff:sky"]
    assert channels(request=request(user, **{MEMBER_OF: []}), groups=[SELF]) == []
    assert channels(groups=user.groups.all()) == ["p:group:staff:sky"]


@pytest.mark.django_db
def test_a_group_that_the_session_names_and_the_user_has_left_is_not_their_own() -> None:
    user = User.objects.create_user("cyd")
    Group.objects.create(name="left")
    own = request(user, **{MEMBER_OF: ["left", "of another system"]})
    assert channels(request=own, groups=[SELF]) == ["p:group:of another system:sky"]


def test_a_user_of_a_model_without_groups_is_in_none() -> None:
    """Compatibility N6."""
    user = SimpleNamespace(is_authenticated=True, get_username=lambda: "dora")
    own = request(user)
    assert channels(request=own, users=[SELF], groups=[SELF]) == ["p:user:dora:sky"]


@pytest.mark.parametrize("word", ["users", "groups", "sessions"])
@pytest.mark.parametrize("text", ["ann", b"ann"])
def test_a_plain_text_is_an_error_that_says_so(word: str, text: object) -> None:
    """Compatibility P9."""
    with pytest.raises(TypeError, match=rf"{word} is the text {text!r}; expected a list: {word}=\[{text!r}\]"):
        channels(**{word: text})


@pytest.mark.parametrize("single", [ANN, SimpleLazyObject(lambda: ANN), SELF, 7, None])
def test_a_single_thing_is_an_error_that_says_so(single: object) -> None:
    with pytest.raises(TypeError, match="expected a list"):
        channels(users=single)


@pytest.mark.parametrize(
    ("word", "wrong"), [("users", 7), ("groups", 7), ("sessions", ANN), ("users", Group(name="g"))]
)
def test_a_list_of_something_else_is_an_error_that_says_so(word: str, wrong: object) -> None:
    with pytest.raises(TypeError, match=f"{word} holds .*; expected "):
        channels(**{word: [wrong]})


@pytest.mark.parametrize("wrong", [1, "yes", None, ["everybody"]])
def test_broadcast_is_true_or_false(wrong: object) -> None:
    """Compatibility P8."""
    with pytest.raises(TypeError, match="expected True or False"):
        channels(broadcast=wrong)


@pytest.mark.parametrize("word", ["users", "groups", "sessions"])
def test_true_for_a_list_is_self_and_deprecated_as_there(word: str) -> None:
    own = anns(key="k3y-of-ann", **{MEMBER_OF: ["staff"]})
    with pytest.warns(DeprecationWarning, match=rf"{word}=\[SELF\]"):
        meant = channels(request=own, **{word: True})
    assert meant == channels(request=own, **{word: [SELF]})


def test_an_unknown_word_is_an_error() -> None:
    with pytest.raises(TypeError, match="user"):
        channels(user=["ann"])


def test_self_without_a_request_is_an_error() -> None:
    with pytest.raises(ValueError, match="SELF"):
        channels(users=[SELF])


@pytest.mark.parametrize("word", ["users", "groups", "sessions"])
def test_a_facility_with_a_colon_can_only_be_broadcast(word: str) -> None:
    """Compatibility U3."""
    assert channels("a:b", broadcast=True) == ["p:broadcast:a:b"]
    with pytest.raises(ValueError, match="'a:b' holds a colon"):
        channels("a:b", **{word: ["ann"]})


def test_ones_own_channels_are_session_user_groups_broadcast_in_this_order() -> None:
    """Compatibility P3, P4."""
    own = anns(key="k3y-of-ann", **{MEMBER_OF: ["staff"]})
    names = ["p:session:k3y-of-ann:sky", "p:user:ann@example.org:sky", "p:group:staff:sky", "p:broadcast:sky"]
    assert own_channels("p", "sky", own) == names
    for audience, name in zip(AUDIENCE_NAMES[1:], names, strict=True):
        assert own_channels("p", "sky", own, audience) == [name]


def test_without_a_request_or_with_a_colon_only_broadcast_is_ones_own() -> None:
    assert own_channels("p", "sky", None) == ["p:broadcast:sky"]
    assert own_channels("p", "sky", None, "user") == []
    assert own_channels("p", "a:b", anns(key="k3y-of-ann")) == ["p:broadcast:a:b"]
    with pytest.raises(ValueError, match="colon"):
        own_channels("p", "a:b", anns(), "user")


def test_an_unknown_audience_is_an_error_that_names_the_known() -> None:
    """Compatibility P4."""
    with pytest.raises(ValueError, match="'users'; expected one of any, session, user, group, broadcast"):
        own_channels("p", "sky", None, "users")  # type: ignore[arg-type] # that is the mistake
