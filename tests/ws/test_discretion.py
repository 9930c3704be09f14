"""What no log may show is not there."""

import pytest

from ws.discretion import without, without_tickets


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /ws/x?subscribe-user&ticket=abc:DEF_-1", "GET /ws/x?subscribe-user&ticket=…"),
        ("<WSGIRequest: GET '/ws/x?TICKET=abc'>", "<WSGIRequest: GET '/ws/x?TICKET=…'>"),
        ("ticket=a&ticket=b", "ticket=…&ticket=…"),
        ("The ticket is refused: it is used.", "The ticket is refused: it is used."),
    ],
)
def test_a_ticket_is_not_shown(text: str, shown: str) -> None:
    assert without_tickets(text) == shown


def test_a_secret_is_not_shown_nor_a_part_of_a_longer_one() -> None:
    assert without("a=secret1 and a=secret12", ["secret1", "secret12", ""]) == "a=… and a=…"
