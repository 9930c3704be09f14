"""Formats by name, and the dotted paths of functions."""

import pytest

from triggers.formats import is_path


@pytest.mark.parametrize("value", ["shop.told", "shop.messages.told", "größe.ü"])
def test_names_with_dots_between_are_a_path(value: object) -> None:
    assert is_path(value)


@pytest.mark.parametrize("value", ["told", "", ".told", "shop.", "shop..told", "shop.a b", "shop.7", None, 7])
def test_anything_else_is_none(value: object) -> None:
    assert not is_path(value)
