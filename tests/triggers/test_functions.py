"""The site's functions, by their paths."""

import pytest

from tests.shop.telling import told
from triggers.functions import PathError, imported


def test_a_path_leads_to_its_function() -> None:
    assert imported("tests.shop.telling.told") is told


@pytest.mark.parametrize("path", ["nowhere.told", "tests.nowhere.told", "tests.shop.telling.nothing"])
def test_a_path_that_leads_nowhere_is_named(path: str) -> None:
    with pytest.raises(PathError, match=path):
        imported(path)


def test_what_cannot_be_called_is_named() -> None:
    with pytest.raises(PathError, match=r"NOTHING' is None, which cannot be called"):
        imported("tests.shop.telling.NOTHING")
