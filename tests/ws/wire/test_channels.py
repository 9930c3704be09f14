"""Names in Redis are ws4redis's."""

import pytest

from ws.wire.channels import broadcast_channel


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
    assert broadcast_channel(prefix, facility) == name
