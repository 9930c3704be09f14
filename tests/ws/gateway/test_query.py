"""What an address asks for: ws4redis's rules, less what would make names in Redis ambiguous."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws.gateway.query import FACILITY_CHARACTERS_AT_MOST, RefusedError, Wish, read_target


def read(target: str) -> Wish:
    return read_target(target, "/ws/")


def refused_status(target: str) -> int:
    """The status that this target is refused with."""
    with pytest.raises(RefusedError) as refused:
        read(target)
    assert refused.value.reason
    return refused.value.status


def test_rodans_address_is_understood() -> None:
    """Compatibility R5, U6, U10, U14."""
    wish = read("/ws/rodan?subscribe-broadcast&publish-broadcast&echo")
    assert wish == Wish("rodan", ("subscribe-broadcast", "publish-broadcast", "echo"))
    assert wish.wants_echo


@pytest.mark.parametrize(
    "query",
    [
        "subscribe-broadcast",
        "SUBSCRIBE-Broadcast",
        "+subscribe-broadcast%20",
        "subscribe-broadcast=1",
        "subscribe-broadcast=no",
        "subscribe%2Dbroadcast",
        "other&&subscribe-broadcast&",
        "subscribe-broadcast&subscribe-broadcast",
    ],
)
def test_words_are_stripped_and_lower_cased_and_have_no_values(query: str) -> None:
    """Compatibility U4."""
    assert "subscribe-broadcast" in read(f"/ws/rodan?{query}").words


@pytest.mark.parametrize("query", ["", "?", "?&&", "?=subscribe-broadcast", "?a=subscribe-broadcast", "?subscribe"])
def test_without_the_word_broadcast_is_not_wanted(query: str) -> None:
    assert "subscribe-broadcast" not in read(f"/ws/rodan{query}").words


def test_a_ticket_is_the_one_word_with_a_value() -> None:
    assert read("/ws/rodan?subscribe-user&Ticket=a%2Bb+c.d:e&ticket=second").ticket == "a+b c.d:e"
    assert read("/ws/rodan?subscribe-user").ticket is None


def test_an_unknown_word_does_no_harm() -> None:
    """Compatibility U5."""
    assert read("/ws/rodan?subscribe-everything").words == ("subscribe-everything",)


@pytest.mark.parametrize(
    ("path", "facility"),
    [
        ("", ""),
        ("rodan", "rodan"),
        ("rodan/", "rodan/"),
        ("sky/north", "sky/north"),
        ("/", "/"),
        ("ws/rodan", "ws/rodan"),
        ("%72odan", "rodan"),
        ("sky%2Fnorth", "sky/north"),
        ("caf%C3%A9", "café"),
        ("a+b", "a+b"),
        ("a%2520b", "a%20b"),
        ("a:b", "a:b"),
    ],
)
def test_the_facility_is_the_decoded_rest_of_the_path(path: str, facility: str) -> None:
    """Compatibility U1."""
    assert read(f"/ws/{path}?subscribe-broadcast").facility == facility


@pytest.mark.parametrize("target", ["/", "", "/ws", "/wss/rodan", "ws/rodan", "/WS/rodan", "/rodan?/ws/", "*"])
def test_outside_the_prefix_is_404(target: str) -> None:
    assert refused_status(target) == 404


def test_the_prefix_may_be_another() -> None:
    """Compatibility S1, U1."""
    assert read_target("/a/b/rodan", "/a/b/").facility == "rodan"


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0)])
def test_a_control_character_is_400(code: int) -> None:
    """Compatibility U2."""
    assert refused_status(f"/ws/a{quote(chr(code))}b") == 400


@pytest.mark.parametrize("facility", ["*", "a*", "[a-z]", "%5Ba-z%5D", "%3F", "%2A", "%0d%0aX:%20y", "%00"])
def test_what_redis_reads_as_a_pattern_is_400(facility: str) -> None:
    """Compatibility U2."""
    assert refused_status(f"/ws/{facility}?subscribe-broadcast") == 400


@pytest.mark.parametrize("facility", ["%2e%2e", "..", "../rodan", "a/%2e%2e/rodan"])
def test_a_way_up_is_400(facility: str) -> None:
    """PITFALLS A8. Compatibility U2."""
    assert refused_status(f"/ws/{facility}?subscribe-broadcast") == 400


@pytest.mark.parametrize("facility", ["%ff", "%C3", "%ED%A0%80"])
def test_what_is_not_utf_8_is_400(facility: str) -> None:
    """Compatibility U2."""
    assert refused_status(f"/ws/{facility}") == 400


def test_a_facility_has_at_most_200_characters() -> None:
    """Compatibility U2."""
    longest = "é" * FACILITY_CHARACTERS_AT_MOST
    assert read(f"/ws/{quote(longest)}").facility == longest
    assert refused_status(f"/ws/{quote(longest)}a") == 400


@pytest.mark.parametrize("audience", ["user", "group", "session"])
@pytest.mark.parametrize("verb", ["subscribe", "publish"])
def test_a_colon_beside_a_narrow_word_is_400(verb: str, audience: str) -> None:
    """Compatibility U3."""
    assert refused_status(f"/ws/b:c?{verb}-{audience}") == 400
    assert refused_status(f"/ws/b%3Ac?subscribe-broadcast&{verb.upper()}-{audience}=1") == 400
    assert read(f"/ws/bc?{verb}-{audience}").facility == "bc"


@given(st.text(), st.text())
def test_no_target_raises_anything_but_a_refusal(path: str, query: str) -> None:
    try:
        wish = read(f"/ws/{path}?{query}")
    except RefusedError as error:
        assert error.status == 400  # noqa: PT017 - it need not be raised
    else:
        assert len(wish.facility) <= FACILITY_CHARACTERS_AT_MOST
        assert not set("*[?\r\n\0") & set(wish.facility)


@given(st.text(), st.text(min_size=1))
def test_no_target_or_prefix_raises_anything_but_a_refusal(target: str, prefix: str) -> None:
    try:
        assert "" not in read_target(target, prefix).words
    except RefusedError as error:
        assert error.status in {400, 404}  # noqa: PT017 - it need not be raised


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="*[?"), max_size=200))
def test_a_quoted_facility_is_read_back(facility: str) -> None:
    if ".." not in facility:
        assert read(f"/ws/{quote(facility)}?subscribe-broadcast").facility == facility
