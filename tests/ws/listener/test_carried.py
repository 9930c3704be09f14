"""JSON text is taken apart at its marks."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws.listener.carried import elements, members

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
INDENTS = st.sampled_from([None, 0, 2, "\t"])


@given(st.lists(VALUES, max_size=5), INDENTS)
def test_an_array_has_its_elements(values: list[Any], indent: int | str | None) -> None:
    found = elements(json.dumps(values, indent=indent, ensure_ascii=False))
    assert [json.loads(element) for element in found] == values
    assert not any("\n" in element for element in found)


@given(st.dictionaries(st.text(), VALUES, max_size=5), INDENTS)
def test_an_object_has_its_members(values: dict[str, Any], indent: int | str | None) -> None:
    found = members(json.dumps(values, indent=indent, ensure_ascii=False))
    assert {json.loads(name): json.loads(value) for name, value in found.items()} == values


@pytest.mark.parametrize("text", ["null", "[]", "{}", "[ ]", "{\n}", "7", '"a, b"'])
def test_what_holds_nothing_has_no_elements(text: str) -> None:
    assert elements(text) == []
    assert members(text) == {}
