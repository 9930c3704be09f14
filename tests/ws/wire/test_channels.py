"""Names in Redis: ws4redis's, and ours under `rowcast:`."""

import pytest

from ws.wire.channels import (
    Channel,
    broadcast_channel,
    cursor_key,
    group_channel,
    head_key,
    lease_key,
    session_channel,
    stream_key,
    ticket_key,
    user_channel,
    without_session_keys,
)


@pytest.mark.parametrize(
    ("prefix", "facility", "name"),
    [
        ("rodan", "rodan", "rodan:broadcast:rodan"),
        (None, "rodan", "broadcast:rodan"),
        ("", "rodan", "broadcast:rodan"),
        ("rodan", "", "rodan:broadcast:"),
        (None, "sky/north/", "broadcast:sky/north/"),
        (None, "a:b", "broadcast:a:b"),
    ],
)
def test_a_broadcast_channel_is_prefix_broadcast_facility(prefix: str | None, facility: str, name: str) -> None:
    """Compatibility S4, N2."""
    assert broadcast_channel(prefix, facility) == name


@pytest.mark.parametrize(("prefix", "opening"), [("rodan", "rodan:"), (None, "")])
def test_a_narrow_channel_is_prefix_audience_name_facility(prefix: str | None, opening: str) -> None:
    """Compatibility S4, N3, N4, N5."""
    assert group_channel(prefix, "schedulers", "sky") == f"{opening}group:schedulers:sky"
    assert user_channel(prefix, "ann@example.org", "sky") == f"{opening}user:ann@example.org:sky"
    assert session_channel(prefix, "k3y", "sky") == f"{opening}session:k3y:sky"


@pytest.mark.parametrize("prefix", ["rodan", None])
def test_the_key_of_a_session_is_not_for_logs(prefix: str | None) -> None:
    text = f"Redis refused 'SUBSCRIBE {session_channel(prefix, 'k3y', 'sky')}', {user_channel(prefix, 'ann', 'sky')}"
    assert "k3y" not in without_session_keys(text)
    assert "session:…:sky" in without_session_keys(text)
    assert without_session_keys(f"{session_channel(prefix, 'a:b:c', 'sky')} is signed").endswith(
        "session:…:sky is signed"
    )
    assert without_session_keys(str(user_channel(prefix, "session", "sky"))) == user_channel(prefix, "session", "sky")


@pytest.mark.parametrize(("prefix", "opening"), [("{rodan}", "{rodan}:"), (None, ""), ("", "")])
def test_keys_of_ours_stand_behind_the_prefix(prefix: str | None, opening: str) -> None:
    channel = Channel(f"{opening}broadcast:sky")
    assert head_key(prefix, channel) == f"{opening}rowcast:head:{opening}broadcast:sky"
    assert stream_key(prefix, channel) == f"{opening}rowcast:stream:{opening}broadcast:sky"
    assert cursor_key(prefix, "7123.5.16384") == f"{opening}rowcast:cursor:7123.5.16384"
    assert lease_key(prefix, "7123.5.16384") == f"{opening}rowcast:lease:7123.5.16384"
    assert ticket_key(prefix, "n0nce") == f"{opening}rowcast:ticket:n0nce"
